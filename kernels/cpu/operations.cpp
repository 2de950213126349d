#include "kernels/cpu/operations.hpp"

#include <span>

#include "kernels/chase.h"
#include "kernels/cpu/chase.hpp"
#include "kernels/cpu/fma.hpp"
#include "kernels/cpu/gemm.hpp"
#include "kernels/cpu/gpt_operations.hpp"
#include "kernels/cpu/march.hpp"
#include "kernels/cpu/random_update.hpp"
#include "kernels/cpu/stream_kernels.hpp"
#include "kernels/fma.h"
#include "kernels/gemm.h"
#include "kernels/march.h"
#include "kernels/random_update.h"
#include "kernels/stream.h"

namespace rackproof::cpu {
namespace {

Job prepare_nothing(const DeviceMemory&, const void*) {
  return [](ThreadPool&) {};
}

template <rp_op Op, rp_dtype Dtype>
constexpr Operation kStreamRow{.op = Op,
                               .dtype = Dtype,
                               .params_size = sizeof(rp_stream_params),
                               .prepare = prepare_stream<Op, Dtype>,
                               .check = check_stream};

constexpr std::size_t kGemmParams = sizeof(rp_gemm_params);
constexpr std::size_t kFmaParams = sizeof(rp_fma_params);

constexpr Operation kOperations[] = {
    {RP_OP_NOTHING, RP_F64, 0, prepare_nothing},
    kStreamRow<RP_OP_COPY, RP_F64>,
    kStreamRow<RP_OP_COPY, RP_F32>,
    kStreamRow<RP_OP_SCALE, RP_F64>,
    kStreamRow<RP_OP_SCALE, RP_F32>,
    kStreamRow<RP_OP_ADD, RP_F64>,
    kStreamRow<RP_OP_ADD, RP_F32>,
    kStreamRow<RP_OP_TRIAD, RP_F64>,
    kStreamRow<RP_OP_TRIAD, RP_F32>,
    kStreamRow<RP_OP_DOT, RP_F64>,
    kStreamRow<RP_OP_DOT, RP_F32>,
    kStreamRow<RP_OP_NSTREAM, RP_F64>,
    kStreamRow<RP_OP_NSTREAM, RP_F32>,
    kStreamRow<RP_OP_READ, RP_U64>,
    kStreamRow<RP_OP_WRITE, RP_F64>,
    kStreamRow<RP_OP_WRITE, RP_F32>,
    kStreamRow<RP_OP_UPDATE, RP_F64>,
    kStreamRow<RP_OP_UPDATE, RP_F32>,
    {RP_OP_CHASE, RP_U64, sizeof(rp_chase_params), prepare_chase},
    {RP_OP_RANDOM_UPDATE, RP_U64, sizeof(rp_random_update_params), prepare_random_update},
    {RP_OP_MARCH, RP_U64, sizeof(rp_march_params), prepare_march},
    {RP_OP_GEMM, RP_F64, kGemmParams, prepare_gemm<double>, nullptr, check_gemm<double>},
    {RP_OP_GEMM, RP_F32, kGemmParams, prepare_gemm<float>, nullptr, check_gemm<float>},
    {RP_OP_GEMM, RP_BF16, kGemmParams, prepare_gemm_onednn<RP_BF16>, nullptr, check_gemm_onednn<RP_BF16>},
    {RP_OP_GEMM, RP_F16, kGemmParams, prepare_gemm_onednn<RP_F16>, nullptr, check_gemm_onednn<RP_F16>},
    {RP_OP_GEMM, RP_I8, kGemmParams, prepare_gemm_onednn<RP_I8>, nullptr, check_gemm_onednn<RP_I8>},
    {RP_OP_FMA, RP_F64, kFmaParams, prepare_fma<double>, nullptr, check_fma},
    {RP_OP_FMA, RP_F32, kFmaParams, prepare_fma<float>, nullptr, check_fma},
};

}  // namespace

const Operation* find_operation(rp_op op, rp_dtype dtype) {
  for (const std::span<const Operation> rows : {std::span<const Operation>(kOperations), gpt_operations()}) {
    for (const Operation& row : rows) {
      if (row.op == op && (row.dtype == dtype || op == RP_OP_NOTHING)) return &row;
    }
  }
  return nullptr;
}

}  // namespace rackproof::cpu
