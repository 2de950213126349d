// report-scale FOLDER [NODES DEVICES]: the page about 40,000 racks × 60 metrics, written to FOLDER, from a file of cells with so many
// nodes a rack and devices a node (default 1 and 1: one value per rack and metric), which is simulated in FOLDER when it is not there.
// Prints seconds, bytes and memory; ends with 0 when they are within the bounds of README.md.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "harness/record/durable_file.hpp"
#include "harness/simulate/write_simulation.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "reports/html.hpp"
#include "reports/site/site_page.hpp"

using namespace rackproof;

namespace {

constexpr double kMostSeconds = 5, kMostBytes = 6e6;

struct Timer {
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

SimulationSpec with_faults(const SimulationSize& size) {
  return parse_simulation_spec(R"(schema = 1
[[fault]]
kind = "slow_device"
share = 0.001
effect = ["5 %", "12 %"]
[[fault]]
kind = "hot_rack"
count = 20
effect = ["4 %", "8 %"]
)",
                               "report-scale", size);
}

int bench(const std::filesystem::path& folder, std::uint32_t nodes, std::uint32_t devices) {
  const SimulationSize size{40000, nodes, devices, 60, 1, 2};
  const std::filesystem::path fleet = folder / fmt::format("report-scale-{}x{}", nodes, devices);
  if (!std::filesystem::exists(fleet / "truth.json"))
    write_simulation(Simulation(size, 1, with_faults(size)), SimulationDetail::cells, fleet, 0,
                     [](const std::filesystem::path&) {});

  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  const double used_before = seconds_of(before.ru_utime) + seconds_of(before.ru_stime);
  const Timer all;
  const CellReader cells(fleet / "night-001" / "cells.h5");
  const Limits limits =
      resolved(read_limits(fleet / "limits.toml", measurable(cells)), cells, RatedDevices{});
  const double opened = all.seconds();
  const SitePage page = site_page(cells, limits);
  const double judged = all.seconds();
  const std::filesystem::path written = fleet / "report.html";
  write_durably(written, html_site_report(page.view, page.fleet, false, Language::both));
  const double took = all.seconds();
  const auto bytes = static_cast<double>(std::filesystem::file_size(written));

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double used = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime) - used_before;
  const double memory = static_cast<double>(usage.ru_maxrss) / 1024;
  fmt::print(
      "{} racks x {} metrics of {} nodes x {} devices: open {:.2f} s, judge and view {:.2f} s, pack "
      "and write {:.2f} s\n",
      page.fleet.racks.size(), page.fleet.metrics.size(), nodes, devices, opened, judged - opened,
      took - judged);
  fmt::print(
      "{:.2f} s of CPU, {:.2f} MB of page, {:.0f} MiB of memory; {} accepted, {} rejected, {} undecided\n",
      used, bytes / 1e6, memory, page.view.accepted, page.view.rejected, page.view.undecided);
  fmt::print("summary: | report-scale | {:.1f} s, {:.2f} MB | — | — | — | — | ≤ {} s, {:.0f} MB | |\n", took,
             bytes / 1e6, kMostSeconds, kMostBytes / 1e6);
  const bool is_one_a_rack = nodes == 1 && devices == 1;
  return bytes <= kMostBytes && (!is_one_a_rack || took <= kMostSeconds) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    fmt::print(stderr, "usage: report-scale FOLDER [NODES DEVICES]\n");
    return 3;
  }
  try {
    const auto count = [&](int i) {
      return argc == 4 ? static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)) : 1u;
    };
    return bench(argv[1], count(2), count(3));
  } catch (const std::exception& error) {
    fmt::print(stderr, "report-scale: {}\n", error.what());
    return 3;
  }
}
