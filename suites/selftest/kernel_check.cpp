#include "suites/selftest/kernel_check.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <sstream>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/f16.h"
#include "kernels/f8.h"
#include "kernels/fma.h"
#include "kernels/gemm.h"
#include "kernels/philox.h"
#include "kernels/stream.h"
#include "kernels/tf32.h"

namespace rackproof::conformance {
namespace {

using kernels::data_key;

template <class T>
std::string at(std::uint64_t element, T found, double expected) {
  std::ostringstream text;
  text.precision(17);
  text << "element " << element << ": found " << found << ", expected " << expected;
  return text.str();
}

std::string first_of(std::initializer_list<std::string> problems) {
  for (const std::string& problem : problems) {
    if (!problem.empty()) return problem;
  }
  return "";
}

/// "" or the first wrong element of the output.
template <class T>
std::string wrong_element(const StreamCase& which, std::span<const T> before, std::span<const T> b,
                          std::span<const T> c, T q, std::span<const T> found) {
  for (std::uint64_t i = 0; i < found.size(); ++i) {
    const T expected = kernels::stream_expected<T>(which.op, before[i], b[i], c[i], q);
    if (!kernels::stream_right<T>(which.op, found[i], expected))
      return at(i, found[i], static_cast<double>(expected));
  }
  return "";
}

/// As wrong_element, for dot and read.
template <class T>
std::string wrong_sum(const StreamCase& which, std::span<const T> b, std::span<const T> c,
                      std::span<const T> found) {
  using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, long double>;
  for (std::uint64_t j = 0; j < found.size(); ++j) {
    const std::uint64_t begin = j * kernels::kStreamBlock;
    const std::uint64_t end = std::min(begin + kernels::kStreamBlock, which.count);
    Wide expected = 0;
    for (std::uint64_t i = begin; i < end; ++i)
      expected +=
          which.op == RP_OP_DOT ? static_cast<Wide>(b[i]) * static_cast<Wide>(c[i]) : static_cast<Wide>(b[i]);
    bool right = false;
    if constexpr (std::is_integral_v<T>) {
      right = found[j] == expected;
    } else {
      right = std::abs(static_cast<long double>(found[j]) - expected) <=
              kernels::dot_tolerance<T>(end - begin, static_cast<double>(expected));
    }
    if (!right) return at(j, found[j], static_cast<double>(expected));
  }
  return "";
}

template <class T>
T stream_input(std::uint64_t key, std::uint64_t array, std::uint64_t i) {
  if constexpr (std::is_integral_v<T>) {
    const auto block = kernels::philox4x32(key, i, array);
    return T{block[0]} << 32 | block[1];
  } else {
    return kernels::uniform_1_2<T>(key, array, i);
  }
}

template <class T>
std::string stream_problem(const TestedDevice& device, const StreamCase& which, std::int64_t iteration) {
  const kernels::StreamShape shape = kernels::stream_shape(which.op);
  const std::uint64_t key = data_key(static_cast<std::uint64_t>(iteration) + 1, "conformance/stream");
  std::vector<T> a(which.count), b(which.count), c(which.count);
  for (std::uint64_t i = 0; i < which.count; ++i) {
    a[i] = stream_input<T>(key, 0, i);
    b[i] = stream_input<T>(key, 1, i);
    c[i] = stream_input<T>(key, 2, i);
  }
  const std::uint64_t bytes = which.count * sizeof(T);
  std::vector<T> found(kernels::stream_outputs(which.op, which.count));
  const GuardedBuffer out(device, found.size() * sizeof(T), which.shift * sizeof(T));
  const GuardedBuffer in(device, bytes, 2 * which.shift * sizeof(T));
  const GuardedBuffer more(device, bytes, 0);
  in.write(b.data());
  more.write(c.data());
  if (shape.reads_a) {
    out.write(a.data());
  } else {
    out.poison();
  }
  const rp_stream_params params{out.memory(),
                                in.memory(),
                                more.memory(),
                                which.count,
                                kernels::stream_factor(iteration),
                                which.stores,
                                0};
  device.run(which.op, which.dtype, &params, sizeof params);
  out.read(found.data());
  std::string problem;
  if (shape.sums) problem = wrong_sum<T>(which, b, c, found);
  if constexpr (!std::is_integral_v<T>) {
    if (!shape.sums) problem = wrong_element<T>(which, a, b, c, static_cast<T>(params.q), found);
  }
  if (!problem.empty()) return problem;
  std::vector<T> again(which.count);
  in.read(again.data());
  if (again != b) return "the first input was changed";
  more.read(again.data());
  if (again != c) return "the second input was changed";
  return first_of({out.guards(), in.guards(), more.guards()});
}

/// Both arrays (for read: all sums) after the passes, straight from the contract.
template <class T>
void expect_passes(rp_op op, std::uint32_t passes, std::span<const T> c, std::vector<T>& a,
                   std::vector<T>& b) {
  const std::uint64_t blocks = (b.size() + kernels::kStreamBlock - 1) / kernels::kStreamBlock;
  for (std::uint32_t p = 0; p < passes; ++p) {
    std::vector<T>& to = p % 2 == 0 ? a : b;
    const std::vector<T>& from = p % 2 == 0 ? b : a;
    for (std::uint64_t i = 0; i < b.size(); ++i) {
      const std::uint64_t begin = i - i % kernels::kStreamBlock;
      const std::uint64_t length = std::min(kernels::kStreamBlock, b.size() - begin);
      if (op == RP_OP_READ) {
        T& sum = a[p * blocks + i / kernels::kStreamBlock];
        sum = (i == begin ? T{} : sum) + b[i];
      } else if (op == RP_OP_TRIAD) {
        to[i] = from[i] + static_cast<T>(kernels::stream_pass_factor(p)) * c[i];
      } else {
        to[begin + (i - begin + kernels::kStreamShift) % length] = from[i];
      }
    }
  }
}

template <class T>
std::string passes_problem(const TestedDevice& device, const StreamCase& which, std::uint32_t more_passes) {
  const std::uint64_t key = data_key(more_passes + which.count, "conformance/passes");
  const bool sums = which.op == RP_OP_READ;
  std::vector<T> b(which.count), c(which.count);
  std::vector<T> a(kernels::stream_outputs(which.op, which.count) * (sums ? more_passes + 1 : 1));
  for (std::uint64_t i = 0; i < which.count; ++i) {
    b[i] = stream_input<T>(key, 1, i);
    c[i] = stream_input<T>(key, 2, i);
  }
  const GuardedBuffer out(device, a.size() * sizeof(T), which.shift * sizeof(T));
  const GuardedBuffer in(device, b.size() * sizeof(T), 2 * which.shift * sizeof(T));
  const GuardedBuffer more(device, c.size() * sizeof(T), 0);
  in.write(b.data());
  more.write(c.data());
  out.poison();
  const rp_stream_params params{out.memory(), in.memory(),       more.memory(), which.count,
                                0.25,         RP_STORES_REGULAR, more_passes};
  device.run(which.op, which.dtype, &params, sizeof params);
  std::vector<T> found_a(a.size()), found_b(b.size());
  out.read(found_a.data());
  in.read(found_b.data());
  expect_passes<T>(which.op, more_passes + 1, c, a, b);
  const auto wrong = [&](const std::vector<T>& found, const std::vector<T>& expected) -> std::string {
    for (std::uint64_t i = 0; i < found.size(); ++i) {
      bool right = found[i] == expected[i];
      // Each pass of a triad may be fused: one more rounding of values below 4, at most.
      if constexpr (!std::is_integral_v<T>) {
        const double error = std::abs(static_cast<double>(found[i]) - static_cast<double>(expected[i]));
        const double eps = sizeof(T) == 8 ? 0x1p-52 : 0x1p-23;
        if (which.op == RP_OP_TRIAD) right = error <= 4 * eps * 2 * (more_passes + 1);  // NaN fails
      }
      if (!right) return at(i, found[i], static_cast<double>(expected[i]));
    }
    return "";
  };
  return first_of({wrong(found_a, a), wrong(found_b, b), out.guards(), in.guards(), more.guards()});
}

/// Of integers |v| ≤ 6, so that the sums of up to 113 products stay below 2^12.
template <class T>
T product_input(const GemmCase& which, std::uint64_t key, std::uint64_t array, std::uint64_t i) {
  if (!which.integers) return kernels::gemm_value<T>(key, array, i);
  return static_cast<T>(static_cast<double>(kernels::philox4x32(key, i, array)[0] % 13) - 6);
}

/// Each k × n matrix of a batch as n × k.
template <class T>
std::vector<T> transposed(const std::vector<T>& b, const GemmCase& which) {
  std::vector<T> out(b.size());
  const std::size_t n = which.n, k = which.k;
  for (std::size_t first = 0; first < b.size(); first += n * k) {
    for (std::size_t p = 0; p < k; ++p) {
      for (std::size_t j = 0; j < n; ++j) out[first + j * k + p] = b[first + p * n + j];
    }
  }
  return out;
}

template <class T, class Out>
std::string gemm_problem(const TestedDevice& device, const GemmCase& which, rp_dtype wide,
                         std::int64_t iteration) {
  if (which.integers && which.k > 113) throw std::logic_error("sums that are not exact in every type");
  const std::uint64_t key = data_key(static_cast<std::uint64_t>(iteration) + 1, "conformance/gemm");
  const auto size = [&](std::uint32_t x, std::uint32_t y) { return std::size_t{x} * y * which.batch; };
  std::vector<T> a(size(which.m, which.k)), b(size(which.k, which.n));
  std::vector<Out> c(size(which.m, which.n));
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = product_input<T>(which, key, 1, i);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = product_input<T>(which, key, 2, i);
  const GuardedBuffer left(device, a.size() * sizeof(T), 0);
  const GuardedBuffer right(device, b.size() * sizeof(T), which.shift * sizeof(T));
  const GuardedBuffer out(device, c.size() * sizeof(Out), 2 * which.shift * sizeof(Out));
  left.write(a.data());
  right.write(which.transpose_b ? transposed(b, which).data() : b.data());
  out.poison();
  rp_gemm_params params = kernels::gemm_params(left.memory(), right.memory(), out.memory(), which.m, which.n,
                                               which.k, wide, which.batch);
  params.transpose_b = which.transpose_b ? 1 : 0;
  device.run(RP_OP_GEMM, which.dtype, &params, sizeof params);
  out.read(c.data());
  std::vector<double> expected(std::size_t{which.m} * which.n), magnitude(expected.size());
  for (std::size_t product = 0; product < which.batch; ++product) {
    const auto part = [&](const std::vector<T>& all) {
      return std::span(all).subspan(product * (all.size() / which.batch), all.size() / which.batch);
    };
    kernels::gemm_reference<T>(part(a), part(b), which.n, which.k, 0, which.m, expected, magnitude);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Out found = c[product * expected.size() + i];
      const double error = std::abs(static_cast<double>(found) - expected[i]);
      const double allowed = which.integers ? 0 : kernels::gemm_tolerance<T>(which.k, magnitude[i]);
      if (!(error <= allowed))  // NaN fails
        return at(product * expected.size() + i, found, expected[i]);
    }
  }
  return first_of({out.guards(), left.guards(), right.guards()});
}

template <class T>
std::string fma_problem(const TestedDevice& device, const FmaCase& which, std::int64_t iteration) {
  const std::uint64_t key = data_key(static_cast<std::uint64_t>(iteration) + 1, "conformance/fma");
  std::vector<T> values(std::size_t{which.units} * which.chains), found(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = kernels::uniform_1_2<T>(key, 1, i);
  const GuardedBuffer buffer(device, values.size() * sizeof(T), which.shift * sizeof(T));
  buffer.write(values.data());
  const rp_fma_params params{buffer.memory(), which.units, which.chains, which.rounds, -(1 - 0x1p-20), 1.0};
  device.run(RP_OP_FMA, which.dtype, &params, sizeof params);
  buffer.read(found.data());
  for (std::size_t i = 0; i < values.size(); ++i) {
    T expected = values[i];
    for (std::uint64_t round = 0; round < which.rounds; ++round)
      expected = std::fma(static_cast<T>(params.a), expected, static_cast<T>(params.b));
    if (!(found[i] == expected)) return at(i, found[i], static_cast<double>(expected));
  }
  return buffer.guards();
}

}  // namespace

std::string check_stream(const TestedDevice& device, const StreamCase& which, std::int64_t iteration) {
  if (which.dtype == RP_F64) return stream_problem<double>(device, which, iteration);
  if (which.dtype == RP_F32) return stream_problem<float>(device, which, iteration);
  if (which.dtype == RP_U64 && which.op == RP_OP_READ)
    return stream_problem<std::uint64_t>(device, which, iteration);
  throw std::logic_error("no oracle for this type");
}

std::string check_stream_passes(const TestedDevice& device, const StreamCase& which,
                                std::uint32_t more_passes) {
  if (which.op == RP_OP_READ) return passes_problem<std::uint64_t>(device, which, more_passes);
  if (which.dtype == RP_F64) return passes_problem<double>(device, which, more_passes);
  if (which.dtype == RP_F32) return passes_problem<float>(device, which, more_passes);
  throw std::logic_error("no oracle for this type");
}

std::string check_gemm(const TestedDevice& device, const GemmCase& which, std::int64_t iteration) {
  if (which.dtype == RP_F64) return gemm_problem<double, double>(device, which, RP_F64, iteration);
  if (which.dtype == RP_F32) return gemm_problem<float, float>(device, which, RP_F32, iteration);
  if (which.dtype == RP_BF16) return gemm_problem<kernels::Bf16, float>(device, which, RP_F32, iteration);
  if (which.dtype == RP_F16) return gemm_problem<kernels::F16, float>(device, which, RP_F32, iteration);
  if (which.dtype == RP_TF32) return gemm_problem<kernels::Tf32, float>(device, which, RP_F32, iteration);
  if (which.dtype == RP_F8E4M3) return gemm_problem<kernels::F8E4M3, float>(device, which, RP_F32, iteration);
  if (which.dtype == RP_F8E5M2) return gemm_problem<kernels::F8E5M2, float>(device, which, RP_F32, iteration);
  if (which.dtype == RP_I8) return gemm_problem<std::int8_t, std::int32_t>(device, which, RP_I32, iteration);
  throw std::logic_error("no oracle for this type");
}

std::string check_fma(const TestedDevice& device, const FmaCase& which, std::int64_t iteration) {
  if (which.dtype == RP_F64) return fma_problem<double>(device, which, iteration);
  if (which.dtype == RP_F32) return fma_problem<float>(device, which, iteration);
  throw std::logic_error("no oracle for this type");
}

}  // namespace rackproof::conformance
