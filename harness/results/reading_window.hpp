// What readings that others made say about one attempt: their mean, and how much of it they speak for.
#pragma once

#include <vector>

#include "harness/results/readings_csv.hpp"
#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

/// Distances of neighbours among the readings of rows `first` to before `last` that are there; s, ascending.
std::vector<double> distances_s(const ReadSensor& sensor, std::size_t first, std::size_t last);

/// A distance that three of four are not above, s; 0 without any. Not the median: two collectors of one sensor make that the distance
/// between them.
double period_s(const std::vector<double>& distances);

struct ReadingWindow {
  ReadingSum sum;       ///< its mean is weighted by the time that each reading stands for
  double coverage = 0;  ///< share of the attempt that readings stand for
};

/// Readings within an attempt (begin before end), by the sensor's times; those beside it are of what was before and after. A reading stands for half a period
/// before and after it, at most for a tenth of the attempt, and where another is nearer for none. The period is that of the readings within and the two beside
/// them, because a collector may be slower before and after.
ReadingWindow window_of(const ReadSensor& sensor, const AttemptRow& attempt);

}  // namespace rackproof
