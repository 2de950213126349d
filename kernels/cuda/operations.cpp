#include "kernels/cuda/operations.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "kernels/cuda/entry.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/gemm.hpp"
#include "kernels/cuda/launch.hpp"
#include "kernels/gpt_regions.h"
#include "kernels/regions.h"

namespace rackproof::cuda {
namespace {

using kernels::Failure;

/// Bytes of the largest params of an operation that has a kernel.
constexpr std::size_t kMostParams = 256;
static_assert(sizeof(rp_gpt_adamw_params) <= kMostParams);

bool is_product(rp_op op) { return op == RP_OP_GEMM || op == RP_OP_GPT_MATMUL; }

bool supported(rp_op op, rp_dtype dtype) {
  if (op == RP_OP_GPT_MATMUL) return dtype == RP_F32 || dtype == RP_F64 || dtype == RP_BF16;
  return op == RP_OP_GEMM || has_kernel(op, dtype);
}

/// The params as the type of this operation; `given` bytes at any alignment.
template <class P>
P copied(const void* params, std::size_t given) {
  if (given != sizeof(P) || params == nullptr)
    throw Failure(RP_INVALID, "params have the wrong size for this operation");
  P copy;
  std::memcpy(&copy, params, sizeof copy);
  return copy;
}

/// What is left of an operation after its params were read.
struct Request {
  std::vector<kernels::Region> regions;  ///< the output first
  Product product{};                     ///< of a product, as the two below
  rp_memory bias{};
};

/// Allocations begin at multiples of 256 (CUDA C++ Programming Guide, "Device Memory Accesses").
std::uint32_t alignment_of(rp_memory memory) {
  const std::uint64_t lowest = memory.offset & (~memory.offset + 1);
  return lowest == 0 ? 256 : static_cast<std::uint32_t>(std::min<std::uint64_t>(256, lowest));
}

/// 8-bit types: cuBLAS documentation, cublasLtMatmul.
void require_alignment(const Product& product) {
  const cudaDataType_t type = product.types.input;
  const std::uint32_t least = type == CUDA_R_8F_E4M3 ? 16 : type == CUDA_R_8I ? 4 : 1;
  const ProductAlignments& all = product.alignments;
  if (std::min({all.first, all.second, all.out}) < least)
    throw Failure(RP_UNSUPPORTED, "cuBLASLt multiplies this type only at addresses that are multiples of " +
                                      std::to_string(least));
}

/// Nothing to sum up: cuBLASLt knows no such product.
bool empty(const ProductShape& shape) { return shape.rows == 0 || shape.columns == 0 || shape.depth == 0; }

/// Regions: out, A, B. B comes first (gemm.hpp).
Request product_request(std::vector<kernels::Region> regions, const ProductTypes& types,
                        const ProductShape& shape, rp_memory bias) {
  const Product product{types,
                        shape,
                        {alignment_of(regions[2].memory), alignment_of(regions[1].memory),
                         alignment_of(regions[0].memory), alignment_of(bias)}};
  if (!empty(shape)) require_alignment(product);
  return {std::move(regions), product, bias};
}

Request read_gemm(rp_dtype dtype, const rp_gemm_params& params) {
  const ProductTypes types = gemm_types(dtype, params);
  return product_request(kernels::gemm_regions(kernels::element_bytes(dtype), params), types,
                         gemm_shape(dtype, params), {});
}

Request read_gpt(rp_op op, rp_dtype dtype, const void* params, std::size_t given) {
  if (params == nullptr || given != kernels::gpt_params_size(op))
    throw Failure(RP_INVALID, "params have the wrong size for this operation");
  auto regions = kernels::gpt_regions(op, dtype, params);
  if (op != RP_OP_GPT_MATMUL) return {std::move(regions), {}, {}};
  const auto matmul = copied<rp_gpt_matmul_params>(params, given);
  return product_request(std::move(regions), gpt_matmul_types(dtype), gpt_matmul_shape(matmul), matmul.bias);
}

std::vector<kernels::Region> checked_fma(const rp_device& device, std::uint64_t element,
                                         const rp_fma_params& params) {
  if (params.units > device.compute_units)
    throw Failure(RP_INVALID, "fma: more units than the device has multiprocessors");
  return kernels::fma_regions(element, params);
}

Request read_request(const rp_device& device, rp_op op, rp_dtype dtype, const void* params,
                     std::size_t given) {
  if (!supported(op, dtype)) {
    throw Failure(RP_UNSUPPORTED, "the CUDA backend has no operation " + std::to_string(op) +
                                      " with data type " + std::to_string(dtype));
  }
  const std::uint64_t element = kernels::element_bytes(dtype);
  switch (op) {
    case RP_OP_NOTHING:
      if (given != 0) throw Failure(RP_INVALID, "params have the wrong size for this operation");
      return {};
    case RP_OP_GEMM:
      return read_gemm(dtype, copied<rp_gemm_params>(params, given));
    case RP_OP_FMA:
      return {checked_fma(device, element, copied<rp_fma_params>(params, given)), {}, {}};
    case RP_OP_CHASE:
      return {kernels::chase_regions(copied<rp_chase_params>(params, given)), {}, {}};
    case RP_OP_RANDOM_UPDATE:
      return {kernels::random_update_regions(copied<rp_random_update_params>(params, given)), {}, {}};
    case RP_OP_MARCH:
      return {kernels::march_regions(copied<rp_march_params>(params, given)), {}, {}};
    default:
      if (op >= RP_OP_GPT_FIRST) return read_gpt(op, dtype, params, given);
      return {kernels::stream_regions(op, element, copied<rp_stream_params>(params, given)), {}, {}};
  }
}

void enqueue_product(rp_stream& stream, const Request& request) {
  const DeviceMemory& memory = stream.device->memory;
  const auto& regions = request.regions;
  if (empty(request.product.shape)) {  // an empty sum, or nothing at all
    if (regions[0].bytes == 0) return;
    check(cudaMemsetAsync(memory.of(regions[0].memory), 0, regions[0].bytes, stream.stream.get()),
          "cudaMemsetAsync", "a product whose sums are empty");
    return;
  }
  const ProductOperands operands{memory.of(regions[2].memory), memory.of(regions[1].memory),
                                 memory.of(regions[0].memory), memory.of(request.bias)};
  Products& products = *stream.device->products;
  if (!products.searched(request.product)) backend().require_none_held("a product that was not run before");
  products.enqueue(request.product, operands, stream.stream);
}

}  // namespace

void query(rp_device& device, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size,
           rp_op_facts* facts) {
  const Request request = read_request(device, op, dtype, params, params_size);
  if (!is_product(op)) return kernels::fill_facts(facts, 0);
  if (!empty(request.product.shape)) device.products->require(request.product);
  kernels::fill_facts(facts, Stream::kWorkspace, "vendor library", device.products->detail(request.product));
}

void enqueue(rp_stream& stream, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size) {
  const rp_device& device = *stream.device;
  const Request request = read_request(device, op, dtype, params, params_size);
  stream.stream.gates().admit();
  for (const kernels::Region& region : request.regions) device.memory.at(region.memory, region.bytes);
  if (is_product(op)) return enqueue_product(stream, request);
  alignas(std::max_align_t) std::byte aligned[kMostParams];  // kernels read the params in place
  if (params_size != 0) std::memcpy(aligned, params, params_size);
  const Launch launch{device.memory, device.compute_units, stream.stream.get()};
  check(static_cast<cudaError_t>(launch_kernel(op, dtype, aligned, launch)), "launch_kernel",
        "the kernel of an operation");
}

}  // namespace rackproof::cuda
