// All that decides what a simulation writes.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/simulate/fleet.hpp"
#include "harness/simulate/planted.hpp"
#include "harness/simulate/simulated_metrics.hpp"
#include "harness/simulate/simulation_spec.hpp"

namespace rackproof {

struct Simulation {
  Simulation(const SimulationSize& size_, std::uint64_t seed_, SimulationSpec spec_);

  SimulationSize size;
  std::uint64_t seed = 0;
  SimulationSpec spec;
  Fleet fleet;
  std::vector<SimulatedMetric> metrics;
  std::vector<NodePair> pairs;  ///< as NodePair of rounds, one after the other
  std::vector<Planted> planted;

  std::size_t columns(Placement placement) const;
  std::string pair_name(std::size_t pair) const;
  /// Driver of each node in a night.
  std::vector<const char*> drivers(int night) const;
  /// When its campaign starts, ns since 1970: a day after the night before.
  std::int64_t night_start_ns(int night) const;
  /// What a campaign of this night says of itself: that it is simulated, and how.
  Provenance provenance(int night) const;
};

/// Refuses, in one line, sizes that make no file: nothing at all, or more than 2^28 cells in a matrix. Throws Error.
void check_size(const SimulationSize& size);

}  // namespace rackproof
