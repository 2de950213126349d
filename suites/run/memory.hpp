// The memory suite's cases.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

/// All stream operations; which one, and how, stands in the case id.
void run_stream(const CaseContext& context, CaseEnd& end);
/// Pointer chase; the level of the memory hierarchy stands in the case id.
void run_latency(const CaseContext& context, CaseEnd& end);
void run_random_update(const CaseContext& context, CaseEnd& end);
/// March test; the share of the memory stands in the case id.
void run_march(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
