// rackproof simulate --racks N --nodes N --devices N --metrics N --nights N --seed S [--faults FILE] -o DIR
#include <fmt/format.h>

#include <chrono>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/cli/verb.hpp"
#include "harness/simulate/night_files.hpp"
#include "harness/simulate/write_simulation.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kCellsByDefault = 100'000;  // of a night; above, attempts would be large

struct SimulateOptions {
  std::uint32_t racks = 1, nodes = 1, devices = 1;
  int metrics = 1, nights = 1, launches = 2;
  std::uint64_t seed = 0;
  unsigned threads = 0;
  fs::path faults;
  std::string detail;
  fs::path output;
};

SimulationDetail detail_of(const SimulateOptions& options, const Simulation& simulation) {
  if (options.detail == "attempts") return SimulationDetail::attempts;
  if (options.detail == "cells") return SimulationDetail::cells;
  if (!options.detail.empty())
    throw Error(fmt::format("--detail {}: write attempts or cells", printable(options.detail)));
  return measured_cells(simulation) > kCellsByDefault ? SimulationDetail::cells : SimulationDetail::attempts;
}

ExitCode run_simulate(const SimulateOptions& options) {
  if (options.output.empty()) throw Error("simulate writes a new folder: name it with -o DIR");
  check_new_folder(options.output);
  const SimulationSize size{options.racks,   options.nodes,  options.devices,
                            options.metrics, options.nights, options.launches};
  check_size(size);
  SimulationSpec spec;
  if (!options.faults.empty()) spec = read_simulation_spec(options.faults, size);
  const Simulation simulation(size, options.seed, std::move(spec));
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::uint64_t bytes = 0;
  write_simulation(
      simulation, detail_of(options, simulation), options.output, options.threads, [&](const fs::path& file) {
        bytes += fs::file_size(file);
        fmt::print(stderr, "{}: {} cells, {:.1f} MB, {:.1f} s since the start\n", file.string(),
                   measured_cells(simulation), static_cast<double>(fs::file_size(file)) / 1e6, seconds());
      });
  fmt::print(stderr,
             "simulated {} racks × {} nodes × {} devices × {} metrics, {} faults planted: {} ({:.1f} MB, "
             "{:.1f} s)\n",
             size.racks, size.nodes, size.devices, size.metrics, simulation.planted.size(),
             options.output.string(), static_cast<double>(bytes) / 1e6, seconds());
  return ExitCode::accepted;
}

}  // namespace

void declare_simulate(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<SimulateOptions>();
  verb.add_option("--racks", options->racks, "racks of the site")->required();
  verb.add_option("--nodes", options->nodes, "nodes of a rack")->required();
  verb.add_option("--devices", options->devices, "devices of a node")->required();
  verb.add_option("--metrics", options->metrics, "metrics of a device")->required();
  verb.add_option("--nights", options->nights, "nights, a campaign each (default 1)");
  verb.add_option("--launches", options->launches, "launches of a case in a night (default 2)");
  verb.add_option("--seed", options->seed, "draws everything; same seed, same bytes")->required();
  verb.add_option(
      "--faults", options->faults,
      "noise, pairs and planted faults, as in configs/simulations; without it nothing is planted");
  verb.add_option(
      "--detail", options->detail,
      "attempts: results.h5 as of a campaign; cells: cells.h5, small enough for a fleet (default above "
      "100,000 cells a night)");
  verb.add_option("--threads", options->threads, "threads (default: all CPUs); the bytes are the same");
  verb.add_option("-o,--output", options->output, "new folder");
  verb.footer(
      "Nothing is measured: results with a known truth (truth.json), to try judge, trend, compare and "
      "calibrate "
      "on. Their provenance says that they are simulated.");
  action = [options] { return run_simulate(*options); };
}

}  // namespace rackproof
