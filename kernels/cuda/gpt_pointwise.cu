// Addition, GELU and AdamW of kernels/gpt.h on the device: one thread per element.
#include <cmath>
#include <type_traits>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/simt.cuh"

namespace rackproof::cuda {
namespace {

using kernels::Bf16;
using kernels::Wide;

constexpr std::uint32_t kThreads = 256;

std::uint64_t blocks_of(std::uint64_t count) { return (count + kThreads - 1) / kThreads; }

__device__ std::uint64_t element_of_thread() { return std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; }

template <class T>
__global__ void __launch_bounds__(kThreads) add(const T* a, const T* b, T* c, std::uint64_t count) {
  const std::uint64_t i = element_of_thread();
  if (i < count) c[i] = static_cast<T>(static_cast<Wide<T>>(a[i]) + static_cast<Wide<T>>(b[i]));
}

/// √(2/π) · (x + 0.044715·x³)
template <class T>
__device__ T gelu_inner(T x) {
  return static_cast<T>(0.79788456080286535588) * (x + static_cast<T>(0.044715) * x * x * x);
}

template <class T>
__global__ void __launch_bounds__(kThreads) gelu(const T* x, T* y, std::uint64_t count) {
  const std::uint64_t i = element_of_thread();
  if (i >= count) return;
  const auto in = static_cast<Wide<T>>(x[i]);
  y[i] = static_cast<T>(static_cast<Wide<T>>(0.5) * in * (1 + std::tanh(gelu_inner(in))));
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    gelu_backward(const T* dy, const T* x, T* dx, std::uint64_t count) {
  const std::uint64_t i = element_of_thread();
  if (i >= count) return;
  using W = Wide<T>;
  const W in = static_cast<W>(x[i]);
  const W half = static_cast<W>(0.5);
  const W t = std::tanh(gelu_inner(in));
  const W slope = static_cast<W>(0.79788456080286535588) * (1 + static_cast<W>(3 * 0.044715) * in * in);
  dx[i] = static_cast<T>(static_cast<W>(dy[i]) * (half * (1 + t) + half * in * (1 - t * t) * slope));
}

/// The factors of rp_gpt_adamw_params, and what corrects the averages in this step.
template <class T>
struct AdamW {
  T scale, rate, beta1, beta2, epsilon, decay, correction1, correction2;
};

template <class T>
__global__ void __launch_bounds__(kThreads)
    adamw(T* weights, Wide<T>* master, Wide<T>* m, Wide<T>* v, const T* gradients, std::uint64_t count,
          AdamW<Wide<T>> by) {
  using W = Wide<T>;
  const std::uint64_t i = element_of_thread();
  if (i >= count) return;
  const W g = by.scale * static_cast<W>(gradients[i]);
  m[i] = by.beta1 * m[i] + (1 - by.beta1) * g;
  v[i] = by.beta2 * v[i] + (1 - by.beta2) * g * g;
  const W step = m[i] * by.correction1 / (std::sqrt(v[i] * by.correction2) + by.epsilon);
  master[i] -= by.rate * (step + by.decay * master[i]);
  if constexpr (!std::is_same_v<T, W>) weights[i] = static_cast<T>(master[i]);
}

}  // namespace

template <class T>
int launch_gpt_add(const rp_gpt_add_params& p, const Launch& launch) {
  return simt::launch(add<T>, blocks_of(p.count), kThreads, launch.stream, elements<const T>(launch, p.a),
                      elements<const T>(launch, p.b), elements<T>(launch, p.c), p.count);
}

template <class T>
int launch_gpt_gelu(const rp_gpt_gelu_params& p, const Launch& launch) {
  return simt::launch(gelu<T>, blocks_of(p.count), kThreads, launch.stream, elements<const T>(launch, p.x),
                      elements<T>(launch, p.y), p.count);
}

template <class T>
int launch_gpt_gelu_backward(const rp_gpt_gelu_backward_params& p, const Launch& launch) {
  return simt::launch(gelu_backward<T>, blocks_of(p.count), kThreads, launch.stream,
                      elements<const T>(launch, p.dy), elements<const T>(launch, p.x),
                      elements<T>(launch, p.dx), p.count);
}

template <class T>
int launch_gpt_adamw(const rp_gpt_adamw_params& p, const Launch& launch) {
  using W = Wide<T>;
  const auto in_type = [](double value) { return static_cast<W>(value); };
  const AdamW<W> by{in_type(p.gradient_scale),
                    in_type(p.rate),
                    in_type(p.beta1),
                    in_type(p.beta2),
                    in_type(p.epsilon),
                    in_type(p.decay),
                    in_type(1 / (1 - std::pow(p.beta1, p.step))),
                    in_type(1 / (1 - std::pow(p.beta2, p.step)))};
  W* const master = elements<W>(launch, std::is_same_v<T, W> ? p.weights : p.master);
  return simt::launch(adamw<T>, blocks_of(p.count), kThreads, launch.stream, elements<T>(launch, p.weights),
                      master, elements<W>(launch, p.m), elements<W>(launch, p.v),
                      elements<const T>(launch, p.gradients), p.count, by);
}

template int launch_gpt_add<Bf16>(const rp_gpt_add_params&, const Launch&);
template int launch_gpt_add<double>(const rp_gpt_add_params&, const Launch&);
template int launch_gpt_add<float>(const rp_gpt_add_params&, const Launch&);
template int launch_gpt_gelu<Bf16>(const rp_gpt_gelu_params&, const Launch&);
template int launch_gpt_gelu<double>(const rp_gpt_gelu_params&, const Launch&);
template int launch_gpt_gelu<float>(const rp_gpt_gelu_params&, const Launch&);
template int launch_gpt_gelu_backward<Bf16>(const rp_gpt_gelu_backward_params&, const Launch&);
template int launch_gpt_gelu_backward<double>(const rp_gpt_gelu_backward_params&, const Launch&);
template int launch_gpt_gelu_backward<float>(const rp_gpt_gelu_backward_params&, const Launch&);
template int launch_gpt_adamw<Bf16>(const rp_gpt_adamw_params&, const Launch&);
template int launch_gpt_adamw<double>(const rp_gpt_adamw_params&, const Launch&);
template int launch_gpt_adamw<float>(const rp_gpt_adamw_params&, const Launch&);

}  // namespace rackproof::cuda
