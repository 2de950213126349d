// Readings of one source within the window of one attempt, summed up.
#pragma once

#include <limits>
#include <string>

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

/// Whether others made its readings: its name begins with kImportedPrefix, which no name of a sampler does.
bool is_imported(const TelemetrySourceRow& source);
inline constexpr std::string_view kImportedPrefix = "imported/";

/// The name without the numbers that tell one of a kind from the next. That of an imported source is anybody's, so its numbers
/// may tell anything: it stays as it is.
std::string kind_of(const TelemetrySourceRow& source);

/// Share of a window that its readings must cover to speak for all of it.
inline constexpr double kWholeWindow = 0.9;

}  // namespace rackproof
