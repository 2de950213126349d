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
  wrong,        ///< an answer is wrong, something beside it was written, or the kernel failed
  unsupported,  ///< the device or the backend does not have it
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

/// The first kernel that is wrong, with its reason; "" when none is.
std::string first_wrong(const std::vector<KernelResult>& results);

/// "passed, wrong, unsupported" as one word.
const char* to_string(KernelState state);

}  // namespace rackproof::conformance
