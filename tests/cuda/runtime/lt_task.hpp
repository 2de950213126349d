// What a product of cuBLASLt means, read from NVIDIA's own descriptors.
#pragma once

#include <cublasLt.h>
#include <dlfcn.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace rackproof::fake {

/// The function of the real library.
template <class F>
F* real(const char* name) {
  static void* const library = dlopen(RACKPROOF_CUBLASLT, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return reinterpret_cast<F*>(dlsym(library, name));
}

/// By the real library's getter of this name.
template <class T, class Getter, class Object, class Attribute>
T read_by(const char* getter, Object object, Attribute which) {
  T value{};
  if (real<Getter>(getter)(object, which, &value, sizeof value, nullptr) != CUBLAS_STATUS_SUCCESS)
    throw std::logic_error(std::string(getter) + ": an attribute is not readable");
  return value;
}

template <class T>
T attribute(cublasLtMatmulDesc_t product, cublasLtMatmulDescAttributes_t which) {
  return read_by<T, decltype(cublasLtMatmulDescGetAttribute)>("cublasLtMatmulDescGetAttribute", product,
                                                              which);
}

template <class T>
T attribute(cublasLtMatrixLayout_t layout, cublasLtMatrixLayoutAttribute_t which) {
  return read_by<T, decltype(cublasLtMatrixLayoutGetAttribute)>("cublasLtMatrixLayoutGetAttribute", layout,
                                                                which);
}

/// Bytes of an element.
std::uint64_t size_of(std::uint32_t type);

/// A stored matrix, column-major.
struct Matrix {
  Matrix(cublasLtMatrixLayout_t layout)
      : type(attribute<std::uint32_t>(layout, CUBLASLT_MATRIX_LAYOUT_TYPE)),
        rows(attribute<std::uint64_t>(layout, CUBLASLT_MATRIX_LAYOUT_ROWS)),
        columns(attribute<std::uint64_t>(layout, CUBLASLT_MATRIX_LAYOUT_COLS)),
        leading(attribute<std::int64_t>(layout, CUBLASLT_MATRIX_LAYOUT_LD)),
        batch(attribute<std::int32_t>(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT)),
        stride(attribute<std::int64_t>(layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET)) {}

  std::uint64_t bytes() const {
    const auto last = static_cast<std::uint64_t>(stride) * (static_cast<std::uint64_t>(batch) - 1) +
                      static_cast<std::uint64_t>(leading) * (columns - 1) + rows;
    return last * size_of(type);
  }
  std::uint64_t at(std::int32_t product, std::uint64_t row, std::uint64_t column) const {
    return static_cast<std::uint64_t>(stride * product) + row + column * static_cast<std::uint64_t>(leading);
  }

  std::uint32_t type;
  std::uint64_t rows, columns;
  std::int64_t leading;
  std::int32_t batch;
  std::int64_t stride;
};

/// What a product means, read from its descriptors.
struct Task {
  Matrix a, b, d;
  bool transpose_a, transpose_b;
  bool bias;
  const void* bias_at;
  bool fast_sums;
  bool eight_bits() const { return a.type == CUDA_R_8F_E4M3 || a.type == CUDA_R_8I; }
  std::uint64_t depth() const { return transpose_a ? a.rows : a.columns; }
};

Task read_task(cublasLtMatmulDesc_t product, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
               cublasLtMatrixLayout_t d);
/// Whether cublasLtMatmul has it, by its documentation.
bool valid(cublasLtMatmulDesc_t product, const Task& task);
/// alpha or beta.
double scale_of(cublasLtMatmulDesc_t product, const void* at);
/// Sums in f64.
void multiply(const Task& task, const void* a, const void* b, void* d);

}  // namespace rackproof::fake
