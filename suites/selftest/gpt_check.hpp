// The operations of training a GPT on fresh inputs, held against the reference (kernels/gpt_reference.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suites/selftest/guarded_buffer.hpp"

namespace rackproof::conformance {

struct GptOperation {
  rp_op op;
  const char* name;
};

/// All of kernels/gpt.h.
std::vector<GptOperation> gpt_operations();

struct GptCase {
  rp_op op;
  rp_dtype dtype = RP_F32;  ///< f64, f32 or bf16
  /// More rows, longer ones, and aligned, with the output over an input where it may be; otherwise a few odd ones, moved.
  bool wide = false;
};

/// "" when every output is right, and inputs and guard zones are untouched, otherwise the first thing that is wrong.
std::string check_gpt(const TestedDevice& device, const GptCase& which, std::int64_t iteration);

}  // namespace rackproof::conformance
