// A GPT written once more, one number at a time in double precision, from the formulas alone: what the
// kernels are held against. Shares no code with them and has no backward pass: gradients are central
// differences of the loss.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rackproof::oracle {

struct GptSize {
  std::size_t layers, channels, heads, context, vocabulary;
  bool tied;
};

/// Departures from the right model, to show that a comparison notices them.
struct Defect {
  bool no_causal_mask = false;
  bool exact_gelu = false;  ///< erf instead of the tanh form
  bool unscaled_scores = false;
  bool no_attention_residual = false;
};

/// Name → values, row-major: embedding.token (V × C), embedding.position (T × C), head.weight (V × C, only
/// untied), final.{weight,bias}, and per block{l}: norm1, norm2, qkv, proj, fc, out, each .weight (input ×
/// output) and .bias.
using Tensors = std::map<std::string, std::vector<double>>;

/// Mean of −ln softmax(logits)[target] over all tokens, nats. tokens holds whole sequences of size.context.
double gpt_loss(const GptSize& size, const Tensors& tensors, const std::vector<int>& tokens,
                const std::vector<int>& targets, const Defect& defect = {});

/// d loss / d tensors[name][element] by a central difference with step h.
double gpt_slope(const GptSize& size, Tensors& tensors, const std::string& name, std::size_t element,
                 double h, const std::vector<int>& tokens, const std::vector<int>& targets,
                 const Defect& defect = {});

/// One AdamW step on one number with gradient g; m and v are its moments; step counts from 1.
struct AdamW {
  double rate, beta1, beta2, epsilon, decay;
  double m = 0, v = 0;
  double next(double weight, double g, int step);
};

}  // namespace rackproof::oracle
