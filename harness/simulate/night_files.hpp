// A night of a simulation as a results file, in one of two details.
#pragma once

#include <filesystem>

#include "harness/results/results.hpp"
#include "harness/simulate/simulation.hpp"

namespace rackproof {

/// Cells above which only the detail `cells` is written: attempts are held in memory, about 1 kB a cell.
inline constexpr std::uint64_t kMostCellsWithAttempts = 1'000'000;

/// Cells of a night that hold a number.
std::uint64_t measured_cells(const Simulation& simulation);

/// A whole campaign but samples: attempts, launches, cells. Targets are marked virtual.
Results night_with_attempts(const Simulation& simulation, int night);

/// A file of cells, a series at a time on each of `threads` threads (0: all CPUs). Same simulation, same bytes, on any number of them.
/// Memory: about 300 B a device and 90 B a node for names and serials, and on each thread 100 B a device.
void write_night_of_cells(const Simulation& simulation, int night, const std::filesystem::path& file,
                          unsigned threads);

}  // namespace rackproof
