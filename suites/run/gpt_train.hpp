// ai/gpt/train: training of a small GPT, checked before and while it is timed.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

void run_gpt_train_f32(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
