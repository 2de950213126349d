#include "suites/run/gpt_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "harness/measure/case_stopped.hpp"
#include "harness/measure/sampler.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kLastLosses = 4;

[[noreturn]] void wrong(const std::string& reason) { throw CaseStopped(Status::wrong, Phase::check, reason); }

/// Bits of one step from the initial weights.
struct FirstStep {
  double loss;
  std::vector<float> gradients;
  std::vector<float> weights;
};

template <class T>
FirstStep first_step(GptTrainer<T>& trainer) {
  trainer.restart();
  trainer.load();
  trainer.train_alone();
  return {trainer.loss(), trainer.gradients(), trainer.weights()};
}

void check_bits(std::span<const float> first, std::span<const float> second, const char* what) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (std::memcmp(&first[i], &second[i], sizeof(float)) != 0) {
      wrong(fmt::format("step 1 done twice: {} {} is {:a}, then {:a}", what, i, first[i], second[i]));
    }
  }
}

}  // namespace

void check_first_loss(double loss, std::uint32_t vocabulary) {
  const double expected = kernels::uniform_loss(vocabulary);
  if (!(std::abs(loss - expected) <= kFirstLossTolerance * expected)) {
    wrong(fmt::format("first loss {:.6g} is not within {:g} % of ln {} = {:.6g}", loss,
                      100 * kFirstLossTolerance, vocabulary, expected));
  }
}

void check_against_source(std::uint64_t step, double loss, double ideal, double tokens) {
  const double least = ideal - kernels::MarkovSource::luck(tokens);
  if (!(loss >= least)) {
    wrong(fmt::format(
        "loss {:.6g} of step {} is below {:.6g}, what the source itself scores less luck of 1 in 1e9", loss,
        step, least));
  }
}

double check_fall(std::span<const double> losses, std::uint32_t vocabulary) {
  if (losses.size() < 2 * kLastLosses)
    wrong(fmt::format("{} losses are too few to see a fall", losses.size()));
  const auto tail = losses.last(kLastLosses);
  const double last = std::accumulate(tail.begin(), tail.end(), 0.0) / static_cast<double>(tail.size());
  const double fall = kLeastFall * (kernels::uniform_loss(vocabulary) - kernels::MarkovSource::entropy());
  if (!(losses.front() - last >= fall)) {
    wrong(fmt::format("loss fell from {:.6g} to {:.6g} in {} steps, less than {:.4g}", losses.front(), last,
                      losses.size(), fall));
  }
  return last;
}

void check_close(std::span<const float> found, std::span<const float> expected, double tolerance,
                 const char* what) {
  if (found.size() != expected.size())
    wrong(fmt::format("{}: {} numbers, expected {}", what, found.size(), expected.size()));
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double e = static_cast<double>(expected[i]);
    difference += (static_cast<double>(found[i]) - e) * (static_cast<double>(found[i]) - e);
    norm += e * e;
  }
  const double error = std::sqrt(difference / norm);
  if (!(error <= tolerance))
    wrong(fmt::format("{}: relative difference {:.3g} above {:.3g}", what, error, tolerance));
}

template <class T>
void check_rerun(GptTrainer<T>& trainer) {
  const FirstStep first = first_step(trainer);
  const FirstStep second = first_step(trainer);
  if (std::memcmp(&first.loss, &second.loss, sizeof(double)) != 0) {
    wrong(fmt::format("step 1 done twice: loss {:a}, then {:a}", first.loss, second.loss));
  }
  check_bits(first.gradients, second.gradients, "gradient");
  check_bits(first.weights, second.weights, "weight");
}

template <class T>
GptAlone train_whole_batch(const Device& device, const kernels::GptShape& shape, std::uint64_t key,
                           std::uint32_t batch, std::size_t steps) {
  const Group alone;
  GptTrainer<T> trainer(device, shape, key, 0, batch, alone);
  GptAlone result;
  for (std::size_t step = 0; step < steps; ++step) {
    trainer.load();
    trainer.train();
    if (step == 0) result.first_gradients = trainer.gradients();
    result.losses.push_back(trainer.loss());
  }
  return result;
}

void check_group_against_alone(const GptAlone& alone, std::span<const double> losses,
                               std::span<const float> first_gradients, double tolerance) {
  check_close(first_gradients, alone.first_gradients, tolerance,
              "gradients of step 1, group against one rank");
  if (losses.size() < alone.losses.size()) wrong("the group trained fewer steps than one rank");
  for (std::size_t step = 0; step < alone.losses.size(); ++step) {
    if (!(std::abs(losses[step] - alone.losses[step]) <= tolerance * alone.losses[step])) {
      wrong(fmt::format("loss of step {}: {:.9g} in the group, {:.9g} with one rank", step + 1, losses[step],
                        alone.losses[step]));
    }
  }
}

template void check_rerun(GptTrainer<float>&);
template void check_rerun(GptTrainer<kernels::Bf16>&);
template GptAlone train_whole_batch<float>(const Device&, const kernels::GptShape&, std::uint64_t,
                                           std::uint32_t, std::size_t);
template GptAlone train_whole_batch<kernels::Bf16>(const Device&, const kernels::GptShape&, std::uint64_t,
                                                   std::uint32_t, std::size_t);

void check_device_sum(const Group& group, std::span<const float> own, std::span<const float> average,
                      double tolerance) {
  std::vector<float> expected(own.begin(), own.end());
  together(group, [&] {
    if (group.messages()->sum_f32(expected.data(), expected.size()) != RP_OK) {
      throw CaseStopped(Status::failed, Phase::check,
                        fmt::format("sum over ranks: {}", printable(group.messages()->last_error())));
    }
    for (float& value : expected) value /= static_cast<float>(group.size());
    check_close(average, expected, tolerance, "gradients of step 1, summed by the devices against the host");
  });
}

void check_replicas(const Group& group, const std::function<std::vector<float>()>& read_weights) {
  std::vector<float> weights;
  together(group, [&] { weights = read_weights(); });
  if (group.size() == 1) return;
  together(group, [&] {
    std::vector<float> root = weights;
    if (group.messages()->broadcast(root.data(), root.size() * sizeof(float), 0) != RP_OK) {
      throw CaseStopped(Status::failed, Phase::check,
                        fmt::format("broadcast: {}", printable(group.messages()->last_error())));
    }
    check_close(weights, root, kReplicaTolerance, "weights against those of rank 0");
  });
}

}  // namespace rackproof
