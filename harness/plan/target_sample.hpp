// Which targets of a run are measured when a plan asks for a share of them: `sample = "20 %"` of [[run]].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// Draws exactly the share, rounded up, of the targets of a device or node run: those whose hash with the plan's sample_key is
/// lowest. Another key, such as the next night's date, is another draw; the same one gives the same targets.
class TargetSample {
 public:
  /// Of a run that measures all of its targets, everything is drawn.
  TargetSample(const PlanRun& run, const Site& site, const std::string& key);

  bool has(std::string_view target) const;
  /// Why a target that was not drawn has nothing planned.
  const std::string& reason() const { return reason_; }

 private:
  std::uint64_t hash(std::string_view target) const;

  bool is_whole_;
  std::string key_;
  std::uint64_t highest_ = 0;  // hash that is still drawn
  std::string reason_;
};

}  // namespace rackproof
