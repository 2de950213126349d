// The compute suite's cases.
#pragma once

#include "suites/run/case_context.hpp"
#include "suites/run/gemm_shape.hpp"

namespace rackproof {

/// The product that the case's id describes.
void run_gemm(const CaseContext& context, CaseEnd& end);
/// Any product: reports rate, wrong_elements and, where the row has it, zeros_ratio.
void measure_gemm(const CaseContext& context, const GemmShape& shape, CaseEnd& end);

/// Params of the id: f64 or f32; core: one core only.
void run_fma(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
