#include "harness/simulate/simulation.hpp"

#include <fmt/format.h>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/version.hpp"
#include "harness/record/record.hpp"
#include "harness/simulate/streams.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kMostCells = std::uint64_t{1} << 28;    // of a matrix that readers take
constexpr std::int64_t kNsInSecond = 1'000'000'000;             // ns
constexpr std::int64_t kFirstNight = 1767229200 * kNsInSecond;  // 2026-01-01T01:00:00Z
constexpr std::int64_t kHour = 3600 * kNsInSecond;

std::string sized(const SimulationSize& size) {
  return fmt::format(
      "# Simulated: nothing of this was measured.\nracks = {}\nnodes_of_a_rack = {}\ndevices_of_a_node = "
      "{}\n",
      size.racks, size.nodes, size.devices);
}

}  // namespace

void check_size(const SimulationSize& size) {
  if (size.racks == 0 || size.nodes == 0 || size.devices == 0 || size.metrics < 1 || size.nights < 1 ||
      size.launches < 1)
    throw Error("racks, nodes, devices, metrics, nights and launches are each at least 1");
  if (size.metrics > kMostMetrics - 2)
    throw Error(fmt::format("{} metrics are more than {}", size.metrics, kMostMetrics - 2));
  if (size.nights >= kMostNights)
    throw Error(fmt::format("{} nights are more than {}", size.nights, kMostNights - 1));
  if (size.launches >= kMostLaunches)
    throw Error(fmt::format("{} launches are more than {}", size.launches, kMostLaunches - 1));
  // One after the other, so that no product overflows.
  std::uint64_t cells = size.racks;
  for (const std::uint64_t factor : {std::uint64_t{size.nodes}, std::uint64_t{size.devices},
                                     static_cast<std::uint64_t>(size.metrics) + 1}) {
    if (cells > kMostCells / factor)
      throw Error(
          fmt::format("{} racks × {} nodes × {} devices × {} metrics are more than the 2^28 cells that a "
                      "matrix may have; simulate fewer",
                      size.racks, size.nodes, size.devices, size.metrics));
    cells *= factor;
  }
}

Simulation::Simulation(const SimulationSize& size_, std::uint64_t seed_, SimulationSpec spec_)
    : size(size_), seed(seed_), spec(std::move(spec_)), fleet(size_) {
  check_size(size);
  metrics = simulated_metrics(size.metrics, spec.rounds > 0);
  const std::uint64_t links = std::uint64_t{spec.rounds} * (fleet.nodes() / 2);
  if (links * metrics.size() > kMostCells)
    throw Error(
        fmt::format("{} rounds make {} pairs: with {} metrics more than 2^28 cells; simulate fewer rounds",
                    spec.rounds, links, metrics.size()));
  if (spec.rounds > 0) pairs = pair_rounds(fleet.nodes(), spec.rounds, seed);
  planted = plant(spec, size, pairs, seed);
  if (measured_nights(planted, size.nights).empty())
    throw Error("every night is missing: nothing would be written");
}

std::size_t Simulation::columns(Placement placement) const {
  switch (placement) {
    case Placement::device:
      return fleet.devices();
    case Placement::node:
      return fleet.nodes();
    case Placement::pair:
      return pairs.size();
    case Placement::group:
      return 0;
  }
  throw Error("unknown placement");
}

std::string Simulation::pair_name(std::size_t pair) const {
  return fleet.node_name(pairs.at(pair).first) + "+" + fleet.node_name(pairs.at(pair).second);
}

std::vector<const char*> Simulation::drivers(int night) const {
  std::vector<const char*> out(fleet.nodes(), kDriver);
  for (const Planted& row : planted) {
    if (row.kind != FaultKind::driver_step || night < row.from_night) continue;
    for (const std::uint32_t node : row.subjects) out[node] = kNextDriver;
  }
  return out;
}

std::int64_t Simulation::night_start_ns(int night) const { return kFirstNight + (night - 1) * 24 * kHour; }

Provenance Simulation::provenance(int night) const {
  Provenance out;
  out.program_version = kProgramVersion;
  out.started_utc = iso8601_utc(night_start_ns(night));
  out.finished_utc = iso8601_utc(night_start_ns(night) + kHour);
  out.plan_name = "simulated: " + spec.name;
  out.plan_text =
      sized(size) + fmt::format("metrics = {}\nnights = {}\nnight = {}\nlaunches = {}\nseed = {}\n",
                                size.metrics, size.nights, night, size.launches, seed);
  if (!spec.text.empty()) out.plan_text += "\n# What was planted:\n" + spec.text;
  out.plan_sha256 = sha256(out.plan_text);
  out.site_name = "simulated";
  out.site_text = sized(size);
  out.site_sha256 = sha256(out.site_text);
  out.campaign_id = "simulated-" + sha256(out.plan_text).substr(0, 32);
  out.seed = seed;
  out.launches = size.launches;
  out.launch_component = spec.noise.launch_sd;
  return out;
}

}  // namespace rackproof
