// The numbers of a simulation. Each is a function of the seed, its metric, subject, night and launch alone.
//
// launch = base · exp(∓ (rack + device + night + launch noise)) · planted factors, with "−" for rates; what is left of `iterations`
// iterations in the median of a launch is part of its launch noise. A link has its own noise in place of rack and device.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/simulate/simulation.hpp"

namespace rackproof {

/// One metric in one night: its subjects' launches, block by block.
class MetricNight {
 public:
  /// `metric` is a row of Simulation::metrics, `night` counts from 1. Needs memory of 8 to 16 B a subject.
  MetricNight(const Simulation& simulation, std::size_t metric, int night);

  std::size_t subjects() const { return factor_.size(); }

  /// Launches of subjects first, …, first + count − 1: out[k · launches + launch]. `attempt` and `series` stay 0.
  void launches(std::size_t first, std::size_t count, std::vector<LaunchValue>& out) const;

  /// All subjects as a file of cells holds them: what summarise() and a CellReader make of the launches.
  CellRow cells() const;

 private:
  void draw_racks();
  void apply(const Planted& planted);
  void apply_to_pairs(const Planted& planted);
  void slow(Range devices, double effect, std::vector<double>& factors) const;
  void device_noise(std::size_t first, std::vector<double>& sum) const;

  const Simulation& simulation_;
  int metric_;  ///< from 1
  int night_;
  bool is_rate_;
  bool is_pair_;
  double base_;
  std::vector<double> rack_;    ///< noise of each rack
  std::vector<double> factor_;  ///< by which faults change each subject
  std::vector<double> later_;   ///< in launches but the first, besides; empty: none
  std::vector<std::pair<std::uint32_t, std::uint32_t>> swapped_;
};

}  // namespace rackproof
