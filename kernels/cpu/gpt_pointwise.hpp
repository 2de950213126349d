// Embedding, GELU, addition, cross-entropy and AdamW of the GPT ops (kernels/gpt.h) on host pointers.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernels/gpt.h"

namespace rackproof::cpu {

inline constexpr std::size_t kPointwiseGrain = 4096;

template <class T>
constexpr T kGeluSlope = static_cast<T>(0.79788456080286535588);  // √(2/π)
template <class T>
constexpr T kGeluCubic = static_cast<T>(0.044715);

template <class T, class Pool>
void gelu(Pool& pool, const T* x, T* y, std::size_t count) {
  pool.parallel_for(0, count, kPointwiseGrain, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const T inner = kGeluSlope<T> * (x[i] + kGeluCubic<T> * x[i] * x[i] * x[i]);
      y[i] = T{0.5} * x[i] * (T{1} + std::tanh(inner));
    }
  });
}

template <class T, class Pool>
void gelu_backward(Pool& pool, const T* dy, const T* x, T* dx, std::size_t count) {
  pool.parallel_for(0, count, kPointwiseGrain, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const T t = std::tanh(kGeluSlope<T> * (x[i] + kGeluCubic<T> * x[i] * x[i] * x[i]));
      const T inner_slope = kGeluSlope<T> * (T{1} + T{3} * kGeluCubic<T> * x[i] * x[i]);
      dx[i] = dy[i] * (T{0.5} * (T{1} + t) + T{0.5} * x[i] * (T{1} - t * t) * inner_slope);
    }
  });
}

template <class T, class Pool>
void add(Pool& pool, const T* a, const T* b, T* c, std::size_t count) {
  pool.parallel_for(0, count, kPointwiseGrain, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) c[i] = a[i] + b[i];
  });
}

template <class T, class Pool>
void embed(Pool& pool, const std::int32_t* tokens, const T* token_table, const T* position_table, T* x,
           std::size_t batch, std::size_t context, std::size_t channels, std::size_t vocabulary) {
  pool.parallel_for(0, batch * context, kPointwiseGrain / 32, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto token = static_cast<std::size_t>(static_cast<std::uint32_t>(tokens[i]));
      const T* position = position_table + (i % context) * channels;
      T* out = x + i * channels;
      if (token >= vocabulary) {
        std::fill_n(out, channels, std::numeric_limits<T>::quiet_NaN());
        continue;
      }
      const T* row = token_table + token * channels;
      for (std::size_t c = 0; c < channels; ++c) out[c] = row[c] + position[c];
    }
  });
}

/// A thread owns a range of channels and walks all tokens in order: no two threads write the same element.
template <class T, class Pool>
void embed_backward(Pool& pool, const T* dx, const std::int32_t* tokens, T* dtoken_table, T* dposition_table,
                    std::size_t batch, std::size_t context, std::size_t channels, std::size_t vocabulary,
                    bool accumulate) {
  pool.parallel_for(0, channels, 32, [=](std::size_t begin, std::size_t end) {
    const std::size_t width = end - begin;
    for (std::size_t v = 0; v < vocabulary && !accumulate; ++v) {
      std::fill_n(dtoken_table + v * channels + begin, width, T{0});
    }
    for (std::size_t t = 0; t < context; ++t)
      std::fill_n(dposition_table + t * channels + begin, width, T{0});
    for (std::size_t i = 0; i < batch * context; ++i) {
      const auto token = static_cast<std::size_t>(static_cast<std::uint32_t>(tokens[i]));
      if (token >= vocabulary) continue;  // the forward pass has already made this step NaN
      const T* grad = dx + i * channels;
      for (std::size_t c = begin; c < end; ++c) {
        dtoken_table[token * channels + c] += grad[c];
        dposition_table[(i % context) * channels + c] += grad[c];
      }
    }
  });
}

template <class T, class Pool>
void cross_entropy(Pool& pool, const T* logits, const std::int32_t* targets, T* losses, T* dlogits,
                   std::size_t rows, std::size_t vocabulary) {
  pool.parallel_for(0, rows, 8, [=](std::size_t begin, std::size_t end) {
    const T share = T{1} / static_cast<T>(rows);
    for (std::size_t i = begin; i < end; ++i) {
      const T* in = logits + i * vocabulary;
      T* out = dlogits + i * vocabulary;
      const auto target = static_cast<std::size_t>(static_cast<std::uint32_t>(targets[i]));
      if (target >= vocabulary) {
        losses[i] = std::numeric_limits<T>::quiet_NaN();
        std::fill_n(out, vocabulary, std::numeric_limits<T>::quiet_NaN());
        continue;
      }
      const T largest = *std::max_element(in, in + vocabulary);
      T sum = 0;
      for (std::size_t v = 0; v < vocabulary; ++v) sum += out[v] = std::exp(in[v] - largest);
      losses[i] = std::log(sum) + largest - in[target];
      const T factor = share / sum;
      for (std::size_t v = 0; v < vocabulary; ++v) out[v] *= factor;
      out[target] -= share;
    }
  });
}

template <class T, class Pool>
void adamw(Pool& pool, T* weights, T* m, T* v, const T* gradients, const rp_gpt_adamw_params& params) {
  const T scale = static_cast<T>(params.gradient_scale);
  const T beta1 = static_cast<T>(params.beta1);
  const T beta2 = static_cast<T>(params.beta2);
  const T rate = static_cast<T>(params.rate);
  const T decay = static_cast<T>(params.decay);
  const T epsilon = static_cast<T>(params.epsilon);
  const T correction1 = static_cast<T>(1 / (1 - std::pow(params.beta1, params.step)));
  const T correction2 = static_cast<T>(1 / (1 - std::pow(params.beta2, params.step)));
  pool.parallel_for(0, static_cast<std::size_t>(params.count), kPointwiseGrain,
                    [=](std::size_t begin, std::size_t end) {
                      for (std::size_t i = begin; i < end; ++i) {
                        const T g = scale * gradients[i];
                        m[i] = beta1 * m[i] + (T{1} - beta1) * g;
                        v[i] = beta2 * v[i] + (T{1} - beta2) * g * g;
                        const T step = m[i] * correction1 / (std::sqrt(v[i] * correction2) + epsilon);
                        weights[i] -= rate * (step + decay * weights[i]);
                      }
                    });
}

}  // namespace rackproof::cpu
