// A simulation as a folder: night-001/results.h5 (or cells.h5), …, limits.toml, truth.json.
#pragma once

#include <filesystem>
#include <functional>

#include "harness/simulate/simulation.hpp"

namespace rackproof {

enum class SimulationDetail : std::uint8_t {
  attempts,  ///< results.h5 as of a campaign, without samples
  cells      ///< cells.h5
};

/// Refuses a folder that is there and not empty, or whose parent is not there. Throws Error.
void check_new_folder(const std::filesystem::path& folder);

/// Writes it all, the truth last; each file is whole or not there. `wrote` is told each results file when it is. Throws Error; also for
/// attempts of more than kMostCellsWithAttempts cells.
void write_simulation(const Simulation& simulation, SimulationDetail detail,
                      const std::filesystem::path& folder, unsigned threads,
                      const std::function<void(const std::filesystem::path& file)>& wrote);

}  // namespace rackproof
