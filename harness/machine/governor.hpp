// Who sets the clocks of the CPUs.
#pragma once

#include "harness/machine/system_root.hpp"

namespace rackproof {

/// "performance"; those of all CPUs in alphabetical order, each once, with commas between, where they differ.
Reading<std::string> cpu_governor(const SystemRoot& system);

}  // namespace rackproof
