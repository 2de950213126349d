#include "tests/cuda/runtime/lt_task.hpp"

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <cstring>

namespace rackproof::fake {
namespace {

template <class T>
T load(const void* from, std::uint64_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(from) + at * sizeof(T), sizeof value);
  return value;
}

double get(const void* from, std::uint32_t type, std::uint64_t at) {
  switch (type) {
    case CUDA_R_64F:
      return load<double>(from, at);
    case CUDA_R_32F:
      return static_cast<double>(load<float>(from, at));
    case CUDA_R_16BF:
      return static_cast<double>(__bfloat162float(load<__nv_bfloat16>(from, at)));
    case CUDA_R_16F:
      return static_cast<double>(__half2float(load<__half>(from, at)));
    case CUDA_R_8F_E4M3:
      return static_cast<double>(static_cast<float>(load<__nv_fp8_e4m3>(from, at)));
    case CUDA_R_8I:
      return load<std::int8_t>(from, at);
    default:
      throw std::logic_error("a type that the fake does not read");
  }
}

template <class T>
void store(void* to, std::uint64_t at, T value) {
  std::memcpy(static_cast<char*>(to) + at * sizeof(T), &value, sizeof value);
}

void put(void* to, std::uint32_t type, std::uint64_t at, double value) {
  switch (type) {
    case CUDA_R_64F:
      return store(to, at, value);
    case CUDA_R_32F:
      return store(to, at, static_cast<float>(value));
    case CUDA_R_16BF:
      return store(to, at, __double2bfloat16(value));
    case CUDA_R_16F:
      return store(to, at, __double2half(value));
    case CUDA_R_32I:
      return store(to, at,
                   static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(value))));
    default:
      throw std::logic_error("a type that the fake does not write");
  }
}

/// The rules of the documentation of cublasLtMatmul.
bool valid_shape(const Task& t) {
  const std::uint64_t m = t.transpose_a ? t.a.columns : t.a.rows, n = t.transpose_b ? t.b.rows : t.b.columns;
  const std::uint64_t k = t.transpose_b ? t.b.columns : t.b.rows;
  const auto leads = [](const Matrix& matrix) {
    return matrix.leading >= static_cast<std::int64_t>(matrix.rows);
  };
  if (k != t.depth() || t.d.rows != m || t.d.columns != n || m == 0 || n == 0 || k == 0) return false;
  if (!leads(t.a) || !leads(t.b) || !leads(t.d) || t.a.type != t.b.type) return false;
  if (t.a.batch != t.b.batch || t.a.batch != t.d.batch || t.a.batch < 1) return false;
  if (!t.eight_bits()) return true;
  const std::uint64_t multiple = t.a.type == CUDA_R_8I ? 4 : 16;
  return t.transpose_a && !t.transpose_b && m % multiple == 0 && k % multiple == 0;
}

bool valid_types(cublasLtMatmulDesc_t product, const Task& t) {
  const auto compute = attribute<std::int32_t>(product, CUBLASLT_MATMUL_DESC_COMPUTE_TYPE);
  const auto scale = attribute<std::int32_t>(product, CUBLASLT_MATMUL_DESC_SCALE_TYPE);
  const std::uint32_t in = t.a.type, out = t.d.type;
  if (compute == CUBLAS_COMPUTE_64F) return scale == CUDA_R_64F && in == CUDA_R_64F && out == CUDA_R_64F;
  if (compute == CUBLAS_COMPUTE_32I) return scale == CUDA_R_32I && in == CUDA_R_8I && out == CUDA_R_32I;
  if (compute == CUBLAS_COMPUTE_32F_FAST_TF32)
    return scale == CUDA_R_32F && in == CUDA_R_32F && out == CUDA_R_32F;
  if (compute != CUBLAS_COMPUTE_32F || scale != CUDA_R_32F) return false;
  if (in == CUDA_R_32F) return out == CUDA_R_32F;
  if (in == CUDA_R_16BF) return out == CUDA_R_32F || out == CUDA_R_16BF;
  if (in == CUDA_R_16F) return out == CUDA_R_32F || out == CUDA_R_16F;
  return in == CUDA_R_8F_E4M3 && (out == CUDA_R_32F || out == CUDA_R_16BF || out == CUDA_R_16F);
}

}  // namespace

std::uint64_t size_of(std::uint32_t type) {
  switch (type) {
    case CUDA_R_64F:
      return 8;
    case CUDA_R_32F:
    case CUDA_R_32I:
      return 4;
    case CUDA_R_16F:
    case CUDA_R_16BF:
      return 2;
    default:
      return 1;
  }
}

Task read_task(cublasLtMatmulDesc_t product, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
               cublasLtMatrixLayout_t d) {
  const auto transposed = [&](cublasLtMatmulDescAttributes_t which) {
    return attribute<std::int32_t>(product, which) == CUBLAS_OP_T;
  };
  return {a,
          b,
          d,
          transposed(CUBLASLT_MATMUL_DESC_TRANSA),
          transposed(CUBLASLT_MATMUL_DESC_TRANSB),
          attribute<std::uint32_t>(product, CUBLASLT_MATMUL_DESC_EPILOGUE) == CUBLASLT_EPILOGUE_BIAS,
          attribute<const void*>(product, CUBLASLT_MATMUL_DESC_BIAS_POINTER),
          attribute<std::int8_t>(product, CUBLASLT_MATMUL_DESC_FAST_ACCUM) != 0};
}

bool valid(cublasLtMatmulDesc_t product, const Task& task) {
  return valid_shape(task) && valid_types(product, task);
}

double scale_of(cublasLtMatmulDesc_t product, const void* at) {
  switch (attribute<std::int32_t>(product, CUBLASLT_MATMUL_DESC_SCALE_TYPE)) {
    case CUDA_R_64F:
      return load<double>(at, 0);
    case CUDA_R_32F:
      return static_cast<double>(load<float>(at, 0));
    default:
      return load<std::int32_t>(at, 0);
  }
}

void multiply(const Task& t, const void* a, const void* b, void* d) {
  for (std::int32_t product = 0; product < t.d.batch; ++product) {
    for (std::uint64_t j = 0; j < t.d.columns; ++j) {
      for (std::uint64_t i = 0; i < t.d.rows; ++i) {
        double sum = 0;
        for (std::uint64_t l = 0; l < t.depth(); ++l) {
          sum += get(a, t.a.type, t.transpose_a ? t.a.at(product, l, i) : t.a.at(product, i, l)) *
                 get(b, t.b.type, t.transpose_b ? t.b.at(product, j, l) : t.b.at(product, l, j));
        }
        if (t.bias) sum += get(t.bias_at, t.d.type, i);
        put(d, t.d.type, t.d.at(product, i, j), sum);
      }
    }
  }
}

}  // namespace rackproof::fake
