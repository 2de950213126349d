// The memory suite's cases.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

void run_copy(const CaseContext& context, CaseEnd& end);
void run_scale(const CaseContext& context, CaseEnd& end);
void run_add(const CaseContext& context, CaseEnd& end);
void run_triad(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
