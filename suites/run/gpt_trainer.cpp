#include "suites/run/gpt_trainer.hpp"

#include <fmt/format.h>

#include <array>

namespace rackproof {

namespace {

void expect(rp_result result, const Group& group) {
  if (result == RP_OK) return;
  throw CaseStopped(Status::failed, Phase::measure,
                    fmt::format("sum over ranks: {}", printable(group.messages()->last_error())));
}

}  // namespace

GptTrainer::GptTrainer(const Device& device, const kernels::GptShape& shape, std::uint64_t key,
                       std::uint64_t first_row, std::uint32_t batch, const Group& group)
    : shape_(shape),
      key_(key),
      first_row_(first_row),
      batch_(batch),
      group_(group),
      source_(key, shape.vocabulary),
      model_(device, shape, batch, GptOptimiser{}),
      tokens_(model_.rows()),
      targets_(model_.rows()),
      reduced_(model_.layout().count()) {
  restart();
}

void GptTrainer::restart() {
  model_.initialise(key_);
  step_ = 0;
}

void GptTrainer::load() {
  std::vector<std::int32_t> sequence(shape_.context + 1);
  double surprisal = 0;
  for (std::uint32_t row = 0; row < batch_; ++row) {
    surprisal += source_.fill(step_, first_row_ + row, sequence);
    const auto at = static_cast<std::ptrdiff_t>(row) * shape_.context;
    std::copy(sequence.begin(), sequence.end() - 1, tokens_.begin() + at);
    std::copy(sequence.begin() + 1, sequence.end(), targets_.begin() + at);
  }
  own_ideal_ = surprisal / static_cast<double>(model_.rows());
  model_.load(tokens_, targets_);
}

void GptTrainer::train_alone() {
  model_.enqueue_gradients();
  model_.enqueue_update(1.0);
  model_.sync();
  loss_ = model_.loss();
  ideal_ = own_ideal_;
  summed_ = false;
  ++step_;
}

void GptTrainer::train() {
  if (group_.size() == 1) return train_alone();
  model_.enqueue_gradients();
  model_.sync();
  sum_over_ranks();
  model_.enqueue_update(1.0 / group_.size());
  model_.sync();
  ++step_;
}

void GptTrainer::sum_over_ranks() {
  model_.gradients().read(std::span<float>(reduced_));
  expect(group_.messages()->sum_f32(reduced_.data(), reduced_.size()), group_);
  model_.gradients().write(std::span<const float>(reduced_));
  std::array<double, 2> means{model_.loss(), own_ideal_};
  expect(group_.messages()->sum_f64(means.data(), means.size()), group_);
  loss_ = means[0] / group_.size();
  ideal_ = means[1] / group_.size();
  summed_ = true;
}

double GptTrainer::tokens() const { return static_cast<double>(model_.rows()) * group_.size(); }

std::vector<float> GptTrainer::gradients() const {
  std::vector<float> gradients(model_.layout().count());
  model_.gradients().read(std::span<float>(gradients));
  const float scale = summed_ ? 1.0f / static_cast<float>(group_.size()) : 1.0f;
  for (float& value : gradients) value *= scale;
  return gradients;
}

std::vector<float> GptTrainer::weights() const {
  std::vector<float> weights(model_.layout().count());
  model_.weights().read(std::span<float>(weights));
  return weights;
}

}  // namespace rackproof
