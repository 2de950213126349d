#include "tests/oracle/gpt_oracle.hpp"

#include <cmath>

namespace rackproof::oracle {

namespace {

using Vector = std::vector<double>;
using Rows = std::vector<Vector>;

constexpr double kPi = 3.14159265358979323846;

Vector normalised(const Vector& x, const Vector& weight, const Vector& bias) {
  double mean = 0;
  for (const double value : x) mean += value / static_cast<double>(x.size());
  double variance = 0;
  for (const double value : x) variance += (value - mean) * (value - mean) / static_cast<double>(x.size());
  Vector y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    y[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * weight[i] + bias[i];
  return y;
}

Vector affine(const Vector& x, const Vector& weight, const Vector& bias) {
  Vector y = bias;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < y.size(); ++j) y[j] += x[i] * weight[i * y.size() + j];
  }
  return y;
}

double gelu(double x, bool exact) {
  if (exact) return x * 0.5 * (1 + std::erf(x / std::sqrt(2.0)));
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / kPi) * (x + 0.044715 * std::pow(x, 3))));
}

/// Attention of all tokens of one sequence; each row of qkv is q, k, v.
Rows attended(const GptSize& size, const Rows& qkv, const Defect& defect) {
  const std::size_t width = size.channels / size.heads;
  Rows out(qkv.size(), Vector(size.channels, 0.0));
  for (std::size_t head = 0; head < size.heads; ++head) {
    for (std::size_t now = 0; now < qkv.size(); ++now) {
      const std::size_t seen = defect.no_causal_mask ? qkv.size() : now + 1;
      Vector share(seen);
      double total = 0;
      for (std::size_t past = 0; past < seen; ++past) {
        double score = 0;
        for (std::size_t i = 0; i < width; ++i) {
          score += qkv[now][head * width + i] * qkv[past][size.channels + head * width + i];
        }
        if (!defect.unscaled_scores) score /= std::sqrt(static_cast<double>(width));
        total += share[past] = std::exp(score);
      }
      for (std::size_t past = 0; past < seen; ++past) {
        for (std::size_t i = 0; i < width; ++i) {
          out[now][head * width + i] += share[past] / total * qkv[past][2 * size.channels + head * width + i];
        }
      }
    }
  }
  return out;
}

void add(Vector& to, const Vector& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += what[i];
}

/// Sum of the losses of one sequence.
double sequence_loss(const GptSize& size, const Tensors& tensors, const int* tokens, const int* targets,
                     const Defect& defect) {
  const Vector& token_table = tensors.at("embedding.token");
  const Vector& position_table = tensors.at("embedding.position");
  const std::size_t c = size.channels;
  Rows x(size.context, Vector(c));
  for (std::size_t t = 0; t < size.context; ++t) {
    for (std::size_t i = 0; i < c; ++i) {
      x[t][i] = token_table[static_cast<std::size_t>(tokens[t]) * c + i] + position_table[t * c + i];
    }
  }
  for (std::size_t l = 0; l < size.layers; ++l) {
    const std::string block = "block" + std::to_string(l) + ".";
    const auto get = [&](const char* name) -> const Vector& { return tensors.at(block + name); };
    Rows qkv;
    for (const Vector& row : x) {
      qkv.push_back(affine(normalised(row, get("norm1.weight"), get("norm1.bias")), get("qkv.weight"),
                           get("qkv.bias")));
    }
    const Rows mixed = attended(size, qkv, defect);
    for (std::size_t t = 0; t < size.context; ++t) {
      const Vector written = affine(mixed[t], get("proj.weight"), get("proj.bias"));
      if (defect.no_attention_residual) {
        x[t] = written;
      } else {
        add(x[t], written);
      }
      Vector hidden =
          affine(normalised(x[t], get("norm2.weight"), get("norm2.bias")), get("fc.weight"), get("fc.bias"));
      for (double& value : hidden) value = gelu(value, defect.exact_gelu);
      add(x[t], affine(hidden, get("out.weight"), get("out.bias")));
    }
  }
  const Vector& head = tensors.at(size.tied ? "embedding.token" : "head.weight");
  double sum = 0;
  for (std::size_t t = 0; t < size.context; ++t) {
    const Vector last = normalised(x[t], tensors.at("final.weight"), tensors.at("final.bias"));
    double total = 0;
    double right = 0;
    for (std::size_t v = 0; v < size.vocabulary; ++v) {
      double logit = 0;
      for (std::size_t i = 0; i < c; ++i) logit += last[i] * head[v * c + i];
      total += std::exp(logit);
      if (static_cast<int>(v) == targets[t]) right = logit;
    }
    sum += std::log(total) - right;
  }
  return sum;
}

}  // namespace

double gpt_loss(const GptSize& size, const Tensors& tensors, const std::vector<int>& tokens,
                const std::vector<int>& targets, const Defect& defect) {
  double sum = 0;
  for (std::size_t at = 0; at < tokens.size(); at += size.context) {
    sum += sequence_loss(size, tensors, tokens.data() + at, targets.data() + at, defect);
  }
  return sum / static_cast<double>(tokens.size());
}

double gpt_slope(const GptSize& size, Tensors& tensors, const std::string& name, std::size_t element,
                 double h, const std::vector<int>& tokens, const std::vector<int>& targets,
                 const Defect& defect) {
  double& value = tensors.at(name).at(element);
  const double middle = value;
  value = middle + h;
  const double above = gpt_loss(size, tensors, tokens, targets, defect);
  value = middle - h;
  const double below = gpt_loss(size, tensors, tokens, targets, defect);
  value = middle;
  return (above - below) / (2 * h);
}

double AdamW::next(double weight, double g, int step) {
  m = beta1 * m + (1 - beta1) * g;
  v = beta2 * v + (1 - beta2) * g * g;
  const double m_hat = m / (1 - std::pow(beta1, step));
  const double v_hat = v / (1 - std::pow(beta2, step));
  return weight - rate * (m_hat / (std::sqrt(v_hat) + epsilon) + decay * weight);
}

}  // namespace rackproof::oracle
