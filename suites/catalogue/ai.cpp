#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow kThroughput{"throughput", QuantityKind::real, "token/s", Direction::higher_is_better,
                                  "gpt-tokens: ranks · 8 · 32 / t, tokens of all ranks"};
constexpr QuantityRow gemm_fraction(std::string_view formula) {
  return {"gemm_fraction", QuantityKind::real, "1", Direction::higher_is_better, formula};
}
constexpr QuantityRow kFirstLoss{"first_loss", QuantityKind::real, "1", Direction::neither,
                                 "gpt-loss: mean over tokens of -ln p, nats, step 1"};
constexpr QuantityRow kLastLoss{"last_loss", QuantityKind::real, "1", Direction::lower_is_better,
                                "gpt-loss: mean over tokens of -ln p, nats, mean of steps 37 to 40"};
constexpr QuantityRow kStepsChecked{"loss_steps_checked", QuantityKind::exact, "1", Direction::neither,
                                    "count: steps trained and checked before timing"};
constexpr QuantityRow kWrongChecks{"wrong_checks", QuantityKind::exact, "1", Direction::lower_is_better,
                                   "count: checks of the training that failed"};

constexpr QuantityRow kTraining[]{
    kThroughput,
    gemm_fraction(
        "gpt-gemm-fraction: tokens/s · (6·N + 6·L·C·T) / r, N parameters without the position "
        "embedding, L = 2, C = 64, T = 32 (multiply and add count as two; attention counted for the "
        "causal half); r rate of an f32 matrix product with m = n = k = 512 in the same process, summed "
        "over ranks that multiply at the same time"),
    kFirstLoss,
    kLastLoss,
    kStepsChecked,
    kWrongChecks};
constexpr QuantityRow kNarrowTraining[]{
    kThroughput,
    gemm_fraction(
        "gpt-gemm-fraction-bf16: tokens/s · (6·N + 6·L·C·T) / r, N parameters without the position "
        "embedding, L = 2, C = 64, T = 32 (multiply and add count as two; attention counted for the "
        "causal half); r rate of a matrix product of bf16 with sums in f32 with m = n = k = 512 in the "
        "same process, summed over ranks that multiply at the same time"),
    kFirstLoss,
    kLastLoss,
    kStepsChecked,
    kWrongChecks};

constexpr std::string_view kTrainDefinition =
    "training of a GPT (2 blocks of width 64 with 4 heads, 32 tokens of context, 127 tokens of "
    "vocabulary, tied head, AdamW with rate 0.005, betas 0.9 and 0.95, epsilon 1e-6, decay 0.01 of "
    "matrices) in f32 on 8 sequences per rank and step, on the first device of each rank; data parallel, "
    "gradients summed on the host; a sample is one step: forward, backward, sum over ranks, update; the "
    "text is made before the clock starts";
constexpr std::string_view kDeviceTrainDefinition =
    "training as in ai/gpt/train:f32, a rank for each device; data parallel, gradients summed by an "
    "allreduce of the devices between the backward pass and the update, without a wait in between; "
    "losses averaged by messages";
constexpr std::string_view kNarrowTrainDefinition =
    "training as in ai/gpt/train:f32, alone, but weights, activations, gradients and what attention "
    "keeps in bf16; arithmetic, statistics of layer norm, losses, moments and master weights of AdamW in "
    "f32";
constexpr std::string_view kNarrowDeviceTrainDefinition =
    "training as in ai/gpt/train:bf16, a rank for each device, 64 at most; data parallel, gradients "
    "summed by an allreduce of the devices in bf16 between the backward pass and the update, without a "
    "wait in between; losses averaged by messages";
constexpr std::string_view kNarrowTrainCheck =
    "40 steps before timing: first loss within 2 % of ln 127; loss falls by at least 25 % of ln 127 - H, "
    "H = 7/4 ln 2 the entropy of the source; no step scores better than the source itself but for a "
    "chance of 1e-9; step 1 done twice is bit equal; every timed step: above the source, below the first "
    "loss";
constexpr std::string_view kDeviceTrainCheck =
    "as of ai/gpt/train:f32; an allreduce of ones is right, and the devices' sum of the gradients of "
    "step 1 is the host's sum of what each device had within 1e-5";
constexpr std::string_view kNarrowDeviceTrainCheck =
    "as of ai/gpt/train:bf16; an allreduce of ones is right, the devices' sum of the gradients of step 1 "
    "is the host's sum of what each device had within e = 2^-8 (1 + n/8), n ranks; gradients of step 1 "
    "and losses of 10 steps are those of one rank with the whole batch within 2 % + e; all ranks hold "
    "the same master weights within 1e-5";
constexpr std::string_view kTrainCheck =
    "40 steps before timing: first loss within 2 % of ln 127; loss falls by at least 25 % of ln 127 - H, "
    "H = 7/4 ln 2 the entropy of the source; no step scores better than the source itself but for a "
    "chance of 1e-9; step 1 done twice is bit equal; in a group the gradients of step 1 and the losses "
    "of 10 steps are those of one rank with the whole batch within 1e-5, and all ranks hold the same "
    "weights within 1e-5; every timed step: above the source, below the first loss";

constexpr CaseRow training(std::string_view id, std::string_view title, std::string_view definition,
                           std::string_view check, std::span<const QuantityRow> quantities) {
  return {.id = id,
          .title = title,
          .definition = definition,
          .check = check,
          .clock = "host",
          .on_device = true,
          .estimate_s = 3,
          .quantities = quantities};
}
constexpr CaseRow with_ranks(CaseRow row) {
  row.on_node = row.on_group = true;
  return row;
}
constexpr CaseRow over_devices(CaseRow row) {
  row.on_device = false;
  row.on_node = row.on_pair = row.on_group = row.rank_per_device = true;
  return row;
}

constexpr CaseRow kAiCases[]{
    with_ranks(
        training("ai/gpt/train:f32", "training of a small GPT", kTrainDefinition, kTrainCheck, kTraining)),
    training("ai/gpt/train:bf16", "training of a small GPT in bf16", kNarrowTrainDefinition,
             kNarrowTrainCheck, kNarrowTraining),
    over_devices(training("ai/device/train:f32", "training of a small GPT over devices",
                          kDeviceTrainDefinition, kDeviceTrainCheck, kTraining)),
    over_devices(training("ai/device/train:bf16", "training of a small GPT in bf16 over devices",
                          kNarrowDeviceTrainDefinition, kNarrowDeviceTrainCheck, kNarrowTraining)),
};

}  // namespace

Catalogue ai_cases() { return kAiCases; }

}  // namespace rackproof
