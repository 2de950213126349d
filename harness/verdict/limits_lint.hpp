// What is unsound in limits that are well formed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/rated.hpp"

namespace rackproof {

/// A lower limit below this share of what is rated lets a broken device through.
inline constexpr double kLeastShareOfRated = 0.3;

/// How the limits will be judged, from a plan or from results.
struct LintLaunches {
  int launches = 0;  ///< at most, where an open verdict asks for more than the planned ones
  double component = 0;
};

struct LintInput {
  const Limits& limits;
  std::string file;  ///< of the limits, for the warnings
  const RatedDevices& devices;
  const std::vector<Measurable>& measurable;  ///< with which the limits were read
  std::optional<LintLaunches> launches{};
  const Results* results = nullptr;  ///< nullptr: none were given
};

/// Warnings in the order of their lines: a lower limit above the roof or below a share of it (for the model that the limit names,
/// else for each model of the results), a relative bound whose rated value is not known, a gate without clause, a
/// provenance that names neither number nor source, limits that were calibrated on what they judge, a gate on a number that the
/// planned launches can never decide.
std::vector<Diagnostic> lint(const LintInput& input);

/// What can be measured at all: every metric of the catalogue on each of its placements; groups by rack and site, and by the
/// labels that `text`, a limits file, names.
std::vector<Measurable> measurable(Catalogue catalogue, std::string_view text);

}  // namespace rackproof
