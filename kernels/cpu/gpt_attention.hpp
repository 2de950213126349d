// Causal multi-head attention of the GPT ops (kernels/gpt.h) on host pointers; one task per (sequence, head).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace rackproof::cpu {

/// Where one head of one sequence lies: q, k, v of token t are `width` numbers at offset t·stride.
struct AttentionHead {
  std::size_t sequence, head, context, channels, width;
  AttentionHead(std::size_t task, std::size_t heads, std::size_t tokens, std::size_t all_channels)
      : sequence(task / heads),
        head(task % heads),
        context(tokens),
        channels(all_channels),
        width(all_channels / heads) {}
  std::size_t stride() const { return 3 * channels; }
  std::size_t query() const { return sequence * context * stride() + head * width; }
  std::size_t key() const { return query() + channels; }
  std::size_t value() const { return query() + 2 * channels; }
  std::size_t out() const { return sequence * context * channels + head * width; }
  std::size_t probabilities(std::size_t heads) const { return (sequence * heads + head) * context * context; }
};

template <class T>
T dot(const T* a, const T* b, std::size_t n) {
  T sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

template <class T>
void add_scaled(T* to, T factor, const T* from, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] += factor * from[i];
}

/// out = softmax(q·kᵀ/√width, causal) · v; keeps the probabilities.
template <class T, class Pool>
void attention(Pool& pool, const T* qkv, T* out, T* probabilities, std::size_t batch, std::size_t context,
               std::size_t channels, std::size_t heads) {
  pool.parallel_for(0, batch * heads, 1, [=](std::size_t begin, std::size_t end) {
    for (std::size_t task = begin; task < end; ++task) {
      const AttentionHead at(task, heads, context, channels);
      const T scale = T{1} / std::sqrt(static_cast<T>(at.width));
      for (std::size_t i = 0; i < context; ++i) {
        T* p = probabilities + at.probabilities(heads) + i * context;
        const T* query = qkv + at.query() + i * at.stride();
        for (std::size_t j = 0; j <= i; ++j)
          p[j] = scale * dot(query, qkv + at.key() + j * at.stride(), at.width);
        const T largest = *std::max_element(p, p + i + 1);
        T sum = 0;
        for (std::size_t j = 0; j <= i; ++j) sum += p[j] = std::exp(p[j] - largest);
        for (std::size_t j = 0; j <= i; ++j) p[j] /= sum;
        std::fill(p + i + 1, p + context, T{0});
        T* o = out + at.out() + i * channels;
        std::fill(o, o + at.width, T{0});
        for (std::size_t j = 0; j <= i; ++j)
          add_scaled(o, p[j], qkv + at.value() + j * at.stride(), at.width);
      }
    }
  });
}

/// dqkv from dout. With dp = dout·vᵀ:  ds = p·(dp − Σ p·dp)/√width,  dq = ds·k,  dk = dsᵀ·q,  dv = pᵀ·dout.
template <class T, class Pool>
void attention_backward(Pool& pool, const T* dout, const T* qkv, const T* probabilities, T* dqkv,
                        std::size_t batch, std::size_t context, std::size_t channels, std::size_t heads) {
  pool.parallel_for(0, batch * heads, 1, [=](std::size_t begin, std::size_t end) {
    std::vector<T> dp(context);
    for (std::size_t task = begin; task < end; ++task) {
      const AttentionHead at(task, heads, context, channels);
      const T scale = T{1} / std::sqrt(static_cast<T>(at.width));
      for (std::size_t i = 0; i < context; ++i) {
        for (const std::size_t part : {at.query(), at.key(), at.value()}) {
          std::fill_n(dqkv + part + i * at.stride(), at.width, T{0});
        }
      }
      for (std::size_t i = 0; i < context; ++i) {
        const T* p = probabilities + at.probabilities(heads) + i * context;
        const T* grad = dout + at.out() + i * channels;
        T mean = 0;
        for (std::size_t j = 0; j <= i; ++j) {
          dp[j] = dot(grad, qkv + at.value() + j * at.stride(), at.width);
          mean += p[j] * dp[j];
        }
        for (std::size_t j = 0; j <= i; ++j) {
          const T ds = scale * p[j] * (dp[j] - mean);
          add_scaled(dqkv + at.query() + i * at.stride(), ds, qkv + at.key() + j * at.stride(), at.width);
          add_scaled(dqkv + at.key() + j * at.stride(), ds, qkv + at.query() + i * at.stride(), at.width);
          add_scaled(dqkv + at.value() + j * at.stride(), p[j], grad, at.width);
        }
      }
    }
  });
}

}  // namespace rackproof::cpu
