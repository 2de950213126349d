// Installed memory: the kernel's total, and the modules that the firmware names.
#pragma once

#include <cstdint>

#include "harness/machine/smbios.hpp"
#include "harness/machine/system_root.hpp"

namespace rackproof {

struct Memory {
  Reading<std::int64_t>
      total;  ///< bytes that the kernel has; less than is installed by what it keeps for itself
  Reading<MemoryModules> modules;  ///< from DMI, or from the snapshot where that needs root
};

Memory read_memory(const SystemRoot& root);

/// From the DMI table alone, which mostly only root may read.
Reading<MemoryModules> read_memory_modules(const SystemRoot& root);

}  // namespace rackproof
