// Data-parallel training: every rank of a group has the whole model and its rows of the batch.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/measure/communicator.hpp"
#include "harness/measure/group.hpp"
#include "suites/run/gpt_model.hpp"

namespace rackproof {

/// T as GptModel's: float or kernels::Bf16. Throws CaseStopped (failed) when messages do not pass.
template <class T>
class GptTrainer {
 public:
  /// This rank trains on rows [first_row, first_row + batch) of each step's batch. `group` outlives the
  /// trainer. Sums on the host until connect().
  GptTrainer(const Device& device, const kernels::GptShape& shape, std::uint64_t key, std::uint64_t first_row,
             std::uint32_t batch, const Group& group);

  /// From now on the devices of all ranks sum; every rank calls it. Throws CaseStopped on this rank only (Communicator).
  void connect();
  /// A sum of ones, when all ranks are connected: every rank calls it. Throws CaseStopped on this rank only: unsupported, failed, wrong.
  void try_sum();

  bool sums_on_devices() const { return communicator_.has_value(); }

  /// Initial weights; the next step is step 0.
  void restart();
  /// Tokens of the next step: fresh text, the same whatever the number of ranks.
  void load();
  /// One step: forward, backward, gradients summed over ranks, AdamW. Returns when all is done.
  void train();
  /// The same without the sum over ranks: this rank's rows alone.
  void train_alone();

  /// Mean loss per token of the last step over all ranks, before its update, nats.
  double loss() const { return loss_; }
  /// What a model that knows the source would score on the same tokens, nats.
  double ideal() const { return ideal_; }
  /// Tokens of one step over all ranks.
  double tokens() const;
  std::uint64_t steps() const { return step_; }

  /// Gradients of the last step, averaged over ranks.
  std::vector<float> gradients() const;
  /// Those that are trained: of bf16 the master weights.
  std::vector<float> weights() const;

 private:
  void sum_on_devices() const;
  void sum_on_host();
  void average_losses();

  const Device& device_;
  kernels::GptShape shape_;
  std::uint64_t key_;
  std::uint64_t first_row_;
  std::uint32_t batch_;
  const Group& group_;
  kernels::MarkovSource source_;
  GptModel<T> model_;
  std::optional<Communicator> communicator_;
  std::uint64_t step_ = 0;
  double loss_ = 0;
  double ideal_ = 0;
  double own_ideal_ = 0;
  bool summed_ = false;  // the gradients on the device are sums over ranks
  std::vector<std::int32_t> tokens_, targets_;
  std::vector<float> reduced_;
};

}  // namespace rackproof
