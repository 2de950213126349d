// The fake's part of libcublasLt: the entries that need a device. Descriptors, their attributes and the checks of both stay
// NVIDIA's own, from the real library.
#include <cublasLt.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "tests/cuda/runtime/lt_task.hpp"
#include "tests/cuda/runtime/state.hpp"

namespace fake = rackproof::fake;
using fake::real;
using fake::Task;

namespace {

int& algorithm_used() {
  static int which = -1;
  return which;
}

cublasStatus_t planned(const char* function) {
  return static_cast<cublasStatus_t>(fake::planned(function, CUBLAS_STATUS_EXECUTION_FAILED));
}

/// The fake's algorithms carry their number, and a mark that only the fake makes.
constexpr std::uint64_t kMark = 0x656b6166;

const fake::Algorithm& algorithm_of(const cublasLtMatmulAlgo_t& handle) {
  return fake::configuration().algorithms.at(handle.data[1]);
}

/// What the caller has set, default or not.
std::set<std::pair<cublasLtMatmulDesc_t, cublasLtMatmulDescAttributes_t>>& settings() {
  static std::set<std::pair<cublasLtMatmulDesc_t, cublasLtMatmulDescAttributes_t>> all;
  return all;
}

template <class T>
T wish(cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t which) {
  return fake::read_by<T, decltype(cublasLtMatmulPreferenceGetAttribute)>(
      "cublasLtMatmulPreferenceGetAttribute", preference, which);
}

/// Whether cuBLASLt proposes the algorithm to who has these wishes.
bool wanted(const fake::Algorithm& algorithm, cublasLtMatmulPreference_t wishes) {
  constexpr cublasLtMatmulPreferenceAttributes_t kAlignments[] = {
      CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
      CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES};
  for (std::size_t i = 0; i < 4; ++i) {
    if (algorithm.alignments[i] > wish<std::uint32_t>(wishes, kAlignments[i])) return false;
  }
  const auto schemes = wish<std::uint32_t>(wishes, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK);
  const auto numerics = wish<std::uint64_t>(wishes, CUBLASLT_MATMUL_PREF_IMPL_MASK);
  return algorithm.workspace <= wish<std::uint64_t>(wishes, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) &&
         (algorithm.reduction & ~schemes) == 0 &&
         (algorithm.unmasked || (algorithm.numerics & ~numerics) == 0);
}

bool aligned(const void* at, std::uintptr_t alignment) {
  return reinterpret_cast<std::uintptr_t>(at) % alignment == 0;
}

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
  if (status == CUBLAS_STATUS_SUCCESS || fake::lost()) fake::count_live("cuBLASLt handles", -1);
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
  std::erase_if(settings(), [&](const auto& setting) { return setting.first == product; });
  real<decltype(cublasLtMatmulDescDestroy)>(__func__)(product);
  if (status == CUBLAS_STATUS_SUCCESS || fake::lost()) fake::count_live("cuBLASLt descriptors", -1);
  return status;
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t product,
                                              cublasLtMatmulDescAttributes_t which, const void* value,
                                              size_t bytes) {
  FAKE_LT(__func__);
  settings().emplace(product, which);
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
  if (status == CUBLAS_STATUS_SUCCESS || fake::lost()) fake::count_live("cuBLASLt descriptors", -1);
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
  if (status == CUBLAS_STATUS_SUCCESS || fake::lost()) fake::count_live("cuBLASLt descriptors", -1);
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
                                              cublasLtMatmulPreference_t wishes, int most,
                                              cublasLtMatmulHeuristicResult_t results[], int* found) {
  FAKE_LT(__func__);
  const Task task = fake::read_task(product, a, b, d);
  if (c != d || !fake::valid(product, task)) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (task.bias && task.bias_at == nullptr) return CUBLAS_STATUS_NOT_SUPPORTED;
  *found = 0;
  const auto& all = fake::configuration().algorithms;
  for (std::size_t i = 0; i < all.size() && *found < most; ++i) {
    if (!wanted(all[i], wishes)) continue;
    cublasLtMatmulHeuristicResult_t& result = results[(*found)++];
    result = {};
    result.algo.data[0] = kMark;
    result.algo.data[1] = i;
    result.workspaceSize = all[i].workspace;
  }
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoConfigGetAttribute(const cublasLtMatmulAlgo_t* algorithm,
                                                    cublasLtMatmulAlgoConfigAttributes_t which, void* value,
                                                    size_t bytes, size_t*) {
  FAKE_LT(__func__);
  if (which != CUBLASLT_ALGO_CONFIG_ID || bytes != 4) return CUBLAS_STATUS_INVALID_VALUE;
  *static_cast<std::int32_t*>(value) = 60 + static_cast<std::int32_t>(algorithm->data[1]);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoCapGetAttribute(const cublasLtMatmulAlgo_t* algorithm,
                                                 cublasLtMatmulAlgoCapAttributes_t which, void* value,
                                                 size_t bytes, size_t*) {
  FAKE_LT(__func__);
  if (which != CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS || bytes != 8) return CUBLAS_STATUS_INVALID_VALUE;
  *static_cast<std::uint64_t*>(value) = algorithm_of(*algorithm).numerics;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t product, const void* alpha,
                              const void* a_at, cublasLtMatrixLayout_t a, const void* b_at,
                              cublasLtMatrixLayout_t b, const void* beta, const void* c_at,
                              cublasLtMatrixLayout_t c, void* d_at, cublasLtMatrixLayout_t d,
                              const cublasLtMatmulAlgo_t* algorithm, void* workspace, size_t workspace_bytes,
                              cudaStream_t stream) {
  FAKE_LT(__func__);
  const Task task = fake::read_task(product, a, b, d);
  const auto mine = [&](const void* begin, std::uint64_t bytes) {
    const int owner = fake::owner_of(begin, bytes);
    return owner >= 0 && fake::reaches(stream->device, owner);
  };
  const bool right = fake::is_stream(stream) && *reinterpret_cast<int*>(handle) == stream->device &&
                     stream->device == fake::current_device() && c == d && c_at == d_at &&
                     algorithm->data[0] == kMark && fake::valid(product, task) &&
                     settings().contains({product, CUBLASLT_MATMUL_DESC_FAST_ACCUM}) && !task.fast_sums &&
                     fake::scale_of(product, alpha) == 1 && fake::scale_of(product, beta) == 0 &&
                     mine(workspace, workspace_bytes) && mine(a_at, task.a.bytes()) &&
                     mine(b_at, task.b.bytes()) && mine(d_at, task.d.bytes()) &&
                     (!task.bias || mine(task.bias_at, task.d.rows * fake::size_of(task.d.type)));
  if (!right) return CUBLAS_STATUS_INVALID_VALUE;
  const fake::Algorithm& how = algorithm_of(*algorithm);
  const std::uintptr_t least = !task.eight_bits()         ? fake::size_of(task.a.type)
                               : task.a.type == CUDA_R_8I ? 4
                                                          : 16;
  const void* const operands[] = {a_at, b_at, c_at, d_at};
  for (std::size_t i = 0; i < 4; ++i) {
    if (!aligned(operands[i], least) || !aligned(operands[i], how.alignments[i]))
      return CUBLAS_STATUS_INVALID_VALUE;
  }
  if (workspace_bytes < how.workspace) return CUBLAS_STATUS_INVALID_VALUE;
  const int which = static_cast<int>(algorithm->data[1]);
  fake::enqueue(stream, [=] {
    algorithm_used() = which;
    fake::spend(which == fake::configuration().fastest_algorithm ? 0 : 1'000'000'000);
    fake::multiply(task, a_at, b_at, d_at);
    return cudaSuccess;
  });
  return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"
