// Cross-entropy of kernels/gpt.h on the device: one block per row.
#include <cmath>
#include <limits>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/reduce.cuh"

namespace rackproof::cuda {
namespace {

using kernels::Bf16;
using kernels::Wide;

constexpr std::uint32_t kThreads = 256;

template <class T>
__global__ void __launch_bounds__(kThreads)
    cross_entropy(const T* logits, const std::int32_t* targets, Wide<T>* losses, T* dlogits,
                  std::uint32_t vocabulary) {
  using W = Wide<T>;
  const T* in = logits + std::uint64_t{blockIdx.x} * vocabulary;
  T* out = dlogits + std::uint64_t{blockIdx.x} * vocabulary;
  const auto target = static_cast<std::uint32_t>(targets[blockIdx.x]);
  const W nan = std::numeric_limits<W>::quiet_NaN();
  W largest = -std::numeric_limits<W>::infinity();
  for (std::uint32_t v = threadIdx.x; v < vocabulary; v += kThreads)
    largest = Largest{}(static_cast<W>(in[v]), largest);
  largest = block_reduce<kThreads>(largest, Largest{});
  const auto power = [=](std::uint32_t v) { return std::exp(static_cast<W>(in[v]) - largest); };
  W sum{0};
  for (std::uint32_t v = threadIdx.x; v < vocabulary; v += kThreads) sum += power(v);
  sum = block_reduce<kThreads>(sum, Sum{});
  const bool known = target < vocabulary;
  const W share = 1 / static_cast<W>(gridDim.x);
  for (std::uint32_t v = threadIdx.x; v < vocabulary; v += kThreads) {
    const W gradient = power(v) * (share / sum) - (v == target ? share : W{0});
    out[v] = static_cast<T>(known ? gradient : nan);
  }
  if (threadIdx.x == 0)
    losses[blockIdx.x] = known ? std::log(sum) + largest - static_cast<W>(in[target]) : nan;
}

}  // namespace

template <class T>
int launch_gpt_cross_entropy(const rp_gpt_cross_entropy_params& p, const Launch& launch) {
  return simt::launch(cross_entropy<T>, p.rows, kThreads, launch.stream, elements<const T>(launch, p.logits),
                      elements<const std::int32_t>(launch, p.targets), elements<Wide<T>>(launch, p.losses),
                      elements<T>(launch, p.dlogits), p.vocabulary);
}

template int launch_gpt_cross_entropy<Bf16>(const rp_gpt_cross_entropy_params&, const Launch&);
template int launch_gpt_cross_entropy<double>(const rp_gpt_cross_entropy_params&, const Launch&);
template int launch_gpt_cross_entropy<float>(const rp_gpt_cross_entropy_params&, const Launch&);

}  // namespace rackproof::cuda
