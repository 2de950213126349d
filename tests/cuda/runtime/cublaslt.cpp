// The fake's part of libcublasLt: the entries that need a device. Descriptors, their attributes and the checks of both stay
// NVIDIA's own, from the real library.
#include <cublasLt.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "tests/cuda/runtime/state.hpp"

namespace fake = rackproof::fake;

namespace {

int& algorithm_used() {
  static int which = -1;
  return which;
}

template <class F>
F* real(const char* name) {
  static void* const library = dlopen(RACKPROOF_CUBLASLT, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return reinterpret_cast<F*>(dlsym(library, name));
}

cublasStatus_t planned(const char* function) {
  return static_cast<cublasStatus_t>(fake::planned(function, CUBLAS_STATUS_EXECUTION_FAILED));
}

template <class T>
T attribute(cublasLtMatmulDesc_t product, cublasLtMatmulDescAttributes_t which) {
  T value{};
  if (real<decltype(cublasLtMatmulDescGetAttribute)>("cublasLtMatmulDescGetAttribute")(
          product, which, &value, sizeof value, nullptr) != CUBLAS_STATUS_SUCCESS)
    throw std::logic_error("a product's attribute is not readable");
  return value;
}

template <class T>
T attribute(cublasLtMatrixLayout_t layout, cublasLtMatrixLayoutAttribute_t which) {
  T value{};
  if (real<decltype(cublasLtMatrixLayoutGetAttribute)>("cublasLtMatrixLayoutGetAttribute")(
          layout, which, &value, sizeof value, nullptr) != CUBLAS_STATUS_SUCCESS)
    throw std::logic_error("a layout's attribute is not readable");
  return value;
}

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

/// What a product means, read from its descriptors.
struct Task {
  Matrix a, b, d;
  bool transpose_a, transpose_b;
  bool bias;
  const void* bias_at;
  std::uint64_t depth() const { return transpose_a ? a.rows : a.columns; }
};

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
          attribute<const void*>(product, CUBLASLT_MATMUL_DESC_BIAS_POINTER)};
}

bool eight_bits(const Task& task) { return task.a.type == CUDA_R_8F_E4M3 || task.a.type == CUDA_R_8I; }

/// The rules of the documentation of cublasLtMatmul.
bool valid(const Task& t) {
  const std::uint64_t m = t.transpose_a ? t.a.columns : t.a.rows, n = t.transpose_b ? t.b.rows : t.b.columns;
  const std::uint64_t k = t.transpose_b ? t.b.columns : t.b.rows;
  const auto leads = [](const Matrix& matrix) {
    return matrix.leading >= static_cast<std::int64_t>(matrix.rows);
  };
  if (k != t.depth() || t.d.rows != m || t.d.columns != n || m == 0 || n == 0 || k == 0) return false;
  if (!leads(t.a) || !leads(t.b) || !leads(t.d) || t.a.type != t.b.type) return false;
  if (t.a.batch != t.b.batch || t.a.batch != t.d.batch || t.a.batch < 1) return false;
  if (!eight_bits(t)) return true;
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

/// The fake's algorithms carry their number, and a mark that only the fake makes.
constexpr std::uint64_t kMark = 0x656b6166;

}  // namespace

int rackproof::fake::last_algorithm() { return algorithm_used(); }

extern "C" {

#define FAKE_LT(function) \
  if (const cublasStatus_t status = planned(function); status != CUBLAS_STATUS_SUCCESS) return status

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  FAKE_LT(__func__);
  if (fake::would_wait()) return CUBLAS_STATUS_INTERNAL_ERROR;
  *handle = reinterpret_cast<cublasLtHandle_t>(new int(fake::current_device()));
  fake::count_live("cuBLASLt handles", 1);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  cublasStatus_t status = planned(__func__);
  if (fake::would_wait()) status = CUBLAS_STATUS_INTERNAL_ERROR;
  delete reinterpret_cast<int*>(
      handle);  // the fake itself leaks nothing; the count tells what the caller has left
  if (status == CUBLAS_STATUS_SUCCESS) fake::count_live("cuBLASLt handles", -1);
  return status;
}

size_t cublasLtGetVersion() { return CUBLAS_VERSION; }
const char* cublasLtGetStatusName(cublasStatus_t status) {
  return real<decltype(cublasLtGetStatusName)>(__func__)(status);
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* product, cublasComputeType_t compute,
                                        cudaDataType_t scale) {
  FAKE_LT(__func__);
  fake::count_live("cuBLASLt descriptors", 1);
  return real<decltype(cublasLtMatmulDescCreate)>(__func__)(product, compute, scale);
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t product) {
  const cublasStatus_t status = planned(__func__);
  real<decltype(cublasLtMatmulDescDestroy)>(__func__)(product);
  if (status == CUBLAS_STATUS_SUCCESS) fake::count_live("cuBLASLt descriptors", -1);
  return status;
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t product,
                                              cublasLtMatmulDescAttributes_t which, const void* value,
                                              size_t bytes) {
  FAKE_LT(__func__);
  return real<decltype(cublasLtMatmulDescSetAttribute)>(__func__)(product, which, value, bytes);
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType type, uint64_t rows,
                                          uint64_t columns, int64_t leading) {
  FAKE_LT(__func__);
  fake::count_live("cuBLASLt descriptors", 1);
  return real<decltype(cublasLtMatrixLayoutCreate)>(__func__)(layout, type, rows, columns, leading);
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  const cublasStatus_t status = planned(__func__);
  real<decltype(cublasLtMatrixLayoutDestroy)>(__func__)(layout);
  if (status == CUBLAS_STATUS_SUCCESS) fake::count_live("cuBLASLt descriptors", -1);
  return status;
}

cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t layout,
                                                cublasLtMatrixLayoutAttribute_t which, const void* value,
                                                size_t bytes) {
  FAKE_LT(__func__);
  return real<decltype(cublasLtMatrixLayoutSetAttribute)>(__func__)(layout, which, value, bytes);
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  FAKE_LT(__func__);
  fake::count_live("cuBLASLt descriptors", 1);
  return real<decltype(cublasLtMatmulPreferenceCreate)>(__func__)(preference);
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  const cublasStatus_t status = planned(__func__);
  real<decltype(cublasLtMatmulPreferenceDestroy)>(__func__)(preference);
  if (status == CUBLAS_STATUS_SUCCESS) fake::count_live("cuBLASLt descriptors", -1);
  return status;
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t which,
                                                    const void* value, size_t bytes) {
  FAKE_LT(__func__);
  return real<decltype(cublasLtMatmulPreferenceSetAttribute)>(__func__)(preference, which, value, bytes);
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t product,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t, int wanted,
                                              cublasLtMatmulHeuristicResult_t results[], int* found) {
  FAKE_LT(__func__);
  const Task task = read_task(product, a, b, d);
  if (c != d || !valid(task) || !valid_types(product, task)) return CUBLAS_STATUS_NOT_SUPPORTED;
  *found = std::min(wanted, fake::configuration().algorithms);
  for (int i = 0; i < *found; ++i) {
    results[i] = {};
    results[i].algo.data[0] = kMark;
    results[i].algo.data[1] = static_cast<std::uint64_t>(i);
    results[i].workspaceSize = 1024;
  }
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t product, const void* alpha,
                              const void* a_at, cublasLtMatrixLayout_t a, const void* b_at,
                              cublasLtMatrixLayout_t b, const void* beta, const void* c_at,
                              cublasLtMatrixLayout_t c, void* d_at, cublasLtMatrixLayout_t d,
                              const cublasLtMatmulAlgo_t* algorithm, void* workspace, size_t workspace_bytes,
                              cudaStream_t stream) {
  FAKE_LT(__func__);
  const Task task = read_task(product, a, b, d);
  const auto mine = [&](const void* begin, std::uint64_t bytes) {
    const int owner = fake::owner_of(begin, bytes);
    return owner >= 0 && fake::reaches(stream->device, owner);
  };
  const bool right =
      fake::is_stream(stream) && *reinterpret_cast<int*>(handle) == stream->device && c == d &&
      c_at == d_at && algorithm->data[0] == kMark && valid(task) && valid_types(product, task) &&
      scale_of(product, alpha) == 1 && scale_of(product, beta) == 0 && workspace_bytes >= 1024 &&
      mine(workspace, workspace_bytes) && mine(a_at, task.a.bytes()) && mine(b_at, task.b.bytes()) &&
      mine(d_at, task.d.bytes()) && (!task.bias || mine(task.bias_at, task.d.rows * size_of(task.d.type)));
  if (!right) return CUBLAS_STATUS_INVALID_VALUE;
  const std::uintptr_t alignment = !eight_bits(task)          ? size_of(task.a.type)
                                   : task.a.type == CUDA_R_8I ? 4
                                                              : 16;
  for (const void* const operand : {a_at, b_at, static_cast<const void*>(d_at)}) {
    if (reinterpret_cast<std::uintptr_t>(operand) % alignment != 0) return CUBLAS_STATUS_INVALID_VALUE;
  }
  const int which = static_cast<int>(algorithm->data[1]);
  fake::enqueue(stream, [=] {
    algorithm_used() = which;
    fake::spend(which == fake::configuration().fastest_algorithm ? 0 : 1'000'000'000);
    multiply(task, a_at, b_at, d_at);
    return cudaSuccess;
  });
  return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"
