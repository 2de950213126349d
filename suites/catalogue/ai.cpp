#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow kTraining[]{
    {"throughput", QuantityKind::real, "token/s", Direction::higher_is_better,
     "gpt-tokens: ranks · 8 · 32 / t, tokens of all ranks"},
    {"gemm_fraction", QuantityKind::real, "1", Direction::higher_is_better,
     "gpt-gemm-fraction: tokens/s · (6·N + 6·L·C·T) / r, N parameters without the position embedding, L = "
     "2, C = 64, T = 32 (multiply and add count as two; attention counted for the causal half); r rate of "
     "an f32 matrix product with m = n = k = 512 in the same process, summed over ranks that multiply at "
     "the same time"},
    {"first_loss", QuantityKind::real, "1", Direction::neither,
     "gpt-loss: mean over tokens of -ln p, nats, step 1"},
    {"last_loss", QuantityKind::real, "1", Direction::lower_is_better,
     "gpt-loss: mean over tokens of -ln p, nats, mean of steps 37 to 40"},
    {"loss_steps_checked", QuantityKind::exact, "1", Direction::neither,
     "count: steps trained and checked before timing"},
    {"wrong_checks", QuantityKind::exact, "1", Direction::lower_is_better,
     "count: checks of the training that failed"},
};

constexpr std::string_view kTrainDefinition =
    "training of a GPT (2 blocks of width 64 with 4 heads, 32 tokens of context, 127 tokens of "
    "vocabulary, tied head, AdamW with rate 0.005, betas 0.9 and 0.95, epsilon 1e-6, decay 0.01 of "
    "matrices) in f32 on 8 sequences per rank and step, on the first device of each rank; data parallel, "
    "gradients summed on the host; a sample is one step: forward, backward, sum over ranks, update; the "
    "text is made before the clock starts";
constexpr std::string_view kTrainCheck =
    "40 steps before timing: first loss within 2 % of ln 127; loss falls by at least 25 % of ln 127 - H, "
    "H = 7/4 ln 2 the entropy of the source; no step scores better than the source itself but for a "
    "chance of 1e-9; step 1 done twice is bit equal; in a group the gradients of step 1 and the losses of "
    "10 steps are those of one rank with the whole batch within 1e-5, and all ranks hold the same weights "
    "within 1e-5; every timed step: above the source, below the first loss";

constexpr CaseRow kCases[]{
    {.id = "ai/gpt/train:f32",
     .title = "training of a small GPT",
     .definition = kTrainDefinition,
     .check = kTrainCheck,
     .clock = "host",
     .on_device = true,
     .on_node = true,
     .on_group = true,
     .estimate_s = 3,
     .quantities = kTraining},
};

}  // namespace

Catalogue ai_cases() { return kCases; }

}  // namespace rackproof
