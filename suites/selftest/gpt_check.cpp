#include "suites/selftest/gpt_check.hpp"

#include <stdexcept>
#include <utility>

#include "kernels/gemm.h"
#include "suites/selftest/gpt_trial.hpp"

namespace rackproof::conformance {
namespace {

using kernels::Bf16;
using kernels::Wide;
namespace bounds = kernels::gpt_bounds;
namespace reference = kernels::reference;

/// Numbers as the reference has them, in another type.
template <class E>
std::vector<E> rounded(const reference::Numbers& numbers) {
  std::vector<E> out;
  for (const double number : numbers) out.push_back(static_cast<E>(number));
  return out;
}

template <class T>
std::string matmul(GptTrial<T> trial, rp_gpt_matmul_params p, bool biased) {
  const auto a = trial.fresh(std::size_t{p.m} * p.k), b = trial.fresh(std::size_t{p.k} * p.n);
  const auto bias = trial.fresh(biased ? p.n : 0);
  reference::Product product = reference::matmul(in_double(a), in_double(b), in_double(bias), p);
  ExpectedNumbers expected{std::move(product.c), {}};
  for (std::size_t i = 0; i < expected.numbers.size(); ++i) {
    const double number = expected.numbers[i];
    const double unbiased = biased ? number - static_cast<double>(bias[i % p.n]) : 0;
    expected.tolerances.push_back(kernels::gemm_tolerance<Wide<T>>(p.k, product.magnitude[i]) +
                                  kernels::gpt_tolerance<T>(bounds::product(p.k, unbiased), number));
  }
  p.a = trial.in("a", a);
  p.b = trial.in("b", b);
  if (biased) p.bias = trial.in("bias", bias);
  p.c = trial.out("c", std::move(expected));
  return trial.run(RP_OP_GPT_MATMUL, p);
}

/// The products of a step of training: forward, with a tied head, and back to inputs and weights.
template <class T>
std::string matmuls(const GptTrial<T>& trial, std::uint32_t rows, std::uint32_t channels,
                    std::uint32_t vocabulary) {
  const auto product = [&](std::uint32_t m, std::uint32_t n, std::uint32_t k, std::uint32_t transpose_a,
                           std::uint32_t transpose_b, bool biased) {
    return matmul(trial.again(), {{}, {}, {}, {}, m, n, k, transpose_a, transpose_b}, biased);
  };
  for (const std::string& problem :
       {product(rows, 3 * channels, channels, 0, 0, true), product(rows, vocabulary, channels, 0, 1, false),
        product(rows, channels, vocabulary, 0, 0, false), product(vocabulary, channels, rows, 1, 0, false)}) {
    if (!problem.empty()) return problem;
  }
  return "";
}

template <class T>
std::string column_sum(GptTrial<T> trial, std::uint32_t rows, std::uint32_t columns) {
  const auto in = trial.fresh(std::size_t{rows} * columns);
  rp_gpt_column_sum_params p{{}, {}, rows, columns};
  p.in = trial.in("in", in);
  p.out = trial.out("out", reference::column_sum(in_double(in), columns), bounds::sum(rows));
  return trial.run(RP_OP_GPT_COLUMN_SUM, p);
}

/// Forward, or with `backward` the gradients.
template <class T>
std::string layer_norm(GptTrial<T> trial, std::uint32_t rows, std::uint32_t columns, bool backward) {
  using W = Wide<T>;
  const auto x = trial.fresh(std::size_t{rows} * columns, 2, 3), weight = trial.fresh(columns),
             bias = trial.fresh(columns), dy = trial.fresh(x.size());
  const auto forward = reference::layer_norm(in_double(x), in_double(weight), in_double(bias), rows);
  if (!backward) {
    rp_gpt_layer_norm_params p{};
    p.x = trial.in("x", x);
    p.weight = trial.in("weight", weight);
    p.bias = trial.in("bias", bias);
    p.y = trial.out("y", forward.y, bounds::layer_norm(columns));
    p.mean = trial.template out<W>("mean", forward.mean, bounds::kMean);
    p.rstd = trial.template out<W>("rstd", forward.rstd, bounds::kRstd);
    p.rows = rows;
    p.columns = columns;
    return trial.run(RP_OP_GPT_LAYER_NORM, p);
  }
  const auto gradients =
      reference::layer_norm_backward(in_double(dy), in_double(x), in_double(weight), forward, rows);
  rp_gpt_layer_norm_backward_params p{};
  p.dy = trial.in("dy", dy);
  p.x = trial.in("x", x);
  p.weight = trial.in("weight", weight);
  p.mean = trial.in("mean", rounded<W>(forward.mean));
  p.rstd = trial.in("rstd", rounded<W>(forward.rstd));
  p.dx = trial.out("dx", gradients.dx, bounds::layer_norm_dx(columns));
  p.dweight = trial.out("dweight", gradients.dweight, bounds::layer_norm_dweight(rows, columns));
  p.dbias = trial.out("dbias", gradients.dbias, bounds::sum(rows));
  p.rows = rows;
  p.columns = columns;
  return trial.run(RP_OP_GPT_LAYER_NORM_BACKWARD, p);
}

template <class T>
std::string attention(GptTrial<T> trial, const reference::AttentionShape& shape, bool backward) {
  const auto batch = static_cast<std::uint32_t>(shape.batch),
             context = static_cast<std::uint32_t>(shape.context),
             channels = static_cast<std::uint32_t>(shape.channels),
             heads = static_cast<std::uint32_t>(shape.heads);
  const auto qkv = trial.fresh(shape.rows() * 3 * channels), dout = trial.fresh(shape.rows() * channels);
  const auto forward = reference::attention(in_double(qkv), shape);
  if (!backward) {
    rp_gpt_attention_params p{{}, {}, {}, batch, context, channels, heads};
    p.qkv = trial.in("qkv", qkv);
    p.out = trial.out("out", forward.out, bounds::kAttention);
    p.probabilities = trial.out("probabilities", forward.probabilities, bounds::kProbabilities);
    return trial.run(RP_OP_GPT_ATTENTION, p);
  }
  const auto probabilities = rounded<T>(forward.probabilities);
  rp_gpt_attention_backward_params p{{}, {}, {}, {}, batch, context, channels, heads};
  p.dout = trial.in("dout", dout);
  p.qkv = trial.in("qkv", qkv);
  p.probabilities = trial.in("probabilities", probabilities);
  p.dqkv = trial.out(
      "dqkv", reference::attention_backward(in_double(dout), in_double(qkv), in_double(probabilities), shape),
      bounds::attention_backward(channels));
  return trial.run(RP_OP_GPT_ATTENTION_BACKWARD, p);
}

template <class T>
std::string gelu(GptTrial<T> trial, std::size_t count) {
  const auto x = trial.fresh(count);
  reference::Numbers expected;
  for (const T value : x) expected.push_back(reference::gelu(static_cast<double>(value)));
  rp_gpt_gelu_params p{{}, {}, count};
  p.x = trial.in("x", x);
  p.y = trial.out("y", std::move(expected), bounds::kGelu);
  return trial.run(RP_OP_GPT_GELU, p);
}

/// `in_place`: the output is written over an input.
template <class T>
std::string gelu_backward(GptTrial<T> trial, std::size_t count, bool in_place) {
  const auto x = trial.fresh(count), dy = trial.fresh(count);
  reference::Numbers expected;
  for (std::size_t i = 0; i < count; ++i)
    expected.push_back(static_cast<double>(dy[i]) * reference::gelu_slope(static_cast<double>(x[i])));
  rp_gpt_gelu_backward_params p{{}, {}, {}, count};
  p.x = trial.in("x", x);
  p.dx = in_place ? trial.in_out("dx", dy, std::move(expected), bounds::kGeluBackward)
                  : trial.out("dx", std::move(expected), bounds::kGeluBackward);
  p.dy = in_place ? p.dx : trial.in("dy", dy);
  return trial.run(RP_OP_GPT_GELU_BACKWARD, p);
}

struct EmbedShape {
  std::uint32_t batch, context, channels, vocabulary;
};

template <class T>
std::string embed(GptTrial<T> trial, const EmbedShape& shape) {
  const auto& [batch, context, channels, vocabulary] = shape;
  const auto tokens = trial.tokens(std::size_t{batch} * context, vocabulary);
  const auto token_table = trial.fresh(std::size_t{vocabulary} * channels),
             position_table = trial.fresh(std::size_t{context} * channels);
  rp_gpt_embed_params p{{}, {}, {}, {}, batch, context, channels, vocabulary};
  p.tokens = trial.in("tokens", tokens);
  p.token_table = trial.in("token_table", token_table);
  p.position_table = trial.in("position_table", position_table);
  p.x = trial.out(
      "x", reference::embed(tokens, in_double(token_table), in_double(position_table), context, channels),
      bounds::kEmbed);
  return trial.run(RP_OP_GPT_EMBED, p);
}

template <class T>
std::string embed_backward(GptTrial<T> trial, const EmbedShape& shape, bool accumulate) {
  const auto& [batch, context, channels, vocabulary] = shape;
  const auto tokens = trial.tokens(std::size_t{batch} * context, vocabulary);
  const auto dx = trial.fresh(tokens.size() * channels),
             before = trial.fresh(std::size_t{vocabulary} * channels);
  const auto expected = reference::embed_backward(
      in_double(dx), tokens, accumulate ? in_double(before) : reference::Numbers(before.size()), context,
      channels);
  rp_gpt_embed_backward_params p{{}, {}, {}, {}, batch, context, channels, vocabulary, accumulate ? 1u : 0u};
  p.dx = trial.in("dx", dx);
  p.tokens = trial.in("tokens", tokens);
  p.dtoken_table = trial.in_out("dtoken_table", before, expected.token_table, bounds::sum(tokens.size() + 1));
  p.dposition_table = trial.out("dposition_table", expected.position_table, bounds::sum(batch));
  return trial.run(RP_OP_GPT_EMBED_BACKWARD, p);
}

enum class Place { other, of_a, of_b };

template <class T>
std::string add(GptTrial<T> trial, std::size_t count, Place place) {
  const auto a = trial.fresh(count), b = trial.fresh(count);
  reference::Numbers expected;
  for (std::size_t i = 0; i < count; ++i)
    expected.push_back(static_cast<double>(a[i]) + static_cast<double>(b[i]));
  rp_gpt_add_params p{{}, {}, {}, count};
  p.c = place == Place::other
            ? trial.out("c", std::move(expected), bounds::kAdd)
            : trial.in_out("c", place == Place::of_a ? a : b, std::move(expected), bounds::kAdd);
  p.a = place == Place::of_a ? p.c : trial.in("a", a);
  p.b = place == Place::of_b ? p.c : trial.in("b", b);
  return trial.run(RP_OP_GPT_ADD, p);
}

template <class T>
std::string cross_entropy(GptTrial<T> trial, std::uint32_t rows, std::uint32_t vocabulary) {
  constexpr double kMean = 100;  // its exponential is out of the range of f32
  const auto logits = trial.fresh(std::size_t{rows} * vocabulary, 3, kMean);
  const auto targets = trial.tokens(rows, vocabulary);
  const auto expected = reference::cross_entropy(in_double(logits), targets, vocabulary);
  rp_gpt_cross_entropy_params p{{}, {}, {}, {}, rows, vocabulary};
  p.logits = trial.in("logits", logits);
  p.targets = trial.in("targets", targets);
  p.losses = trial.template out<Wide<T>>("losses", expected.losses, bounds::losses(1.2 * kMean));
  p.dlogits = trial.out("dlogits", expected.dlogits, bounds::logit_gradients(rows));
  return trial.run(RP_OP_GPT_CROSS_ENTROPY, p);
}

template <class T>
std::string adamw(GptTrial<T> trial, std::uint64_t count, std::uint32_t step) {
  using W = Wide<T>;
  const auto weights = trial.template fresh<W>(count), m = trial.template fresh<W>(count);
  auto v = trial.template fresh<W>(count);
  for (W& square : v) square *= square;
  const auto gradients = trial.fresh(count);
  // A rate, at which a wrong update shows in the weights.
  rp_gpt_adamw_params p{{}, {}, {}, {}, count, 0.5, 0.5, 0.9, 0.95, 1e-8, 0.1, step, {}};
  const auto expected =
      reference::adamw({in_double(weights), in_double(m), in_double(v)}, in_double(gradients), p);
  if (std::is_same_v<T, W>) {
    p.weights = trial.in_out("weights", weights, expected.weights, bounds::kAdamWeights);
  } else {
    p.weights = trial.out("weights", expected.weights, bounds::kAdamWeights);
    p.master = trial.in_out("master", weights, expected.weights, bounds::kAdamWeights);
  }
  p.m = trial.in_out("m", m, expected.m, bounds::kAdamMoments);
  p.v = trial.in_out("v", v, expected.v, bounds::kAdamMoments);
  p.gradients = trial.in("gradients", gradients);
  return trial.run(RP_OP_GPT_ADAMW, p);
}

using Check = std::string (*)(const TestedDevice& device, bool wide, std::int64_t iteration);

/// An operation and its check in each type.
struct Checked {
  GptOperation operation;
  Check f64, f32, bf16;
};

template <class T, class F>
std::string run(const TestedDevice& device, bool wide, std::int64_t iteration) {
  return F{}(GptTrial<T>(device, wide ? 0 : 1, iteration), wide);
}

/// `F`: a function of a trial and of whether it is a wide one.
template <class F>
constexpr Checked checked(rp_op op, const char* name, F) {
  return {{op, name}, run<double, F>, run<float, F>, run<Bf16, F>};
}

constexpr std::uint32_t row_count(bool wide) { return wide ? 70 : 9; }
constexpr std::uint32_t column_count(bool wide) { return wide ? 257 : 33; }
constexpr std::size_t elements(bool wide) { return wide ? 1025 : 31; }
constexpr EmbedShape embed_shape(bool wide) {
  return wide ? EmbedShape{2, 3, 129, 4} : EmbedShape{2, 5, 3, 7};
}
constexpr reference::AttentionShape sequences(bool wide) {
  return wide ? reference::AttentionShape{1, 131, 16, 1} : reference::AttentionShape{2, 5, 6, 2};
}

constexpr Checked kChecked[]{
    checked(RP_OP_GPT_MATMUL, "gpt matmul",
            [](auto trial, bool wide) {
              return wide ? matmuls(trial, 160, 16, 127) : matmuls(trial, 12, 8, 31);
            }),
    checked(RP_OP_GPT_COLUMN_SUM, "gpt column_sum",
            [](auto trial, bool wide) {
              return column_sum(std::move(trial), row_count(wide), column_count(wide));
            }),
    checked(RP_OP_GPT_LAYER_NORM, "gpt layer_norm",
            [](auto trial, bool wide) {
              return layer_norm(std::move(trial), row_count(wide), column_count(wide), false);
            }),
    checked(RP_OP_GPT_LAYER_NORM_BACKWARD, "gpt layer_norm_backward",
            [](auto trial, bool wide) {
              return layer_norm(std::move(trial), row_count(wide), column_count(wide), true);
            }),
    checked(RP_OP_GPT_ATTENTION, "gpt attention",
            [](auto trial, bool wide) { return attention(std::move(trial), sequences(wide), false); }),
    checked(RP_OP_GPT_ATTENTION_BACKWARD, "gpt attention_backward",
            [](auto trial, bool wide) { return attention(std::move(trial), sequences(wide), true); }),
    checked(RP_OP_GPT_GELU, "gpt gelu",
            [](auto trial, bool wide) { return gelu(std::move(trial), elements(wide)); }),
    checked(RP_OP_GPT_GELU_BACKWARD, "gpt gelu_backward",
            [](auto trial, bool wide) { return gelu_backward(std::move(trial), elements(wide), wide); }),
    checked(RP_OP_GPT_EMBED, "gpt embed",
            [](auto trial, bool wide) { return embed(std::move(trial), embed_shape(wide)); }),
    checked(RP_OP_GPT_EMBED_BACKWARD, "gpt embed_backward",
            [](auto trial, bool wide) { return embed_backward(std::move(trial), embed_shape(wide), wide); }),
    checked(RP_OP_GPT_ADD, "gpt add",
            [](auto trial, bool wide) {
              if (!wide) return add(std::move(trial), elements(wide), Place::other);
              const std::string problem = add(trial.again(), elements(wide), Place::of_a);
              return problem.empty() ? add(std::move(trial), elements(wide), Place::of_b) : problem;
            }),
    checked(RP_OP_GPT_CROSS_ENTROPY, "gpt cross_entropy",
            [](auto trial, bool wide) {
              return cross_entropy(std::move(trial), row_count(wide), column_count(wide));
            }),
    checked(RP_OP_GPT_ADAMW, "gpt adamw",
            [](auto trial, bool wide) { return adamw(std::move(trial), elements(wide), wide ? 7 : 1); }),
};

}  // namespace

std::vector<GptOperation> gpt_operations() {
  std::vector<GptOperation> all;
  for (const Checked& each : kChecked) all.push_back(each.operation);
  return all;
}

std::string check_gpt(const TestedDevice& device, const GptCase& which, std::int64_t iteration) {
  for (const Checked& each : kChecked) {
    if (each.operation.op != which.op) continue;
    // Asked first, because inputs and reference take longer than most answers.
    if (device.enqueue(which.op, which.dtype, nullptr, 0) == RP_UNSUPPORTED)
      throw Unsupported(device.backend().last_error());
    const Check check = which.dtype == RP_F64 ? each.f64 : which.dtype == RP_F32 ? each.f32 : each.bf16;
    return check(device, which.wide, iteration);
  }
  throw std::logic_error("no operation of training");
}

}  // namespace rackproof::conformance
