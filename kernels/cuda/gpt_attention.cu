// Causal multi-head attention of kernels/gpt.h on the device: one block per token of a head. Outputs are used for what a
// later step needs, so there is no other memory.
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/reduce.cuh"

namespace rackproof::cuda {
namespace {

using kernels::Bf16;
using kernels::Wide;

constexpr std::uint32_t kThreads = 128;

struct Shape {
  std::uint32_t context, channels, heads;
};

/// Where the token of this block lies in its head.
struct Token {
  std::uint32_t position, width;
  std::uint64_t qkv;            ///< of the head's first token: q at 0, k at `channels`, v at 2 · `channels`
  std::uint64_t stride;         ///< of qkv, from token to token
  std::uint64_t out;            ///< of the head's first token in an array of rows × channels
  std::uint64_t probabilities;  ///< of the head
  __device__ explicit Token(const Shape& shape) {
    const std::uint32_t head = blockIdx.x / shape.context % shape.heads;
    const std::uint64_t sequence = blockIdx.x / shape.context / shape.heads;
    position = blockIdx.x % shape.context;
    width = shape.channels / shape.heads;
    stride = 3 * std::uint64_t{shape.channels};
    qkv = sequence * shape.context * stride + head * width;
    out = sequence * shape.context * shape.channels + head * width;
    probabilities = (sequence * shape.heads + head) * shape.context * shape.context;
  }
};

template <class T>
__device__ Wide<T> dot(const T* a, const T* b, std::uint32_t n) {
  Wide<T> sum{0};
  for (std::uint32_t i = 0; i < n; ++i) sum += static_cast<Wide<T>>(a[i]) * static_cast<Wide<T>>(b[i]);
  return sum;
}

template <class T>
__global__ void __launch_bounds__(kThreads) attention(const T* qkv, T* out, T* probabilities, Shape shape) {
  using W = Wide<T>;
  const Token at(shape);
  const std::uint32_t keys = at.position + 1;
  const W scale = 1 / std::sqrt(static_cast<W>(at.width));
  const T* query = qkv + at.qkv + at.position * at.stride;
  const T* key = qkv + at.qkv + shape.channels;
  const T* value = key + shape.channels;
  T* p = probabilities + at.probabilities + std::uint64_t{at.position} * shape.context;
  // A thread reads only what it wrote itself until the barrier. A score that is rounded to bf16 would be another power of e.
  constexpr bool kKeepsScores = std::is_same_v<T, W>;
  const auto score = [=](std::uint32_t j) { return scale * dot(query, key + j * at.stride, at.width); };
  W largest = -std::numeric_limits<W>::infinity();
  for (std::uint32_t j = threadIdx.x; j < keys; j += kThreads) {
    const W here = score(j);
    if constexpr (kKeepsScores) p[j] = here;
    largest = Largest{}(here, largest);
  }
  largest = block_reduce<kThreads>(largest, Largest{});
  W sum{0};
  for (std::uint32_t j = threadIdx.x; j < keys; j += kThreads) {
    W power;
    if constexpr (kKeepsScores) {
      power = std::exp(p[j] - largest);
    } else {
      power = std::exp(score(j) - largest);
    }
    p[j] = static_cast<T>(power);
    sum += power;
  }
  sum = block_reduce<kThreads>(sum, Sum{});
  for (std::uint32_t j = threadIdx.x; j < shape.context; j += kThreads)
    p[j] = j < keys ? static_cast<T>(static_cast<W>(p[j]) / sum) : T{};
  __syncthreads();
  T* o = out + at.out + std::uint64_t{at.position} * shape.channels;
  for (std::uint32_t c = threadIdx.x; c < at.width; c += kThreads) {
    W mixed{0};
    for (std::uint32_t j = 0; j < keys; ++j)
      mixed += static_cast<W>(p[j]) * static_cast<W>(value[j * at.stride + c]);
    o[c] = static_cast<T>(mixed);
  }
}

// Backward, with dp = dout·vᵀ:  ds = p·(dp − Σ p·dp)/√width,  dq = ds·k,  dk = dsᵀ·q,  dv = pᵀ·dout.
// The first kernel leaves Σ p·dp of every token where dv's first channel will stand, the second one uses it.

/// out = Σ ds(j) · vector j of `vectors`, j < count, tile by tile of as many j as there are threads. All threads call it.
template <class T, class Ds>
__device__ void weighted_sum(const Token& at, std::uint32_t count, const T* vectors, T* out, Ds ds_of) {
  using W = Wide<T>;
  SIMT_SHARED(W, ds, kThreads);
  for (std::uint32_t tile = 0; tile != (count + kThreads - 1) / kThreads; ++tile) {
    const std::uint32_t first = tile * kThreads;
    const std::uint32_t here = std::min(count - first, +kThreads);
    __syncthreads();  // of an earlier tile all have read
    if (threadIdx.x < here) ds[threadIdx.x] = ds_of(first + threadIdx.x);
    __syncthreads();
    for (std::uint32_t c = threadIdx.x; c < at.width; c += kThreads) {
      W total = tile == 0 ? W{0} : static_cast<W>(out[c]);
      for (std::uint32_t k = 0; k < here; ++k)
        total += ds[k] * static_cast<W>(vectors[(first + k) * at.stride + c]);
      out[c] = static_cast<T>(total);
    }
  }
}

/// dq of a token.
template <class T>
__global__ void __launch_bounds__(kThreads)
    query_gradient(const T* dout, const T* qkv, const T* probabilities, T* dqkv, Shape shape) {
  const Token at(shape);
  const std::uint32_t keys = at.position + 1;
  using W = Wide<T>;
  const W scale = 1 / std::sqrt(static_cast<W>(at.width));
  const T* key = qkv + at.qkv + shape.channels;
  const T* value = key + shape.channels;
  const T* p = probabilities + at.probabilities + std::uint64_t{at.position} * shape.context;
  const T* gradient = dout + at.out + std::uint64_t{at.position} * shape.channels;
  T* dquery = dqkv + at.qkv + at.position * at.stride;
  W sum{0};
  for (std::uint32_t j = threadIdx.x; j < keys; j += kThreads)
    sum += static_cast<W>(p[j]) * dot(gradient, value + j * at.stride, at.width);
  const W mean = block_reduce<kThreads>(sum, Sum{});
  if (threadIdx.x == 0) dquery[2 * std::uint64_t{shape.channels}] = static_cast<T>(mean);
  weighted_sum(at, keys, key, dquery, [&](std::uint32_t j) {
    return scale * static_cast<W>(p[j]) * (dot(gradient, value + j * at.stride, at.width) - mean);
  });
}

/// dk of a token, from the queries of this token and those behind it.
template <class T>
__global__ void __launch_bounds__(kThreads)
    key_gradient(const T* dout, const T* qkv, const T* probabilities, T* dqkv, Shape shape) {
  const Token at(shape);
  using W = Wide<T>;
  const W scale = 1 / std::sqrt(static_cast<W>(at.width));
  const std::uint64_t here = at.qkv + at.position * at.stride;
  const T* query = qkv + here;
  const T* value = query + 2 * std::uint64_t{shape.channels};
  const T* gradient = dout + at.out + std::uint64_t{at.position} * shape.channels;
  const T* p = probabilities + at.probabilities + at.position * (std::uint64_t{shape.context} + 1);
  const T* mean = dqkv + here + 2 * std::uint64_t{shape.channels};
  weighted_sum(at, shape.context - at.position, query, dqkv + here + shape.channels, [&](std::uint64_t i) {
    return scale * static_cast<W>(p[i * shape.context]) *
           (dot(gradient + i * shape.channels, value, at.width) - static_cast<W>(mean[i * at.stride]));
  });
}

/// dv of a token.
template <class T>
__global__ void __launch_bounds__(kThreads)
    value_gradient(const T* dout, const T* probabilities, T* dqkv, Shape shape) {
  const Token at(shape);
  const T* gradient = dout + at.out;
  const T* p = probabilities + at.probabilities + at.position;
  T* dvalue = dqkv + at.qkv + 2 * std::uint64_t{shape.channels} + at.position * at.stride;
  for (std::uint32_t c = threadIdx.x; c < at.width; c += kThreads) {
    Wide<T> total{0};
    for (std::uint64_t i = at.position; i < shape.context; ++i)
      total +=
          static_cast<Wide<T>>(p[i * shape.context]) * static_cast<Wide<T>>(gradient[i * shape.channels + c]);
    dvalue[c] = static_cast<T>(total);
  }
}

}  // namespace

template <class T>
int launch_gpt_attention(const rp_gpt_attention_params& p, const Launch& launch) {
  return simt::launch(attention<T>, std::uint64_t{p.batch} * p.heads * p.context, kThreads, launch.stream,
                      elements<const T>(launch, p.qkv), elements<T>(launch, p.out),
                      elements<T>(launch, p.probabilities), Shape{p.context, p.channels, p.heads});
}

template <class T>
int launch_gpt_attention_backward(const rp_gpt_attention_backward_params& p, const Launch& launch) {
  const std::uint64_t blocks = std::uint64_t{p.batch} * p.heads * p.context;
  const Shape shape{p.context, p.channels, p.heads};
  const auto* const dout = elements<const T>(launch, p.dout);
  const auto* const qkv = elements<const T>(launch, p.qkv);
  const auto* const probabilities = elements<const T>(launch, p.probabilities);
  auto* const dqkv = elements<T>(launch, p.dqkv);
  int error =
      simt::launch(query_gradient<T>, blocks, kThreads, launch.stream, dout, qkv, probabilities, dqkv, shape);
  if (error == 0)
    error =
        simt::launch(key_gradient<T>, blocks, kThreads, launch.stream, dout, qkv, probabilities, dqkv, shape);
  if (error == 0)
    error =
        simt::launch(value_gradient<T>, blocks, kThreads, launch.stream, dout, probabilities, dqkv, shape);
  return error;
}

template int launch_gpt_attention<Bf16>(const rp_gpt_attention_params&, const Launch&);
template int launch_gpt_attention<double>(const rp_gpt_attention_params&, const Launch&);
template int launch_gpt_attention<float>(const rp_gpt_attention_params&, const Launch&);
template int launch_gpt_attention_backward<Bf16>(const rp_gpt_attention_backward_params&, const Launch&);
template int launch_gpt_attention_backward<double>(const rp_gpt_attention_backward_params&, const Launch&);
template int launch_gpt_attention_backward<float>(const rp_gpt_attention_backward_params&, const Launch&);

}  // namespace rackproof::cuda
