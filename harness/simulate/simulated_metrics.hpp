// The metrics of a simulation: what a healthy device, or link, reaches.
#pragma once

#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

struct SimulatedMetric {
  SeriesRow series;
  Placement placement = Placement::device;
  double base = 0;  ///< SI, of a device without noise
  bool is_rate() const { return series.direction == Direction::higher_is_better; }
};

/// Metric i of a device stands in row i − 1: every third is a time (simulated/device/time:index=3#time), the others are rates
/// (simulated/device/rate:index=1#rate). Last, with pairs, the bandwidth of a link (simulated/host/exchange#bandwidth).
std::vector<SimulatedMetric> simulated_metrics(int metrics, bool has_pairs);

/// Limits that a healthy target keeps: bounds 15 % to the bad side of each base, gates.
std::string simulated_limits(const std::vector<SimulatedMetric>& metrics);

}  // namespace rackproof
