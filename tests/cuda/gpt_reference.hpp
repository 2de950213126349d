// The operations of kernels/gpt.h in double precision, one number at a time, from the formulas of the contract.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace rackproof::cuda::reference {

using Numbers = std::vector<double>;

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
    out.rstd[i] = 1 / std::sqrt(squares / static_cast<double>(columns) + 1e-5);
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
  return x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

/// A central difference: exact to about 1e-10.
inline double gelu_slope(double x) {
  const double h = 1e-5;
  return (8 * (gelu(x + h) - gelu(x - h)) - (gelu(x + 2 * h) - gelu(x - 2 * h))) / (12 * h);
}

struct CrossEntropy {
  Numbers losses, dlogits;
};

inline CrossEntropy cross_entropy(const Numbers& logits, const std::vector<std::int32_t>& targets,
                                  std::size_t vocabulary) {
  CrossEntropy out{Numbers(targets.size()), Numbers(logits.size())};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double* const row = logits.data() + i * vocabulary;
    const bool known = targets[i] >= 0 && static_cast<std::size_t>(targets[i]) < vocabulary;
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

}  // namespace rackproof::cuda::reference
