// Readings of one source within the window of one attempt, summed up.
#pragma once

#include <limits>

#include "harness/results/results.hpp"

namespace rackproof {

struct ReadingSum {
  std::int64_t n = 0;  ///< readings that are there
  double sum = 0;
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();

  void add(double reading);
  void add(const ReadingSum& other);
};

/// Of at least one reading; `expected`: readings that a window without gaps has, above 0. The coverage is at most 1; of a power
/// that covers nine tenths there is an energy.
TelemetrySummary summary_of(std::uint32_t attempt, std::uint32_t source, const ReadingSum& sum,
                            double expected, const AttemptRow& of, const TelemetrySourceRow& row);

/// Length of an attempt, s.
double window_s(const AttemptRow& attempt);

/// Share of a window that its readings must cover to speak for all of it.
inline constexpr double kWholeWindow = 0.9;

}  // namespace rackproof
