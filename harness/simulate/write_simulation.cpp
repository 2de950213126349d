#include "harness/simulate/write_simulation.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/results_file.hpp"
#include "harness/simulate/night_files.hpp"
#include "harness/simulate/truth.hpp"

namespace rackproof {

namespace fs = std::filesystem;

void check_new_folder(const fs::path& folder) {
  std::error_code code;
  const fs::file_status status = fs::status(folder, code);
  if (fs::exists(status) && !fs::is_directory(status))
    throw Error(fmt::format("{} is a file; give a new folder with -o", folder.string()));
  if (fs::exists(status) && !fs::is_empty(folder))
    throw Error(fmt::format("{} is not empty; give a new folder with -o", folder.string()));
  const fs::path parent = fs::absolute(folder).lexically_normal().parent_path();
  if (!fs::exists(status) && !fs::is_directory(folder.has_filename() ? parent : parent.parent_path()))
    throw Error(fmt::format("-o {}: there is no folder {}", folder.string(), parent.string()));
}

void write_simulation(const Simulation& simulation, SimulationDetail detail, const fs::path& folder,
                      unsigned threads, const std::function<void(const fs::path& file)>& wrote) {
  check_new_folder(folder);
  if (const std::uint64_t cells = measured_cells(simulation);
      detail == SimulationDetail::attempts && cells > kMostCellsWithAttempts) {
    throw Error(
        fmt::format("{} cells of a night are too many for attempts, which are held in memory up to {}; "
                    "write --detail cells",
                    cells, kMostCellsWithAttempts));
  }
  fs::create_directory(folder);
  for (const int night : measured_nights(simulation.planted, simulation.size.nights)) {
    const fs::path of_night = folder / fmt::format("night-{:03}", night);
    fs::create_directory(of_night);
    const fs::path file = of_night / (detail == SimulationDetail::attempts ? "results.h5" : "cells.h5");
    if (detail == SimulationDetail::attempts) {
      write_results(night_with_attempts(simulation, night), file);
    } else {
      write_night_of_cells(simulation, night, file, threads);
    }
    wrote(file);
  }
  write_durably(folder / "limits.toml", simulated_limits(simulation.metrics));
  write_durably(folder / "truth.json", truth_json(simulation));
}

}  // namespace rackproof
