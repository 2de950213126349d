// When has the median been measured precisely enough? A rule whose looks are paid for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/base/statistics.hpp"

namespace rackproof {

/// Coverage that is claimed for every interval of a median.
inline constexpr double kNominalCoverage = 0.95;

/// Nominal coverage of the interval at each look, and of the one that is reported after looks. Looking again and again
/// until the interval is narrow picks samples that are narrow by chance: with 95 % at each look 93.6 % are reached, with
/// 97 % at least 95.6 %, over normal, lognormal and bimodal noise of every width from 0.3 to 8 times the wanted precision
/// and first looks at 7 to 50 samples (10,000 runs each; tests/bench/coverage_bench.cpp prints the table).
inline constexpr double kLookCoverage = 0.97;

/// The number of samples grows by this factor between looks: a launch of any length is looked at a few times only.
inline constexpr double kLookGrowth = 1.5;

class StoppingRule {
 public:
  /// Stops when the half-width of the interval is at most `precision` of the median, not before `min_samples`. Nor
  /// before 7 samples, the first number for which an interval of the coverage of a look exists.
  StoppingRule(double precision, std::size_t min_samples);

  /// `ns`: all samples so far, in any order. Looks only when their number has grown enough since the last look.
  bool stops(std::span<const std::int64_t> ns);

  /// What the reported interval must have: nominal when nobody looked.
  double coverage() const { return looked_ ? kLookCoverage : kNominalCoverage; }

 private:
  double precision_;
  std::size_t next_look_;
  bool looked_ = false;
};

}  // namespace rackproof
