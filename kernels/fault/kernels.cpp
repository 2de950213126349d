#include "kernels/fault/kernels.hpp"

#include <cstring>
#include <string>
#include <type_traits>

#include "kernels/edge.h"

namespace rackproof::fault {
namespace {

using kernels::Failure;

/// The params as the type of this operation; `given` bytes at any alignment.
template <class P>
P copied(const void* params, std::size_t given) {
  if (given != sizeof(P) || params == nullptr) {
    throw Failure(RP_INVALID, "params have the wrong size for this operation");
  }
  P copy;
  std::memcpy(&copy, params, sizeof copy);
  return copy;
}

}  // namespace

bool implemented(rp_op op, rp_dtype dtype) {
  switch (op) {
    case RP_OP_NOTHING:
      return true;
    case RP_OP_READ:
    case RP_OP_CHASE:
    case RP_OP_RANDOM_UPDATE:
    case RP_OP_MARCH:
      return dtype == RP_U64;
    case RP_OP_COPY:
    case RP_OP_SCALE:
    case RP_OP_ADD:
    case RP_OP_TRIAD:
    case RP_OP_DOT:
    case RP_OP_NSTREAM:
    case RP_OP_WRITE:
    case RP_OP_UPDATE:
    case RP_OP_FMA:
      return dtype == RP_F32 || dtype == RP_F64;
    case RP_OP_GEMM:
      return dtype <= RP_I8;
    default:
      return false;
  }
}

Operation read_operation(rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) {
  if (!implemented(op, dtype)) {
    throw Failure(RP_UNSUPPORTED, "the fault backend has no operation " + std::to_string(op) +
                                      " with data type " + std::to_string(dtype));
  }
  Operation operation;
  operation.op = op;
  operation.dtype = operation.output = dtype;
  const std::uint64_t element = kernels::element_bytes(dtype);
  const auto take = [&]<class P>(std::type_identity<P>, auto regions) {
    const P own = copied<P>(params, params_size);
    operation.regions = regions(own);
    operation.params = own;
    return own;
  };
  switch (op) {
    case RP_OP_NOTHING:
      if (params_size != 0) throw Failure(RP_INVALID, "params have the wrong size for this operation");
      break;
    case RP_OP_GEMM: {
      const auto gemm = take(std::type_identity<rp_gemm_params>{},
                             [&](const auto& own) { return kernels::gemm_regions(element, own); });
      accept_gemm(dtype, gemm);
      operation.output = static_cast<rp_dtype>(gemm.output);
      break;
    }
    case RP_OP_FMA:
      take(std::type_identity<rp_fma_params>{},
           [&](const auto& own) { return kernels::fma_regions(element, own); });
      break;
    case RP_OP_CHASE:
      take(std::type_identity<rp_chase_params>{}, kernels::chase_regions);
      break;
    case RP_OP_RANDOM_UPDATE:
      take(std::type_identity<rp_random_update_params>{}, kernels::random_update_regions);
      break;
    case RP_OP_MARCH:
      take(std::type_identity<rp_march_params>{}, kernels::march_regions);
      break;
    default:
      take(std::type_identity<rp_stream_params>{},
           [&](const auto& own) { return kernels::stream_regions(op, element, own); });
  }
  return operation;
}

void compute(const Operation& operation, Operands operands) {
  std::visit(
      [&](const auto& params) {
        using P = std::decay_t<decltype(params)>;
        if constexpr (std::is_same_v<P, rp_stream_params>) {
          compute_stream(operation.op, operation.dtype, params, operands);
        } else if constexpr (std::is_same_v<P, rp_gemm_params>) {
          compute_gemm(operation.dtype, params, operands);
        } else if constexpr (std::is_same_v<P, rp_fma_params>) {
          compute_fma(operation.dtype, params, operands);
        } else if constexpr (std::is_same_v<P, rp_chase_params>) {
          compute_chase(params, operands);
        } else if constexpr (std::is_same_v<P, rp_random_update_params>) {
          compute_random_update(params, operands);
        } else if constexpr (std::is_same_v<P, rp_march_params>) {
          compute_march(params, operands);
        }
      },
      operation.params);
}

}  // namespace rackproof::fault
