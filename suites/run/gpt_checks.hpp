// What a training run must show before its speed counts. Every check throws CaseStopped (wrong, check); NaN
// fails each.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <type_traits>
#include <vector>

#include "harness/measure/group.hpp"
#include "kernels/gpt.h"
#include "suites/run/gpt_trainer.hpp"

namespace rackproof {

inline constexpr double kFirstLossTolerance = 0.02;  ///< of ln V
inline constexpr double kLeastFall = 0.25;           ///< of ln V − H, first step to mean of the last four
inline constexpr double kReplicaTolerance = 1e-5;    ///< relative: weights of all ranks in L2 norm

/// Of a sum over `ranks` that rounds after each of them, relative in L2 norm: in bf16 2^-8 (1 + ranks/8), several times what sums one
/// after the other differ by up to 64 ranks; beyond, addends vanish.
template <class T>
constexpr double sum_tolerance(int ranks) {
  return std::is_same_v<T, kernels::Bf16> ? 0x1p-8 * (1 + ranks / 8.0) : 1e-5;
}
/// Of a group against one rank with the whole batch, relative: losses, and gradients in L2 norm. In bf16 activations are rounded
/// otherwise, too.
template <class T>
constexpr double group_tolerance(int ranks) {
  return sum_tolerance<T>(ranks) + (std::is_same_v<T, kernels::Bf16> ? 0.02 : 0);
}

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
template <class T>
void check_rerun(GptTrainer<T>& trainer);

/// What a group must reproduce: the first steps on the whole batch, trained by one rank alone.
struct GptAlone {
  std::vector<double> losses;
  std::vector<float> first_gradients;
};
template <class T>
GptAlone train_whole_batch(const Device& device, const kernels::GptShape& shape, std::uint64_t key,
                           std::uint32_t batch, std::size_t steps);
/// `losses` may hold more steps than were trained alone.
void check_group_against_alone(const GptAlone& alone, std::span<const double> losses,
                               std::span<const float> first_gradients, double tolerance);

/// The devices' average of the gradients of step 1 is the host's average of what each rank had alone (`own`), within `tolerance`. All
/// ranks call it; throws AgreedStop on all.
void check_device_sum(const Group& group, std::span<const float> own, std::span<const float> average,
                      double tolerance);

/// Every rank holds the weights of rank 0 within kReplicaTolerance. All ranks call it; throws AgreedStop on all
/// when one differs or cannot read its weights.
void check_replicas(const Group& group, const std::function<std::vector<float>()>& read_weights);

}  // namespace rackproof
