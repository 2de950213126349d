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

template <class T>
GptTrainer<T>::GptTrainer(const Device& device, const kernels::GptShape& shape, std::uint64_t key,
                          std::uint64_t first_row, std::uint32_t batch, const Group& group)
    : device_(device),
      shape_(shape),
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

template <class T>
void GptTrainer<T>::connect() {
  communicator_.emplace(device_, group_);
}

template <class T>
void GptTrainer<T>::try_sum() {
  // What is summed later, where it is summed: that a backend has no such sum is said before anybody waits for it.
  std::vector<float> ones(model_.layout().count());
  for (std::size_t i = 0; i < ones.size(); ++i) ones[i] = i % 2 == 0 ? 1.0f : -1.0f;
  model_.write_gradients(ones);
  sum_on_devices();
  model_.sync();
  std::vector<float> found(ones.size());
  model_.read_gradients(found);
  const auto ranks = static_cast<float>(group_.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i] == ranks * ones[i]) continue;  // NaN is never equal
    throw CaseStopped(Status::wrong, Phase::prepare,
                      fmt::format("allreduce of ones over {} ranks: element {} is {}, expected {}",
                                  group_.size(), i, found[i], ranks * ones[i]));
  }
}

template <class T>
void GptTrainer<T>::restart() {
  model_.initialise(key_);
  step_ = 0;
}

template <class T>
void GptTrainer<T>::load() {
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

template <class T>
void GptTrainer<T>::train_alone() {
  model_.enqueue_gradients();
  model_.enqueue_update(1.0);
  model_.sync();
  loss_ = model_.loss();
  ideal_ = own_ideal_;
  summed_ = false;
  ++step_;
}

template <class T>
void GptTrainer<T>::train() {
  if (group_.size() == 1) return train_alone();
  model_.enqueue_gradients();
  if (communicator_) {
    sum_on_devices();
  } else {
    model_.sync();
    sum_on_host();
  }
  model_.enqueue_update(1.0 / group_.size());
  model_.sync();
  average_losses();
  summed_ = true;
  ++step_;
}

template <class T>
void GptTrainer<T>::sum_on_devices() const {
  const rp_memory gradients = model_.gradients().at();
  communicator_->enqueue(model_.stream(), RP_ALLREDUCE, GptModel<T>::kDtype, gradients, gradients,
                         model_.layout().count(), 0);
}

template <class T>
void GptTrainer<T>::sum_on_host() {
  model_.read_gradients(reduced_);
  expect(group_.messages()->sum_f32(reduced_.data(), reduced_.size()), group_);
  model_.write_gradients(reduced_);
}

template <class T>
void GptTrainer<T>::average_losses() {
  std::array<double, 2> means{model_.loss(), own_ideal_};
  expect(group_.messages()->sum_f64(means.data(), means.size()), group_);
  loss_ = means[0] / group_.size();
  ideal_ = means[1] / group_.size();
}

template <class T>
double GptTrainer<T>::tokens() const {
  return static_cast<double>(model_.rows()) * group_.size();
}

template <class T>
std::vector<float> GptTrainer<T>::gradients() const {
  std::vector<float> gradients(model_.layout().count());
  model_.read_gradients(gradients);
  const float scale = summed_ ? 1.0f / static_cast<float>(group_.size()) : 1.0f;
  for (float& value : gradients) value *= scale;
  return gradients;
}

template <class T>
std::vector<float> GptTrainer<T>::weights() const {
  return model_.trained();
}

template class GptTrainer<float>;
template class GptTrainer<kernels::Bf16>;

}  // namespace rackproof
