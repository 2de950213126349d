// With how many launches a gate is looked at next: more_launches.hpp for every target of a campaign that runs.
#pragma once

#include <map>
#include <span>
#include <string>
#include <tuple>

#include "harness/verdict/limits.hpp"
#include "harness/verdict/more_launches.hpp"
#include "harness/verdict/rated.hpp"

namespace rackproof {

/// As the plan says.
struct PlannedLaunches {
  std::size_t launches = 0;
  std::size_t most = 0;
  double component = 0;
};

struct Look {
  std::size_t at =
      0;  ///< with how many launches in all it is looked at next; 0: it is enough, or nothing judges it
  bool failed = false;  ///< it is enough, since the number fails
};

class GateLooks {
 public:
  /// Limits relative to rated values have their numbers from `devices`; one without a number decides nothing, and asks for nothing.
  /// Nor does one with conditions (`when`): whether they are met is known when all is judged.
  GateLooks(const Limits& limits, const RatedDevices& devices, const PlannedLaunches& planned);

  /// Whether a gate with a bound on a measured number stands on the metric.
  bool concerns(const std::string& metric) const;
  /// The planned launches are a look whatever their number is: what they decide stays as it is.
  Look at(const std::string& metric, const std::string& scope, const std::string& model,
          std::span<const LaunchInterval> launches) const;

 private:
  using Place = std::tuple<std::string, std::string, std::string>;  // metric, scope, model
  const Limit* find(const std::string& metric, const std::string& scope, const std::string& model) const;

  std::map<Place, Limit> limits_;
  RatedDevices devices_;
  PlannedLaunches planned_;
};

}  // namespace rackproof
