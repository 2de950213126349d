// A GPT on one device: parameters, activations, and the sequence of operations of one training step, all
// through the ABI.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "harness/measure/backend.hpp"
#include "kernels/gpt.h"
#include "suites/run/gpt_layout.hpp"

namespace rackproof {

/// Settings of AdamW; the decay is for matrices only. With the usual epsilon of 1e-8 the first steps turn
/// gradients that are nothing but rounding (that of the key bias is zero in theory) into full-sized updates,
/// and two correct runs that sum in another order drift apart; 1e-6 keeps their losses within 1e-7 over ten
/// steps.
struct GptOptimiser {
  double rate = 0.005;
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-6;
  double decay = 0.01;
};

/// T is float, double or kernels::Bf16, with f32 master weights behind it. Everything enqueued is complete only after
/// sync(). Throws CaseStopped (unsupported) from the constructor when the backend lacks an operation.
template <class T>
class GptModel {
 public:
  static constexpr rp_dtype kDtype = std::is_same_v<T, kernels::Bf16> ? RP_BF16
                                     : sizeof(T) == 8                 ? RP_F64
                                                                      : RP_F32;

  GptModel(const Device& device, const kernels::GptShape& shape, std::uint32_t batch,
           const GptOptimiser& optimiser);

  const GptLayout& layout() const { return layout_; }
  std::uint64_t rows() const { return rows_; }
  const Buffer& weights() const { return weights_; }
  const Buffer& gradients() const { return gradients_; }

  /// Weights from the Philox key (standard deviation 0.02), moments zero, step 0.
  void initialise(std::uint64_t key);
  /// batch × context tokens, and the token after each of them. Poisons losses and gradients.
  void load(std::span<const std::int32_t> tokens, std::span<const std::int32_t> targets);
  /// Enqueues forward pass, losses and backward pass.
  void enqueue_gradients();
  /// Enqueues one AdamW step with gradient_scale · gradients.
  void enqueue_update(double gradient_scale);
  const Stream& stream() const { return stream_; }
  void sync() const { stream_.sync(); }

  /// What is trained: the weights, or the master weights behind them.
  std::vector<float> trained() const;
  /// Gradients as f32, and back, rounded to T.
  void read_gradients(std::span<float> values) const;
  void write_gradients(std::span<const float> values) const;

  /// Mean loss over the rows of the last pass, summed in f64; NaN when an entry is NaN.
  double loss() const;

 private:
  using Wide = kernels::Wide<T>;
  static constexpr bool kHasMaster = !std::is_same_v<T, Wide>;

  /// Parameters as offsets in elements, activations that the backward pass needs as regions.
  struct Linear {
    std::uint64_t weight, bias;
    std::uint32_t inputs, outputs;
  };
  struct Norm {
    std::uint64_t weight, bias;
    rp_memory out, mean, rstd;
  };
  struct Block {
    std::array<Linear, 4> linear;  // qkv, proj, fc, out
    std::array<Norm, 2> norm;
    rp_memory qkv, probabilities, attended, projected, middle, wide, active, written, out;
  };

  rp_memory weight(std::uint64_t offset) const { return weights_.at(offset * sizeof(T)); }
  rp_memory gradient(std::uint64_t offset) const { return gradients_.at(offset * sizeof(T)); }
  /// Places all activations from `base` on; returns the bytes they need.
  std::uint64_t place_activations(rp_memory base);
  void place_parameters();
  void require_operations(const Device& device) const;

  template <class Params>
  void enqueue(rp_op op, const Params& params) const;
  void linear(const Linear& at, rp_memory in, rp_memory out) const;
  void linear_backward(const Linear& at, rp_memory in, rp_memory dout, rp_memory din) const;
  void norm(const Norm& at, rp_memory in) const;
  void norm_backward(const Norm& at, rp_memory in, rp_memory dout, rp_memory din) const;
  void add(rp_memory a, rp_memory b, rp_memory c) const;
  void forward(const Block& block, rp_memory in) const;
  void backward(const Block& block, rp_memory in) const;

  kernels::GptShape shape_;
  std::uint32_t batch_;
  std::uint32_t rows_;
  GptOptimiser optimiser_;
  GptLayout layout_;
  std::uint32_t step_ = 0;
  Buffer weights_, gradients_, first_moments_, second_moments_;
  std::optional<Buffer> master_;  // of weights that are roundings
  Buffer tokens_, targets_;
  std::vector<Block> blocks_;
  Norm final_{};
  std::uint64_t token_table_ = 0, position_table_ = 0, head_ = 0;
  rp_memory embedded_{}, logits_{}, losses_{}, dlogits_{};
  rp_memory dstream_{}, dnorm_{}, dbranch_{}, dwide_{}, dqkv_{};
  Buffer activations_;  // after the regions: their sizes decide its size
  Stream stream_;
};

}  // namespace rackproof
