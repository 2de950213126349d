// The operations of kernels/gpt.h in double precision, one number at a time, from the formulas of the contract: the oracle
// of every backend's. Matrices are row-major; what is not said of a shape follows from the sizes of the inputs.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include "kernels/gpt.h"

namespace rackproof::kernels::reference {

using Numbers = std::vector<double>;

template <class T>
Numbers in_double(const std::vector<T>& values) {
  Numbers out;
  out.reserve(values.size());
  for (const T value : values) out.push_back(static_cast<double>(value));
  return out;
}

struct Product {
  Numbers c;
  Numbers magnitude;  ///< of each element: the sum of its products' magnitudes, and of its bias
};

/// `bias` may be empty. Of the params only shape and transposition are used.
inline Product matmul(const Numbers& a, const Numbers& b, const Numbers& bias,
                      const rp_gpt_matmul_params& p) {
  Product out{Numbers(std::size_t{p.m} * p.n), Numbers(std::size_t{p.m} * p.n)};
  for (std::size_t i = 0; i < p.m; ++i) {
    for (std::size_t j = 0; j < p.n; ++j) {
      const std::size_t place = i * p.n + j;
      const double start = bias.empty() ? 0 : bias[j];
      out.c[place] = start;
      out.magnitude[place] = std::abs(start);
      for (std::size_t l = 0; l < p.k; ++l) {
        const double product = a[p.transpose_a != 0 ? l * p.m + i : i * p.k + l] *
                               b[p.transpose_b != 0 ? j * p.k + l : l * p.n + j];
        out.c[place] += product;
        out.magnitude[place] += std::abs(product);
      }
    }
  }
  return out;
}

inline Numbers column_sum(const Numbers& in, std::size_t columns) {
  Numbers out(columns);
  for (std::size_t i = 0; i < in.size(); ++i) out[i % columns] += in[i];
  return out;
}

struct LayerNorm {
  Numbers y, mean, rstd;
};

inline LayerNorm layer_norm(const Numbers& x, const Numbers& weight, const Numbers& bias, std::size_t rows) {
  const std::size_t columns = weight.size();
  LayerNorm out{Numbers(x.size()), Numbers(rows), Numbers(rows)};
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0, squares = 0;
    for (std::size_t j = 0; j < columns; ++j) sum += x[i * columns + j];
    out.mean[i] = sum / static_cast<double>(columns);
    for (std::size_t j = 0; j < columns; ++j) squares += std::pow(x[i * columns + j] - out.mean[i], 2);
    out.rstd[i] = 1 / std::sqrt(squares / static_cast<double>(columns) + kLayerNormEpsilon);
    for (std::size_t j = 0; j < columns; ++j)
      out.y[i * columns + j] = (x[i * columns + j] - out.mean[i]) * out.rstd[i] * weight[j] + bias[j];
  }
  return out;
}

struct LayerNormGradients {
  Numbers dx, dweight, dbias;
};

/// dx by the chain rule through mean and variance, not by the formula of the kernels.
inline LayerNormGradients layer_norm_backward(const Numbers& dy, const Numbers& x, const Numbers& weight,
                                              const LayerNorm& forward, std::size_t rows) {
  const std::size_t columns = weight.size();
  const auto n = static_cast<double>(columns);
  LayerNormGradients out{Numbers(x.size()), Numbers(columns), Numbers(columns)};
  for (std::size_t i = 0; i < rows; ++i) {
    const double rstd = forward.rstd[i], mean = forward.mean[i];
    double dvariance = 0, dmean = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      const double g = dy[i * columns + j] * weight[j], centred = x[i * columns + j] - mean;
      dvariance += g * centred * -0.5 * rstd * rstd * rstd;
      dmean -= g * rstd;
      out.dweight[j] += dy[i * columns + j] * centred * rstd;
      out.dbias[j] += dy[i * columns + j];
    }
    for (std::size_t j = 0; j < columns; ++j) {
      const double g = dy[i * columns + j] * weight[j], centred = x[i * columns + j] - mean;
      out.dx[i * columns + j] = g * rstd + dvariance * 2 * centred / n + dmean / n;
    }
  }
  return out;
}

struct AttentionShape {
  std::size_t batch, context, channels, heads;
  std::size_t width() const { return channels / heads; }
  std::size_t rows() const { return batch * context; }
  /// Of channel c of head h of part 0 (q), 1 (k), 2 (v) of token t in sequence b.
  std::size_t qkv(std::size_t b, std::size_t t, std::size_t part, std::size_t h, std::size_t c) const {
    return ((b * context + t) * 3 + part) * channels + h * width() + c;
  }
  std::size_t out(std::size_t b, std::size_t t, std::size_t h, std::size_t c) const {
    return (b * context + t) * channels + h * width() + c;
  }
  std::size_t p(std::size_t b, std::size_t h, std::size_t i, std::size_t j) const {
    return ((b * heads + h) * context + i) * context + j;
  }
};

struct Attention {
  Numbers out, probabilities;
};

inline Attention attention(const Numbers& qkv, const AttentionShape& s) {
  Attention result{Numbers(s.rows() * s.channels), Numbers(s.rows() * s.heads * s.context)};
  for (std::size_t b = 0; b < s.batch; ++b) {
    for (std::size_t h = 0; h < s.heads; ++h) {
      for (std::size_t i = 0; i < s.context; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j <= i; ++j) {
          double score = 0;
          for (std::size_t c = 0; c < s.width(); ++c)
            score += qkv[s.qkv(b, i, 0, h, c)] * qkv[s.qkv(b, j, 1, h, c)];
          sum += result.probabilities[s.p(b, h, i, j)] =
              std::exp(score / std::sqrt(static_cast<double>(s.width())));
        }
        for (std::size_t j = 0; j <= i; ++j) {
          const double p = result.probabilities[s.p(b, h, i, j)] /= sum;
          for (std::size_t c = 0; c < s.width(); ++c)
            result.out[s.out(b, i, h, c)] += p * qkv[s.qkv(b, j, 2, h, c)];
        }
      }
    }
  }
  return result;
}

inline Numbers attention_backward(const Numbers& dout, const Numbers& qkv, const Numbers& probabilities,
                                  const AttentionShape& s) {
  Numbers d(qkv.size());
  const double scale = 1 / std::sqrt(static_cast<double>(s.width()));
  for (std::size_t b = 0; b < s.batch; ++b) {
    for (std::size_t h = 0; h < s.heads; ++h) {
      for (std::size_t i = 0; i < s.context; ++i) {
        Numbers dp(s.context);
        double mean = 0;
        for (std::size_t j = 0; j <= i; ++j) {
          for (std::size_t c = 0; c < s.width(); ++c)
            dp[j] += dout[s.out(b, i, h, c)] * qkv[s.qkv(b, j, 2, h, c)];
          mean += probabilities[s.p(b, h, i, j)] * dp[j];
        }
        for (std::size_t j = 0; j <= i; ++j) {
          const double p = probabilities[s.p(b, h, i, j)], ds = p * (dp[j] - mean) * scale;
          for (std::size_t c = 0; c < s.width(); ++c) {
            d[s.qkv(b, i, 0, h, c)] += ds * qkv[s.qkv(b, j, 1, h, c)];
            d[s.qkv(b, j, 1, h, c)] += ds * qkv[s.qkv(b, i, 0, h, c)];
            d[s.qkv(b, j, 2, h, c)] += p * dout[s.out(b, i, h, c)];
          }
        }
      }
    }
  }
  return d;
}

inline double gelu(double x) {
  return x / 2 * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

/// Its derivative: with u = √(2/π) · (x + 0.044715·x³), (1 + tanh u)/2 + x/2 · (1 − tanh² u) · u'.
inline double gelu_slope(double x) {
  const double root = std::sqrt(2 / std::numbers::pi);
  const double t = std::tanh(root * (x + 0.044715 * x * x * x));
  return (1 + t) / 2 + x / 2 * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x);
}

/// Whether the vocabulary has the token.
inline bool is_known(std::int32_t token, std::size_t vocabulary) {
  return token >= 0 && static_cast<std::size_t>(token) < vocabulary;
}

struct CrossEntropy {
  Numbers losses, dlogits;
};

inline CrossEntropy cross_entropy(const Numbers& logits, const std::vector<std::int32_t>& targets,
                                  std::size_t vocabulary) {
  CrossEntropy out{Numbers(targets.size()), Numbers(logits.size())};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double* const row = logits.data() + i * vocabulary;
    const bool known = is_known(targets[i], vocabulary);
    double largest = row[0], sum = 0;
    for (std::size_t v = 1; v < vocabulary; ++v) largest = std::fmax(largest, row[v]);
    for (std::size_t v = 0; v < vocabulary; ++v) sum += std::exp(row[v] - largest);
    for (std::size_t v = 0; v < vocabulary; ++v) {
      const double hit = known && v == static_cast<std::size_t>(targets[i]) ? 1 : 0;
      out.dlogits[i * vocabulary + v] =
          known ? (std::exp(row[v] - largest) / sum - hit) / static_cast<double>(targets.size())
                : std::numeric_limits<double>::quiet_NaN();
    }
    out.losses[i] =
        known ? std::log(sum) + largest - row[targets[i]] : std::numeric_limits<double>::quiet_NaN();
  }
  return out;
}

inline Numbers embed(const std::vector<std::int32_t>& tokens, const Numbers& token_table,
                     const Numbers& position_table, std::size_t context, std::size_t channels) {
  Numbers x(tokens.size() * channels, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_known(tokens[i], token_table.size() / channels)) continue;
    for (std::size_t c = 0; c < channels; ++c)
      x[i * channels + c] = token_table[static_cast<std::size_t>(tokens[i]) * channels + c] +
                            position_table[i % context * channels + c];
  }
  return x;
}

struct EmbeddingGradients {
  Numbers token_table, position_table;
};

/// `token_table`: what the gradients are added to, zeros when they are not.
inline EmbeddingGradients embed_backward(const Numbers& dx, const std::vector<std::int32_t>& tokens,
                                         const Numbers& token_table, std::size_t context,
                                         std::size_t channels) {
  EmbeddingGradients out{token_table, Numbers(context * channels)};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_known(tokens[i], token_table.size() / channels)) continue;
    for (std::size_t c = 0; c < channels; ++c) {
      out.token_table[static_cast<std::size_t>(tokens[i]) * channels + c] += dx[i * channels + c];
      out.position_table[i % context * channels + c] += dx[i * channels + c];
    }
  }
  return out;
}

struct AdamW {
  Numbers weights, m, v;
};

/// One step from `before`; of the params only numbers are used.
inline AdamW adamw(const AdamW& before, const Numbers& gradients, const rp_gpt_adamw_params& p) {
  AdamW out = before;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const double gradient = p.gradient_scale * gradients[i];
    out.m[i] = p.beta1 * before.m[i] + (1 - p.beta1) * gradient;
    out.v[i] = p.beta2 * before.v[i] + (1 - p.beta2) * gradient * gradient;
    const double m = out.m[i] / (1 - std::pow(p.beta1, p.step)),
                 v = out.v[i] / (1 - std::pow(p.beta2, p.step));
    out.weights[i] -= p.rate * (m / (std::sqrt(v) + p.epsilon) + p.decay * before.weights[i]);
  }
  return out;
}

}  // namespace rackproof::kernels::reference
