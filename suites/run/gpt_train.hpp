// ai/gpt/train: training of a small GPT, checked before and while it is timed.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

/// In f32, or in bf16 with f32 master weights. Gradients are summed on the host; by the devices themselves in a case of
/// devices, which needs two ranks.
void run_gpt_train(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
