// The faults of a simulation, drawn: who has which, and how much. This is the ground truth.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/simulate/pair_rounds.hpp"
#include "harness/simulate/simulation_spec.hpp"

namespace rackproof {

/// One fault that has one effect; a driver step and launch effects have many subjects, each other one has one.
struct Planted {
  FaultKind kind = FaultKind::slow_device;
  double effect = 0;  ///< slower by this share; 0 of a missing night and of a swap without one
  int from_night = 1, until_night = 1;
  std::vector<int> metrics;  ///< of devices, from 1; empty: all
  std::vector<std::uint32_t>
      subjects;  ///< devices, racks, leaves, nodes, rows of the pairs or nights (from 1), as the kind says
  std::uint32_t new_part = 0;  ///< of a swap: Fleet::part_serial()

  bool touches(int metric) const;
  /// Slower by this share in a night; 0 before and after.
  double effect_in(int night) const;
};

/// Rows in the order of the specification, then of their subjects. The same seed plants the same.
std::vector<Planted> plant(const SimulationSpec& spec, const SimulationSize& size,
                           const std::vector<NodePair>& pairs, std::uint64_t seed);

/// Nights, from 1, that no missing_night takes away.
std::vector<int> measured_nights(const std::vector<Planted>& planted, int nights);

/// The part in each device in a night; sorted swaps only: (device, part).
std::vector<std::pair<std::uint32_t, std::uint32_t>> swapped_parts(const std::vector<Planted>& planted,
                                                                   int night);

}  // namespace rackproof
