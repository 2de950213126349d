#include "kernels/cuda/cublaslt.hpp"

#include <string>

#include "kernels/cuda/error.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

rp_result result_of(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_ALLOC_FAILED:
      return RP_OUT_OF_MEMORY;
    case CUBLAS_STATUS_NOT_SUPPORTED:
    case CUBLAS_STATUS_ARCH_MISMATCH:
      return RP_UNSUPPORTED;
    default:
      return RP_FAILED;
  }
}

}  // namespace

void check(cublasStatus_t status, const char* call, const char* attempt) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  const std::string text = std::string(call) + ": " + cublasLtGetStatusName(status) + " (" +
                           std::to_string(status) + "); " + attempt;
  throw_if_lost(call, text);
  throw kernels::Failure(result_of(status), text);
}

LtHandle make_lt_handle() {
  cublasLtHandle_t handle = nullptr;
  check(cublasLtCreate(&handle), "cublasLtCreate", "the start of cuBLASLt");
  return LtHandle(handle);
}

LtProduct make_lt_product(cublasComputeType_t compute, cudaDataType_t scale) {
  cublasLtMatmulDesc_t product = nullptr;
  check(cublasLtMatmulDescCreate(&product, compute, scale), "cublasLtMatmulDescCreate",
        "the description of a product");
  return LtProduct(product);
}

LtLayout make_lt_layout(cudaDataType_t type, std::uint64_t rows, std::uint64_t columns, std::int32_t batch) {
  cublasLtMatrixLayout_t raw = nullptr;
  check(cublasLtMatrixLayoutCreate(&raw, type, rows, columns, static_cast<std::int64_t>(rows)),
        "cublasLtMatrixLayoutCreate", "the layout of a matrix");
  LtLayout layout(raw);
  const auto set_layout = [&](cublasLtMatrixLayoutAttribute_t attribute, auto value) {
    check(cublasLtMatrixLayoutSetAttribute(layout.get(), attribute, &value, sizeof value),
          "cublasLtMatrixLayoutSetAttribute", "the layout of a batch of matrices");
  };
  set_layout(CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, batch);
  set_layout(CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, static_cast<std::int64_t>(rows * columns));
  return layout;
}

LtPreference make_lt_preference() {
  cublasLtMatmulPreference_t preference = nullptr;
  check(cublasLtMatmulPreferenceCreate(&preference), "cublasLtMatmulPreferenceCreate",
        "what algorithms are wanted");
  return LtPreference(preference);
}

std::int32_t config_id_of(const cublasLtMatmulAlgo_t& algorithm) {
  std::int32_t id = 0;
  std::size_t written = 0;
  check(cublasLtMatmulAlgoConfigGetAttribute(&algorithm, CUBLASLT_ALGO_CONFIG_ID, &id, sizeof id, &written),
        "cublasLtMatmulAlgoConfigGetAttribute", "the number of an algorithm");
  return id;
}

std::uint64_t numerics_of(const cublasLtMatmulAlgo_t& algorithm) {
  std::uint64_t flags = 0;
  std::size_t written = 0;
  check(cublasLtMatmulAlgoCapGetAttribute(&algorithm, CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS, &flags,
                                          sizeof flags, &written),
        "cublasLtMatmulAlgoCapGetAttribute", "what an algorithm multiplies and adds");
  return flags;
}

}  // namespace rackproof::cuda
