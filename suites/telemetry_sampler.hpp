// Reads sensors at a fixed period and makes records of what they told, at most one a second.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/machine/kept_file.hpp"
#include "harness/machine/sensor.hpp"
#include "harness/record/telemetry.hpp"

namespace rackproof {

/// Time from one record to the next: a second, or the period when that is longer.
std::int64_t telemetry_block_ns(std::int64_t period_ns);

class TelemetrySampler {
 public:
  /// `devices`: UUID of each sensor's device, "" for none; may be shorter than `sensors`. Reads every sensor once, so that a counter has
  /// something to begin from.
  TelemetrySampler(Sensors sensors, const std::vector<std::string>& devices, std::int64_t period_ns,
                   std::int64_t now_ns);

  const std::vector<TelemetrySource>& sources() const { return sources_; }
  /// Reads what is due, at `now_ns` of a clock that only goes on; times in records count from the one at construction.
  void tick(std::int64_t now_ns);
  /// Whether it is time for a record.
  bool has_block() const;
  /// Takes what was read since the last one: groups and reasons.
  Telemetry take_block();

 private:
  struct Set {
    std::vector<std::uint32_t> sources;
    TelemetryGroup group;
  };
  void read(Set& set, std::int64_t now_ns);
  void clear(Set& set);

  Sensors sensors_;
  std::vector<TelemetrySource> sources_;
  std::int64_t begin_ns_, period_ns_, block_ns_;
  std::int64_t block_began_ns_ = -1;  // since begin; -1: the next tick begins one
  std::int64_t last_ns_ = 0;
  Set fast_, slow_;
  std::map<std::uint32_t, std::string> reasons_;        // of this block
  std::vector<std::vector<std::string>> told_reasons_;  // per source
};

}  // namespace rackproof
