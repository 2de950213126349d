// How much of a machine's CPU time others take.
#pragma once

#include <functional>

#include "harness/machine/system_root.hpp"

namespace rackproof {

/// Share of the time of all CPUs, over the window for which `wait` waits, that was spent by others than this program: all
/// that /proc/stat counts as busy (steal, too) without the processes called rackproof…, whose time /proc/<pid>/stat has.
/// It is counted in ticks of mostly 10 ms: over 50 ms on two CPUs, steps of a tenth. Unavailable: no such file, garbage,
/// CPU times that stand still or go backwards.
Reading<double> load_of_others(const SystemRoot& system, const std::function<void()>& wait);

}  // namespace rackproof
