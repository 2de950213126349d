#include "suites/run/gpt_model.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "kernels/philox.h"

namespace rackproof {

namespace {

constexpr double kInitDeviation = 0.02;
constexpr std::uint64_t kAlignment = 256;  // bytes; suits the vector loads of every device

enum Which { kQkv = 0, kProj = 1, kFc = 2, kOut = 3 };

/// Lays regions of one allocation end to end, first to count the bytes and then to hand them out.
class Regions {
 public:
  explicit Regions(rp_memory base) : base_(base) {}
  rp_memory take(std::uint64_t bytes) {
    const rp_memory region{base_.handle, base_.offset + used_};
    used_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
    return region;
  }
  std::uint64_t used() const { return used_; }

 private:
  rp_memory base_;
  std::uint64_t used_ = 0;
};

}  // namespace

template <class T>
GptModel<T>::GptModel(const Device& device, const kernels::GptShape& shape, std::uint32_t batch,
                      const GptOptimiser& optimiser)
    : shape_(shape),
      batch_(batch),
      rows_(batch * shape.context),
      optimiser_(optimiser),
      layout_(shape),
      weights_(device, layout_.count() * sizeof(T)),
      gradients_(device, layout_.count() * sizeof(T)),
      first_moments_(device, layout_.count() * sizeof(Wide)),
      second_moments_(device, layout_.count() * sizeof(Wide)),
      tokens_(device, std::uint64_t{rows_} * sizeof(std::int32_t)),
      targets_(device, std::uint64_t{rows_} * sizeof(std::int32_t)),
      blocks_(shape.layers),
      activations_(device, place_activations({})),
      stream_(device) {
  if (kHasMaster) master_.emplace(device, layout_.count() * sizeof(Wide));
  place_activations(activations_.at());
  place_parameters();
  require_operations(device);
}

template <class T>
std::uint64_t GptModel<T>::place_activations(rp_memory base) {
  Regions regions(base);
  const auto take = [&](std::uint64_t columns) { return regions.take(rows_ * columns * sizeof(T)); };
  const auto take_wide = [&] { return regions.take(rows_ * sizeof(Wide)); };
  const std::uint64_t c = shape_.channels;
  embedded_ = take(c);
  for (Block& block : blocks_) {
    for (Norm& norm : block.norm) norm.out = take(c), norm.mean = take_wide(), norm.rstd = take_wide();
    block.qkv = take(3 * c);
    block.probabilities = take(std::uint64_t{shape_.heads} * shape_.context);
    block.attended = take(c);
    block.projected = take(c);
    block.middle = take(c);
    block.wide = take(4 * c);
    block.active = take(4 * c);
    block.written = take(c);
    block.out = take(c);
  }
  final_.out = take(c), final_.mean = take_wide(), final_.rstd = take_wide();
  logits_ = take(shape_.vocabulary);
  losses_ = take_wide();
  dlogits_ = take(shape_.vocabulary);
  dstream_ = take(c);
  dnorm_ = take(c);
  dbranch_ = take(c);
  dwide_ = take(4 * c);
  dqkv_ = take(3 * c);
  return regions.used();
}

template <class T>
void GptModel<T>::place_parameters() {
  const std::uint32_t c = shape_.channels;
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    const auto offset = [&](const char* name, const char* part) {
      return layout_.offset(fmt::format("block{}.{}.{}", l, name, part));
    };
    const auto linear = [&](const char* name, std::uint32_t inputs, std::uint32_t outputs) {
      return Linear{offset(name, "weight"), offset(name, "bias"), inputs, outputs};
    };
    Block& block = blocks_[l];
    block.linear = {linear("qkv", c, 3 * c), linear("proj", c, c), linear("fc", c, 4 * c),
                    linear("out", 4 * c, c)};
    block.norm[0].weight = offset("norm1", "weight"), block.norm[0].bias = offset("norm1", "bias");
    block.norm[1].weight = offset("norm2", "weight"), block.norm[1].bias = offset("norm2", "bias");
  }
  final_.weight = layout_.offset("final.weight");
  final_.bias = layout_.offset("final.bias");
  token_table_ = layout_.offset("embedding.token");
  position_table_ = layout_.offset("embedding.position");
  head_ = shape_.tie ? token_table_ : layout_.offset("head.weight");
}

template <class T>
void GptModel<T>::require_operations(const Device& device) const {
  // Sizes as they will be, in memory that is named and not touched: operands that do not overlap.
  const auto at = [](std::uint64_t handle) { return rp_memory{handle, 0}; };
  const std::uint32_t t = shape_.context, c = shape_.channels, h = shape_.heads, v = shape_.vocabulary;
  const std::uint64_t count = std::uint64_t{rows_} * c;
  const auto ask = [&](rp_op op, const auto& params) { device.require(op, kDtype, params); };
  ask(RP_OP_GPT_MATMUL, rp_gpt_matmul_params{at(1), at(2), at(3), at(4), rows_, 3 * c, c, 0, 0});
  ask(RP_OP_GPT_COLUMN_SUM, rp_gpt_column_sum_params{at(1), at(2), rows_, c});
  ask(RP_OP_GPT_LAYER_NORM, rp_gpt_layer_norm_params{at(1), at(2), at(3), at(4), at(5), at(6), rows_, c});
  ask(RP_OP_GPT_LAYER_NORM_BACKWARD,
      rp_gpt_layer_norm_backward_params{at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), rows_, c});
  ask(RP_OP_GPT_ATTENTION, rp_gpt_attention_params{at(1), at(2), at(3), batch_, t, c, h});
  ask(RP_OP_GPT_ATTENTION_BACKWARD,
      rp_gpt_attention_backward_params{at(1), at(2), at(3), at(4), batch_, t, c, h});
  ask(RP_OP_GPT_GELU, rp_gpt_gelu_params{at(1), at(2), count});
  ask(RP_OP_GPT_GELU_BACKWARD, rp_gpt_gelu_backward_params{at(1), at(2), at(3), count});
  ask(RP_OP_GPT_EMBED, rp_gpt_embed_params{at(1), at(2), at(3), at(4), batch_, t, c, v});
  ask(RP_OP_GPT_EMBED_BACKWARD, rp_gpt_embed_backward_params{at(1), at(2), at(3), at(4), batch_, t, c, v, 0});
  ask(RP_OP_GPT_ADD, rp_gpt_add_params{at(1), at(2), at(3), count});
  ask(RP_OP_GPT_CROSS_ENTROPY, rp_gpt_cross_entropy_params{at(1), at(2), at(3), at(4), rows_, v});
  ask(RP_OP_GPT_ADAMW, rp_gpt_adamw_params{at(1), at(2), at(3), at(4), layout_.count(), 1, 0.001, 0.9, 0.95,
                                           1e-6, 0.01, 1, at(kHasMaster ? 5 : 0)});
}

template <class T>
void GptModel<T>::initialise(std::uint64_t key) {
  std::vector<Wide> values(layout_.count(), Wide{0});
  first_moments_.write(std::span<const Wide>(values));
  second_moments_.write(std::span<const Wide>(values));
  const double residual = kInitDeviation / std::sqrt(2.0 * shape_.layers);
  std::uint64_t array = 1;
  for (const GptTensor& tensor : layout_.tensors()) {
    for (std::uint64_t i = 0; i < tensor.count; ++i) {
      Wide& value = values[tensor.offset + i];
      switch (tensor.init) {
        case GptInit::normal:
          value = static_cast<Wide>(kInitDeviation * kernels::normal<double>(key, array, i));
          break;
        case GptInit::residual:
          value = static_cast<Wide>(residual * kernels::normal<double>(key, array, i));
          break;
        case GptInit::one:
          value = 1;
          break;
        case GptInit::zero:
          value = 0;
          break;
      }
    }
    ++array;
  }
  if (kHasMaster) master_->write(std::span<const Wide>(values));
  std::vector<T> rounded(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) rounded[i] = static_cast<T>(values[i]);
  weights_.write(std::span<const T>(rounded));
  step_ = 0;
}

template <class T>
void GptModel<T>::load(std::span<const std::int32_t> tokens, std::span<const std::int32_t> targets) {
  if (tokens.size() != rows_ || targets.size() != rows_) {
    throw Error(fmt::format("a batch of {} tokens and {} targets for a model of {} rows", tokens.size(),
                            targets.size(), rows_));
  }
  tokens_.write(tokens);
  targets_.write(targets);
  gradients_.poison();
  const std::vector<Wide> poison(rows_, std::numeric_limits<Wide>::quiet_NaN());
  activations_.write(std::span<const Wide>(poison),
                     (losses_.offset - activations_.at().offset) / sizeof(Wide));
}

template <class T>
template <class Params>
void GptModel<T>::enqueue(rp_op op, const Params& params) const {
  stream_.enqueue(op, kDtype, params);
}

template <class T>
void GptModel<T>::linear(const Linear& at, rp_memory in, rp_memory out) const {
  enqueue(RP_OP_GPT_MATMUL, rp_gpt_matmul_params{in, weight(at.weight), out, weight(at.bias), rows_,
                                                 at.outputs, at.inputs, 0, 0});
}

template <class T>
void GptModel<T>::linear_backward(const Linear& at, rp_memory in, rp_memory dout, rp_memory din) const {
  enqueue(RP_OP_GPT_MATMUL,
          rp_gpt_matmul_params{in, dout, gradient(at.weight), {}, at.inputs, at.outputs, rows_, 1, 0});
  enqueue(RP_OP_GPT_COLUMN_SUM, rp_gpt_column_sum_params{dout, gradient(at.bias), rows_, at.outputs});
  enqueue(RP_OP_GPT_MATMUL,
          rp_gpt_matmul_params{dout, weight(at.weight), din, {}, rows_, at.inputs, at.outputs, 0, 1});
}

template <class T>
void GptModel<T>::norm(const Norm& at, rp_memory in) const {
  enqueue(RP_OP_GPT_LAYER_NORM, rp_gpt_layer_norm_params{in, weight(at.weight), weight(at.bias), at.out,
                                                         at.mean, at.rstd, rows_, shape_.channels});
}

template <class T>
void GptModel<T>::norm_backward(const Norm& at, rp_memory in, rp_memory dout, rp_memory din) const {
  enqueue(RP_OP_GPT_LAYER_NORM_BACKWARD,
          rp_gpt_layer_norm_backward_params{dout, in, weight(at.weight), at.mean, at.rstd, din,
                                            gradient(at.weight), gradient(at.bias), rows_, shape_.channels});
}

template <class T>
void GptModel<T>::add(rp_memory a, rp_memory b, rp_memory c) const {
  enqueue(RP_OP_GPT_ADD, rp_gpt_add_params{a, b, c, std::uint64_t{rows_} * shape_.channels});
}

template <class T>
void GptModel<T>::forward(const Block& block, rp_memory in) const {
  const std::uint64_t wide = std::uint64_t{rows_} * 4 * shape_.channels;
  norm(block.norm[0], in);
  linear(block.linear[kQkv], block.norm[0].out, block.qkv);
  enqueue(RP_OP_GPT_ATTENTION, rp_gpt_attention_params{block.qkv, block.attended, block.probabilities, batch_,
                                                       shape_.context, shape_.channels, shape_.heads});
  linear(block.linear[kProj], block.attended, block.projected);
  add(in, block.projected, block.middle);
  norm(block.norm[1], block.middle);
  linear(block.linear[kFc], block.norm[1].out, block.wide);
  enqueue(RP_OP_GPT_GELU, rp_gpt_gelu_params{block.wide, block.active, wide});
  linear(block.linear[kOut], block.active, block.written);
  add(block.middle, block.written, block.out);
}

/// dstream_ is the gradient of the block's output before and of its input after.
template <class T>
void GptModel<T>::backward(const Block& block, rp_memory in) const {
  const std::uint64_t wide = std::uint64_t{rows_} * 4 * shape_.channels;
  linear_backward(block.linear[kOut], block.active, dstream_, dwide_);
  enqueue(RP_OP_GPT_GELU_BACKWARD, rp_gpt_gelu_backward_params{dwide_, block.wide, dwide_, wide});
  linear_backward(block.linear[kFc], block.norm[1].out, dwide_, dnorm_);
  norm_backward(block.norm[1], block.middle, dnorm_, dbranch_);
  add(dstream_, dbranch_, dstream_);

  linear_backward(block.linear[kProj], block.attended, dstream_, dbranch_);
  enqueue(RP_OP_GPT_ATTENTION_BACKWARD,
          rp_gpt_attention_backward_params{dbranch_, block.qkv, block.probabilities, dqkv_, batch_,
                                           shape_.context, shape_.channels, shape_.heads});
  linear_backward(block.linear[kQkv], block.norm[0].out, dqkv_, dnorm_);
  norm_backward(block.norm[0], in, dnorm_, dbranch_);
  add(dstream_, dbranch_, dstream_);
}

template <class T>
void GptModel<T>::enqueue_gradients() {
  const std::uint32_t c = shape_.channels;
  const std::uint32_t v = shape_.vocabulary;
  const auto input = [&](std::size_t l) { return l == 0 ? embedded_ : blocks_[l - 1].out; };
  enqueue(RP_OP_GPT_EMBED, rp_gpt_embed_params{tokens_.at(), weight(token_table_), weight(position_table_),
                                               embedded_, batch_, shape_.context, c, v});
  for (std::size_t l = 0; l < blocks_.size(); ++l) forward(blocks_[l], input(l));
  norm(final_, input(blocks_.size()));
  enqueue(RP_OP_GPT_MATMUL, rp_gpt_matmul_params{final_.out, weight(head_), logits_, {}, rows_, v, c, 0, 1});
  enqueue(RP_OP_GPT_CROSS_ENTROPY,
          rp_gpt_cross_entropy_params{logits_, targets_.at(), losses_, dlogits_, rows_, v});

  enqueue(RP_OP_GPT_MATMUL,
          rp_gpt_matmul_params{dlogits_, final_.out, gradient(head_), {}, v, c, rows_, 1, 0});
  enqueue(RP_OP_GPT_MATMUL, rp_gpt_matmul_params{dlogits_, weight(head_), dnorm_, {}, rows_, c, v, 0, 0});
  norm_backward(final_, input(blocks_.size()), dnorm_, dstream_);
  for (std::size_t l = blocks_.size(); l-- > 0;) backward(blocks_[l], input(l));
  enqueue(
      RP_OP_GPT_EMBED_BACKWARD,
      rp_gpt_embed_backward_params{dstream_, tokens_.at(), gradient(token_table_), gradient(position_table_),
                                   batch_, shape_.context, c, v, shape_.tie ? 1u : 0u});
}

template <class T>
void GptModel<T>::enqueue_update(double gradient_scale) {
  ++step_;
  const auto update = [&](std::uint64_t first, std::uint64_t count, double decay) {
    const std::uint64_t bytes = first * sizeof(T), wide = first * sizeof(Wide);
    enqueue(RP_OP_GPT_ADAMW,
            rp_gpt_adamw_params{weights_.at(bytes), first_moments_.at(wide), second_moments_.at(wide),
                                gradients_.at(bytes), count, gradient_scale, optimiser_.rate,
                                optimiser_.beta1, optimiser_.beta2, optimiser_.epsilon, decay, step_,
                                kHasMaster ? master_->at(wide) : rp_memory{}});
  };
  update(0, layout_.matrices(), optimiser_.decay);
  update(layout_.matrices(), layout_.count() - layout_.matrices(), 0.0);
}

template <class T>
std::vector<float> GptModel<T>::trained() const {
  std::vector<Wide> values(layout_.count());
  (kHasMaster ? *master_ : weights_).read(std::span<Wide>(values));
  std::vector<float> out;
  for (const Wide value : values) out.push_back(static_cast<float>(value));
  return out;
}

template <class T>
void GptModel<T>::read_gradients(std::span<float> values) const {
  if constexpr (std::is_same_v<T, float>) {
    gradients_.read(values);
  } else {
    std::vector<T> stored(values.size());
    gradients_.read(std::span<T>(stored));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(stored[i]);
  }
}

template <class T>
void GptModel<T>::write_gradients(std::span<const float> values) const {
  if constexpr (std::is_same_v<T, float>) {
    gradients_.write(values);
  } else {
    std::vector<T> stored(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) stored[i] = static_cast<T>(values[i]);
    gradients_.write(std::span<const T>(stored));
  }
}

template <class T>
double GptModel<T>::loss() const {
  std::vector<Wide> losses(rows_);
  activations_.read(std::span<Wide>(losses), (losses_.offset - activations_.at().offset) / sizeof(Wide));
  double sum = 0;
  for (const Wide value : losses) sum += static_cast<double>(value);
  return sum / static_cast<double>(rows_);
}

template class GptModel<float>;
template class GptModel<double>;
template class GptModel<kernels::Bf16>;

}  // namespace rackproof
