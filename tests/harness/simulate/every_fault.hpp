// Simulations with faults of every kind.
#pragma once

#include <cstdint>
#include <filesystem>

#include "harness/simulate/simulation.hpp"

namespace rackproof {

/// Of the examples.
inline SimulationSpec every_fault_spec(const SimulationSize& size) {
  return read_simulation_spec(
      std::filesystem::path(RACKPROOF_SOURCE_DIR) / "configs/simulations/every-fault.toml", size);
}

inline Simulation every_fault(const SimulationSize& size, std::uint64_t seed) {
  return {size, seed, every_fault_spec(size)};
}

}  // namespace rackproof
