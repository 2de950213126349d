// cuBLASLt's handles with owners, and its errors as results of the ABI.
#pragma once

#include <cublasLt.h>

#include <cstdint>
#include <memory>
#include <type_traits>

namespace rackproof::cuda {

/// As check() of error.hpp. A status behind which the device is lost is RP_DEVICE_LOST.
void check(cublasStatus_t status, const char* call, const char* attempt);

template <class Handle, cublasStatus_t (*Destroy)(Handle)>
struct LtDeleter {
  using pointer = Handle;
  void operator()(Handle handle) const { Destroy(handle); }
};
template <class Handle, cublasStatus_t (*Destroy)(Handle)>
using LtOwner = std::unique_ptr<std::remove_pointer_t<Handle>, LtDeleter<Handle, Destroy>>;

using LtHandle = LtOwner<cublasLtHandle_t, cublasLtDestroy>;
using LtProduct = LtOwner<cublasLtMatmulDesc_t, cublasLtMatmulDescDestroy>;
using LtLayout = LtOwner<cublasLtMatrixLayout_t, cublasLtMatrixLayoutDestroy>;
using LtPreference = LtOwner<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceDestroy>;

/// On the current device.
LtHandle make_lt_handle();
LtProduct make_lt_product(cublasComputeType_t compute, cudaDataType_t scale);
/// Column-major, packed.
LtLayout make_lt_layout(cudaDataType_t type, std::uint64_t rows, std::uint64_t columns, std::int32_t batch);
LtPreference make_lt_preference();

std::int32_t config_id_of(const cublasLtMatmulAlgo_t& algorithm);
/// CUBLASLT_NUMERICAL_IMPL_FLAGS_… of what it multiplies and adds.
std::uint64_t numerics_of(const cublasLtMatmulAlgo_t& algorithm);

template <class T>
void set(const LtProduct& product, cublasLtMatmulDescAttributes_t attribute, T value) {
  check(cublasLtMatmulDescSetAttribute(product.get(), attribute, &value, sizeof value),
        "cublasLtMatmulDescSetAttribute", "the description of a product");
}
template <class T>
void set(const LtPreference& preference, cublasLtMatmulPreferenceAttributes_t attribute, T value) {
  check(cublasLtMatmulPreferenceSetAttribute(preference.get(), attribute, &value, sizeof value),
        "cublasLtMatmulPreferenceSetAttribute", "what algorithms are wanted");
}

}  // namespace rackproof::cuda
