// Huge pages that were set aside.
#pragma once

#include "harness/machine/system_root.hpp"

namespace rackproof {

/// How many of the default size are free (HugePages_Free of /proc/meminfo).
Reading<double> free_huge_pages(const SystemRoot& system);

}  // namespace rackproof
