// Embedding of kernels/gpt.h on the device. Backward, a block owns a row of a table and adds up what belongs to it in the
// order of the tokens, so that no two threads write the same element.
#include <limits>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {
namespace {

using kernels::Bf16;
using kernels::Wide;

constexpr std::uint32_t kThreads = 128;

/// A block is a token of the batch.
template <class T>
__global__ void __launch_bounds__(kThreads)
    embed(const std::int32_t* tokens, const T* token_table, const T* position_table, T* x,
          std::uint32_t context, std::uint32_t channels, std::uint32_t vocabulary) {
  const auto token = static_cast<std::uint32_t>(tokens[blockIdx.x]);
  const T* position = position_table + std::uint64_t{blockIdx.x % context} * channels;
  T* out = x + std::uint64_t{blockIdx.x} * channels;
  for (std::uint32_t c = threadIdx.x; c < channels; c += kThreads) {
    const Wide<T> sum = token < vocabulary
                            ? static_cast<Wide<T>>(token_table[std::uint64_t{token} * channels + c]) +
                                  static_cast<Wide<T>>(position[c])
                            : std::numeric_limits<Wide<T>>::quiet_NaN();
    out[c] = static_cast<T>(sum);
  }
}

/// A block is a word of the vocabulary.
template <class T>
__global__ void __launch_bounds__(kThreads)
    token_gradient(const T* dx, const std::int32_t* tokens, T* table, std::uint64_t count,
                   std::uint32_t channels, bool accumulate) {
  T* out = table + std::uint64_t{blockIdx.x} * channels;
  for (std::uint32_t c = threadIdx.x; c < channels; c += kThreads) {
    Wide<T> sum = accumulate ? static_cast<Wide<T>>(out[c]) : Wide<T>{0};
    for (std::uint64_t i = 0; i < count; ++i) {
      if (static_cast<std::uint32_t>(tokens[i]) == blockIdx.x)
        sum += static_cast<Wide<T>>(dx[i * channels + c]);
    }
    out[c] = static_cast<T>(sum);
  }
}

/// A block is a position. Tokens outside the vocabulary have no gradient: their row was no number.
template <class T>
__global__ void __launch_bounds__(kThreads)
    position_gradient(const T* dx, const std::int32_t* tokens, T* table, std::uint32_t batch,
                      std::uint32_t context, std::uint32_t channels, std::uint32_t vocabulary) {
  T* out = table + std::uint64_t{blockIdx.x} * channels;
  for (std::uint32_t c = threadIdx.x; c < channels; c += kThreads) {
    Wide<T> sum{0};
    for (std::uint32_t b = 0; b < batch; ++b) {
      const std::uint64_t i = std::uint64_t{b} * context + blockIdx.x;
      if (static_cast<std::uint32_t>(tokens[i]) < vocabulary)
        sum += static_cast<Wide<T>>(dx[i * channels + c]);
    }
    out[c] = static_cast<T>(sum);
  }
}

}  // namespace

template <class T>
int launch_gpt_embed(const rp_gpt_embed_params& p, const Launch& launch) {
  return simt::launch(embed<T>, std::uint64_t{p.batch} * p.context, kThreads, launch.stream,
                      elements<const std::int32_t>(launch, p.tokens),
                      elements<const T>(launch, p.token_table), elements<const T>(launch, p.position_table),
                      elements<T>(launch, p.x), p.context, p.channels, p.vocabulary);
}

template <class T>
int launch_gpt_embed_backward(const rp_gpt_embed_backward_params& p, const Launch& launch) {
  const auto* const dx = elements<const T>(launch, p.dx);
  const auto* const tokens = elements<const std::int32_t>(launch, p.tokens);
  const int error = simt::launch(token_gradient<T>, p.vocabulary, kThreads, launch.stream, dx, tokens,
                                 elements<T>(launch, p.dtoken_table), std::uint64_t{p.batch} * p.context,
                                 p.channels, p.accumulate != 0);
  if (error != 0) return error;
  return simt::launch(position_gradient<T>, p.context, kThreads, launch.stream, dx, tokens,
                      elements<T>(launch, p.dposition_table), p.batch, p.context, p.channels, p.vocabulary);
}

template int launch_gpt_embed<Bf16>(const rp_gpt_embed_params&, const Launch&);
template int launch_gpt_embed<double>(const rp_gpt_embed_params&, const Launch&);
template int launch_gpt_embed<float>(const rp_gpt_embed_params&, const Launch&);
template int launch_gpt_embed_backward<Bf16>(const rp_gpt_embed_backward_params&, const Launch&);
template int launch_gpt_embed_backward<double>(const rp_gpt_embed_backward_params&, const Launch&);
template int launch_gpt_embed_backward<float>(const rp_gpt_embed_backward_params&, const Launch&);

}  // namespace rackproof::cuda
