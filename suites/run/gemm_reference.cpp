#include "suites/run/gemm_reference.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "suites/run/parallel.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kDepth = 256;  // of a block of B, which stays in the level-2 cache …
constexpr std::uint64_t kWidth = 256;  // … with this many columns

/// A tile of C in registers: `Rows` rows of two vectors of `Bytes` bytes.
template <int Rows, int Bytes>
struct Tile {
  typedef double Vector __attribute__((vector_size(Bytes), aligned(8), may_alias));
  static constexpr std::uint64_t kLanes = Bytes / sizeof(double);
  static constexpr std::uint64_t kColumns = 2 * kLanes;

  /// C[0 … Rows) += A[0 … Rows) · panel. `panel` holds `depth` rows of kColumns values.
  __attribute__((always_inline)) static inline void add(std::uint64_t depth, const double* a,
                                                        std::uint64_t a_stride, const double* panel,
                                                        double* c, std::uint64_t c_stride) {
    Vector sum[Rows][2];
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      sum[i][0] = *reinterpret_cast<const Vector*>(c + i * c_stride);
      sum[i][1] = *reinterpret_cast<const Vector*>(c + i * c_stride + kLanes);
    }
    for (std::uint64_t p = 0; p < depth; ++p) {
      const Vector b0 = *reinterpret_cast<const Vector*>(panel + p * kColumns);
      const Vector b1 = *reinterpret_cast<const Vector*>(panel + p * kColumns + kLanes);
#pragma GCC unroll 8
      for (int i = 0; i < Rows; ++i) {
        const double value = a[i * a_stride + p];
        sum[i][0] += value * b0;
        sum[i][1] += value * b1;
      }
    }
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      *reinterpret_cast<Vector*>(c + i * c_stride) = sum[i][0];
      *reinterpret_cast<Vector*>(c + i * c_stride + kLanes) = sum[i][1];
    }
  }
};

/// Rows [0, m) of C += A · B, block by block. C has room for whole tiles only where it is one: the rest goes by way of
/// a small copy.
template <int Rows, int Bytes>
__attribute__((always_inline)) inline void multiply_rows(const Dimensions& size, const double* a,
                                                         const double* b, double* c,
                                                         std::vector<double>& panels) {
  using T = Tile<Rows, Bytes>;
  double edge[Rows * T::kColumns];
  for (std::uint64_t column = 0; column < size.n; column += kWidth) {
    const std::uint64_t width = std::min(kWidth, size.n - column);
    for (std::uint64_t deep = 0; deep < size.k; deep += kDepth) {
      const std::uint64_t depth = std::min(kDepth, size.k - deep);
      std::fill(panels.begin(), panels.end(), 0.0);
      for (std::uint64_t p = 0; p < depth; ++p) {
        const double* const from = b + (deep + p) * size.n + column;
        for (std::uint64_t j = 0; j < width; j += T::kColumns) {
          std::memcpy(panels.data() + j * kDepth + p * T::kColumns, from + j,
                      std::min(T::kColumns, width - j) * sizeof(double));
        }
      }
      for (std::uint64_t i = 0; i < size.m; i += Rows) {
        const std::uint64_t rows = std::min<std::uint64_t>(Rows, size.m - i);
        for (std::uint64_t j = 0; j < width; j += T::kColumns) {
          const std::uint64_t columns = std::min(T::kColumns, width - j);
          const double* const panel = panels.data() + j * kDepth;
          double* const tile = c + i * size.n + column + j;
          if (rows == Rows && columns == T::kColumns) {
            T::add(depth, a + i * size.k + deep, size.k, panel, tile, size.n);
            continue;
          }
          for (std::uint64_t r = 0; r < rows; ++r) {
            std::fill_n(edge, T::kColumns, 0.0);
            std::memcpy(edge, tile + r * size.n, columns * sizeof(double));
            Tile<1, Bytes>::add(depth, a + (i + r) * size.k + deep, 0, panel, edge, 0);
            std::memcpy(tile + r * size.n, edge, columns * sizeof(double));
          }
        }
      }
    }
  }
}

using MultiplyRows = void (*)(const Dimensions&, const double*, const double*, double*, std::vector<double>&);

void multiply_rows_portable(const Dimensions& size, const double* a, const double* b, double* c,
                            std::vector<double>& panels) {
  multiply_rows<4, 16>(size, a, b, c, panels);
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void multiply_rows_avx2(const Dimensions& size, const double* a,
                                                            const double* b, double* c,
                                                            std::vector<double>& panels) {
  multiply_rows<4, 32>(size, a, b, c, panels);
}

__attribute__((target("avx512f"))) void multiply_rows_avx512(const Dimensions& size, const double* a,
                                                             const double* b, double* c,
                                                             std::vector<double>& panels) {
  multiply_rows<8, 64>(size, a, b, c, panels);
}
#endif

MultiplyRows best_multiply_rows() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return multiply_rows_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return multiply_rows_avx2;
#endif
  return multiply_rows_portable;
}

}  // namespace

void multiply_reference(const Dimensions& size, std::span<const double> a, std::span<const double> b,
                        std::span<double> c) {
  std::fill(c.begin(), c.end(), 0.0);
  const MultiplyRows rows = best_multiply_rows();
  // A thread costs as much as some million multiplications.
  constexpr double kWorthAThread = 16e6;
  const auto grain = static_cast<std::uint64_t>(
      1 + kWorthAThread / std::max(1.0, static_cast<double>(size.n) * static_cast<double>(size.k)));
  in_parallel(size.m, grain, [&](std::uint64_t begin, std::uint64_t end) {
    std::vector<double> panels(kDepth * (kWidth + 16));
    rows({end - begin, size.n, size.k}, a.data() + begin * size.k, b.data(), c.data() + begin * size.n,
         panels);
  });
}

}  // namespace rackproof
