// The compute suite's cases.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

void run_gemm_f64_1024(const CaseContext& context, CaseEnd& end);
void run_gemm_f32_1024(const CaseContext& context, CaseEnd& end);
void run_gemm_f64_256(const CaseContext& context, CaseEnd& end);
void run_gemm_f32_256(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
