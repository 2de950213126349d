// How many false fails the gates of a campaign may make together.
#pragma once

#include <cstdint>
#include <string>

#include "harness/verdict/verdicts.hpp"

namespace rackproof {

struct ErrorBudget {
  std::uint64_t numbers = 0;  ///< gate cells that were decided by an interval
  double expected =
      0;  ///< false fails at most, if every true value stood exactly at its limit: numbers × kGateError
};

/// Of the gate cells of real numbers; counts, texts and completion have no error of this kind.
ErrorBudget error_budget(const Verdicts& verdicts, const Results& results, const Limits& limits);

/// "12 gates on numbers, each with an error of 0.001 at most: 0.012 false fails expected at most".
std::string to_string(const ErrorBudget& budget);

}  // namespace rackproof
