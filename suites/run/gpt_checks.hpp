// What a training run must show before its speed counts. Every check throws CaseStopped (wrong, check); NaN
// fails each.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "harness/measure/group.hpp"
#include "kernels/gpt.h"
#include "suites/run/gpt_trainer.hpp"

namespace rackproof {

inline constexpr double kFirstLossTolerance = 0.02;  ///< of ln V
inline constexpr double kLeastFall = 0.25;           ///< of ln V − H, first step to mean of the last four
inline constexpr double kGroupTolerance = 1e-5;      ///< relative: losses, and gradients in L2 norm

/// A model that was not trained knows nothing: the loss is ln V within 2 %.
void check_first_loss(double loss, std::uint32_t vocabulary);

/// No model does better on text that it has not seen than the source itself, but for luck (kernels/gpt.h).
void check_against_source(std::uint64_t step, double loss, double ideal, double tokens);

/// Mean of the last four of at least eight losses; the fall from the first is at least kLeastFall of what can
/// be learnt.
double check_fall(std::span<const double> losses, std::uint32_t vocabulary);

/// ‖found − expected‖ / ‖expected‖ is at most `tolerance`.
void check_close(std::span<const float> found, std::span<const float> expected, double tolerance,
                 const char* what);

/// Step 1 from the initial weights, twice: loss, gradients and updated weights are the same to the last bit.
void check_rerun(GptTrainer& trainer);

/// What a group must reproduce: the first steps on the whole batch, trained by one rank alone.
struct GptAlone {
  std::vector<double> losses;
  std::vector<float> first_gradients;
};
GptAlone train_whole_batch(const Device& device, const kernels::GptShape& shape, std::uint64_t key,
                           std::uint32_t batch, std::size_t steps);
/// `losses` may hold more steps than were trained alone.
void check_group_against_alone(const GptAlone& alone, std::span<const double> losses,
                               std::span<const float> first_gradients);

/// Every rank holds the weights of rank 0 within kGroupTolerance. All ranks call it; throws AgreedStop on all
/// when one differs or cannot read its weights.
void check_replicas(const Group& group, const std::function<std::vector<float>()>& read_weights);

}  // namespace rackproof
