// Training of a small GPT: contract shared by every backend, the oracle and the suite.
//
// Decoder-only transformer with pre-norm blocks (Radford et al., "Language models are unsupervised multitask
// learners", 2019). L blocks, width C, H heads, T tokens of context, vocabulary V:
//
//   x   = E[token] + P[position]
//   x  += attention(LN(x)·Wqkv + b)·Wproj + b     per block; causal, scores / √(C/H)
//   x  += gelu(LN(x)·Wfc + b)·Wout + b            per block; tanh form of GELU, 4·C wide
//   loss = mean of −ln softmax(LN(x)·Headᵀ)[target], Head = E when tied
//
// All matrices are row-major and densely packed; a token's activations are one row, rows in the order
// (sequence, position).
//
// Ops exist for RP_F32, RP_F64 and RP_BF16; tokens and targets are RP_I32. Every op is deterministic: the same inputs
// give the same bits. A memory with handle 0 means "none" where a comment says optional. Outputs never
// overlap inputs unless a comment allows it.
//
// RP_BF16: mean and rstd of layer norm, losses, and AdamW's m, v and master are f32, all else is bf16. An op computes
// in f32 and rounds what it leaves to the nearest, ties to even; what one of its steps leaves for the next (scores, the
// exponentials of a softmax, a normalised row, parts of a long sum, a product before its bias) may be rounded, too. A loss
// is the logarithm of a sum of f32.
//
// Right answers: kernels/gpt_reference.h; how far others may lie from them: kernels/gpt_bounds.h, and of a matmul, with
// that of its last rounding, gemm_tolerance (kernels/gemm.h).
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

#include "kernels/abi.h"
#include "kernels/bf16.h"
#include "kernels/philox.h"

// Never reused.
constexpr rp_op RP_OP_GPT_MATMUL = static_cast<rp_op>(64);
constexpr rp_op RP_OP_GPT_COLUMN_SUM = static_cast<rp_op>(65);
constexpr rp_op RP_OP_GPT_LAYER_NORM = static_cast<rp_op>(66);
constexpr rp_op RP_OP_GPT_LAYER_NORM_BACKWARD = static_cast<rp_op>(67);
constexpr rp_op RP_OP_GPT_ATTENTION = static_cast<rp_op>(68);
constexpr rp_op RP_OP_GPT_ATTENTION_BACKWARD = static_cast<rp_op>(69);
constexpr rp_op RP_OP_GPT_GELU = static_cast<rp_op>(70);
constexpr rp_op RP_OP_GPT_GELU_BACKWARD = static_cast<rp_op>(71);
constexpr rp_op RP_OP_GPT_EMBED = static_cast<rp_op>(72);
constexpr rp_op RP_OP_GPT_EMBED_BACKWARD = static_cast<rp_op>(73);
constexpr rp_op RP_OP_GPT_ADD = static_cast<rp_op>(74);
constexpr rp_op RP_OP_GPT_CROSS_ENTROPY = static_cast<rp_op>(75);
constexpr rp_op RP_OP_GPT_ADAMW = static_cast<rp_op>(76);

extern "C" {
// c (m × n) = op(a) · op(b) + bias; op transposes when the flag is 1: a is then stored k × m, b is stored
// n × k.
typedef struct rp_gpt_matmul_params {
  rp_memory a, b, c;
  rp_memory bias;  // n, optional: added to every row
  uint32_t m, n, k;
  uint32_t transpose_a, transpose_b;
} rp_gpt_matmul_params;

// out[j] = Σ_i in[i][j]: the gradient of a bias.
typedef struct rp_gpt_column_sum_params {
  rp_memory in, out;
  uint32_t rows, columns;
} rp_gpt_column_sum_params;

// y = (x − mean) · rstd · weight + bias per row, rstd = 1 / √(variance + 1e-5), population variance; mean and
// rstd are kept.
typedef struct rp_gpt_layer_norm_params {
  rp_memory x, weight, bias;
  rp_memory y, mean, rstd;  // out; rows × columns, rows, rows
  uint32_t rows, columns;
} rp_gpt_layer_norm_params;

typedef struct rp_gpt_layer_norm_backward_params {
  rp_memory dy, x, weight, mean, rstd;
  rp_memory dx, dweight, dbias;  // out
  uint32_t rows, columns;
} rp_gpt_layer_norm_backward_params;

// qkv: rows × 3C, a row holds q, k, v, each as H heads of C/H. p[b][h][i][j]: softmax over j ≤ i, 0 above the
// diagonal.
typedef struct rp_gpt_attention_params {
  rp_memory qkv;
  rp_memory out, probabilities;  // out; rows × C, batch × H × T × T
  uint32_t batch, context, channels, heads;
} rp_gpt_attention_params;

typedef struct rp_gpt_attention_backward_params {
  rp_memory dout, qkv, probabilities;
  rp_memory dqkv;  // out; rows × 3C
  uint32_t batch, context, channels, heads;
} rp_gpt_attention_backward_params;

// y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))
typedef struct rp_gpt_gelu_params {
  rp_memory x, y;
  uint64_t count;
} rp_gpt_gelu_params;

typedef struct rp_gpt_gelu_backward_params {
  rp_memory dy, x;
  rp_memory dx;  // out; may be dy
  uint64_t count;
} rp_gpt_gelu_backward_params;

// x[b][t] = token_table[tokens[b][t]] + position_table[t]. A token outside the vocabulary gives NaN rows.
typedef struct rp_gpt_embed_params {
  rp_memory tokens, token_table, position_table;
  rp_memory x;  // out
  uint32_t batch, context, channels, vocabulary;
} rp_gpt_embed_params;

// dtoken_table is added to when accumulate is 1 (a tied head wrote it before), else overwritten. The row of a token
// outside the vocabulary adds to neither table.
typedef struct rp_gpt_embed_backward_params {
  rp_memory dx, tokens;
  rp_memory dtoken_table, dposition_table;  // out
  uint32_t batch, context, channels, vocabulary;
  uint32_t accumulate;
} rp_gpt_embed_backward_params;

// c = a + b; c may be a or b.
typedef struct rp_gpt_add_params {
  rp_memory a, b, c;
  uint64_t count;
} rp_gpt_add_params;

// losses[i] = −ln softmax(logits[i])[targets[i]];  dlogits = (softmax − one-hot) / rows. A target outside
// gives NaN, as its loss and in its row of dlogits.
typedef struct rp_gpt_cross_entropy_params {
  rp_memory logits, targets;
  rp_memory losses, dlogits;  // out; rows, rows × vocabulary
  uint32_t rows, vocabulary;
} rp_gpt_cross_entropy_params;

// AdamW (Loshchilov and Hutter, 2019): g' = gradient_scale·g; m, v exponential averages of g', g'²; with
// m̂ = m/(1−β1^step), v̂ = v/(1−β2^step):  w −= rate·(m̂/(√v̂ + epsilon) + decay·w).
typedef struct rp_gpt_adamw_params {
  rp_memory weights, m, v;  // in and out
  rp_memory gradients;
  uint64_t count;
  double gradient_scale, rate, beta1, beta2, epsilon, decay;
  uint32_t step;  // 1 for the first
  rp_memory
      master;  // in and out: what is updated, `weights` (out) are its roundings; RP_BF16 only, else none
} rp_gpt_adamw_params;
}

namespace rackproof::kernels {

inline constexpr double kLayerNormEpsilon = 1e-5;

struct GptShape {
  std::uint32_t layers = 2;
  std::uint32_t channels = 64;  ///< C, a multiple of heads
  std::uint32_t heads = 4;
  std::uint32_t context = 32;      ///< T, tokens per sequence
  std::uint32_t vocabulary = 127;  ///< V, a prime: MarkovSource needs it
  bool tie = true;                 ///< the head is the token embedding
};

/// Parameters without the position embedding (which multiplies nothing): N of the flop count.
constexpr std::uint64_t gpt_parameters(const GptShape& shape) {
  const std::uint64_t c = shape.channels;
  const std::uint64_t block = 12 * c * c + 13 * c;  // qkv, proj, fc, out with biases, two layer norms
  return shape.layers * block + 2 * c + std::uint64_t{shape.vocabulary} * c * (shape.tie ? 1 : 2);
}

/// Counted flops of training on one token: 6·N + 6·L·C·T. Two per weight forward, four backward; attention
/// scores and values are 2·C·T forward when only the causal half is counted, three times that with the
/// backward pass.
constexpr double gpt_train_flops_per_token(const GptShape& shape) {
  return 6.0 * static_cast<double>(gpt_parameters(shape)) + 6.0 * static_cast<double>(shape.layers) *
                                                                static_cast<double>(shape.channels) *
                                                                static_cast<double>(shape.context);
}

/// Loss of a model that knows nothing.
inline double uniform_loss(std::uint32_t vocabulary) { return std::log(static_cast<double>(vocabulary)); }

/// The text to learn: an order-1 Markov source. After token x comes (5·x + offset[j]) mod V with probability
/// 1/2, 1/4, 1/8, 1/8 for j = 0 … 3. For a prime V > 30 other than 5 each of the four maps is a permutation,
/// so tokens are uniform, the four successors are distinct, and the conditional entropy of every token but
/// the first is H = 7/4 · ln 2 = 1.2130 nats, exactly.
class MarkovSource {
 public:
  MarkovSource(std::uint64_t key, std::uint32_t vocabulary) : key_(key), vocabulary_(vocabulary) {}

  static double entropy() { return 1.75 * std::numbers::ln2; }

  /// Tokens of one sequence, identical on any number of ranks: `step` and the row of the whole batch select
  /// it. Returns Σ −ln p(token | previous) over all tokens but the first, in nats: what a perfect model would
  /// score.
  double fill(std::uint64_t step, std::uint64_t row, std::span<std::int32_t> tokens) const {
    double surprisal = 0;
    std::uint32_t token = 0;
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      const std::uint32_t draw = philox4x32(key_, (step << 32) | row, kStream + t / 4)[t % 4];
      if (t == 0) {
        token = static_cast<std::uint32_t>((std::uint64_t{draw} * vocabulary_) >> 32);
      } else {
        const std::size_t eighth = draw >> 29;
        const std::size_t branch = eighth < 4 ? 0 : eighth < 6 ? 1 : eighth - 4;
        token = (5 * token + kOffsets[branch]) % vocabulary_;
        surprisal += kBits[branch] * std::numbers::ln2;
      }
      tokens[t] = static_cast<std::int32_t>(token);
    }
    return surprisal;
  }

  /// How far below a perfect model's score on the same `tokens` tokens any model can come, per token, with
  /// probability 1e-9: E[Π q/p] ≤ 1 for every model q of text it has not seen, hence (Markov) P(Σ ln q/p ≥ a)
  /// ≤ e^−a.
  static double luck(double tokens) { return std::log(1e9) / tokens; }

 private:
  static constexpr std::uint64_t kStream = 1u << 20;  // keeps clear of the arrays of weights
  static constexpr std::array<std::uint32_t, 4> kOffsets{1, 7, 17, 29};
  static constexpr std::array<double, 4> kBits{1, 2, 3, 3};
  std::uint64_t key_;
  std::uint32_t vocabulary_;
};

}  // namespace rackproof::kernels
