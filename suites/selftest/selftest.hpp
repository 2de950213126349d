// A device's own check before it is measured: every kernel against the host's oracle, on small inputs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "suites/selftest/guarded_buffer.hpp"

namespace rackproof::conformance {

enum class KernelState {
  passed,
  wrong,        ///< an answer is wrong, or something beside it was written
  failed,       ///< it could not be run to its end: memory, a lost device
  unsupported,  ///< the device or the backend does not have it, in one of its shapes at least
};

struct KernelResult {
  std::string kernel;  ///< "gemm f8e4m3 tn"
  KernelState state = KernelState::unsupported;
  std::string reason;  ///< empty when passed
};

/// Runs every kernel that kernels/*.h has a check for on fresh inputs, small enough to take less than a second in all.
/// `report` is called after each one. A kernel that hangs hangs here. Throws nothing.
std::vector<KernelResult> run_selftest(const TestedDevice& device,
                                       const std::function<void(const KernelResult&)>& report);

/// The first kernel in this state, with its reason; "" when none is.
std::string first_in(KernelState state, const std::vector<KernelResult>& results);

/// "passed", "wrong", "failed" or "unsupported".
const char* to_string(KernelState state);

}  // namespace rackproof::conformance
