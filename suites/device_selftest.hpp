// Devices are checked before they are measured: what disagrees with the host's oracle yields no numbers.
#pragma once

#include <functional>
#include <string>

#include "harness/measure/backend.hpp"
#include "suites/selftest/selftest.hpp"

namespace rackproof {

/// Whether devices of this library (its name in the site file) are checked in each measuring process. The CPU backend
/// is the host itself, and the fault backend is wrong on purpose, at places that its options name.
bool is_selftested(const std::string& backend);

/// Runs the selftest on a stream of its own. Returns what was found, in one line: "48 kernels passed; unsupported: …".
/// Throws CaseStopped (prepare) with the first kernel that is wrong; failed for one that failed, and unsupported when there
/// is none that could be checked.
std::string require_selftest(const Device& device,
                             const std::function<void(const conformance::KernelResult&)>& report = {});

}  // namespace rackproof
