// Simulated launches against a limit of 1: how often a verdict is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/verdict/more_launches.hpp"

namespace rackproof::test {

/// Of one launch around the true value, scaled to standard deviation 1 (lognormal: by its own scale, so that rates stay positive).
enum class Family {
  gauss,
  t3,
  t6,
  lognormal,
  two_modes,  ///< two equally frequent modes
  slow_mode,  ///< one launch of ten in a mode far on the bad side of a lower limit
};
std::string_view to_string(Family family);

struct LaunchNoise {
  Family family = Family::gauss;
  double component = 0.05;  ///< true relative standard deviation from launch to launch
  double declared = 0.05;   ///< what the plan says; 0: nothing
  double iteration = 0;  ///< relative standard deviation of an iteration; 0: a launch knows its value exactly
  double ar_inside = 0;  ///< lag-1 correlation of iterations
  double ar_between = 0;  ///< lag-1 correlation of launches (gauss)
  double truth = 1;       ///< mean, in units of the limit
  bool is_upper = false;  ///< the limit is an upper one
};

/// How a verdict is come to.
struct Procedure {
  enum class Kind {
    fixed,       ///< `launches` made unconditionally
    sequential,  ///< `more` until it is enough, `launches` at most
    interval,  ///< `launches`; a fail when the 95 % interval and two launches miss the limit: no gate error is held
  };
  Kind kind = Kind::fixed;
  std::size_t launches = 2;
};

struct SimulatedVerdicts {
  std::uint64_t trials = 0;
  std::uint64_t fails = 0;
  std::uint64_t passes = 0;
  std::uint64_t launches = 0;  ///< made in all trials together
};

/// Trial i draws from stream `first_stream` + i, so trials are the same in any order.
SimulatedVerdicts simulate_verdicts(const LaunchNoise& noise, const Procedure& procedure, std::uint64_t seed,
                                    std::uint64_t first_stream, std::uint64_t trials);

}  // namespace rackproof::test
