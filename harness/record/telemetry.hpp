// The record of what a node's sensors told beside the cases of a step.
//
//   {type: telemetry, rank, start, begin_utc_ns, period_ns,
//    sources: [{name, quantity, unit, scope, level, origin, device, limit, slow}]   first record of a start only
//    groups: [{sources: [index…], times: [ns since begin, then differences], values: [series…]}]
//    reasons: {index: why}, unavailable: why, cost: [cpu_s, setup_cpu_s, wall_s, opens, reads]}
//
// A series is [exponent, first, differences…] in units of 10^exponent, five significant digits of the largest value; null stands for a
// reading that is unavailable; one that is the same at all times has one entry. So a source at 10 Hz takes some 50 bytes a second.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rackproof {

struct TelemetrySource {
  std::string name;
  std::string quantity;         ///< power, temperature, clock, memory
  std::string unit;             ///< SI
  std::string scope;            ///< die, package, board, node, device, rack
  int level = 0;                ///< of the EE HPC WG's methodology that it can serve; 0: none
  std::string origin;           ///< what tells: a file, a backend
  std::string device;           ///< UUID; "" when it is none
  double limit = std::nan("");  ///< of a power, W; NaN: not known
  bool slow = false;            ///< read once a second, otherwise once a period
};

/// Sources that were read at the same times.
struct TelemetryGroup {
  std::vector<std::uint32_t> sources;
  std::vector<std::int64_t> times_ns;       ///< since the start's begin, growing
  std::vector<std::vector<double>> values;  ///< per source and time; NaN: unavailable
};

struct TelemetryCost {
  double cpu_s = 0;        ///< of the sampler since it began to read
  double setup_cpu_s = 0;  ///< before that
  double wall_s = 0;       ///< since it began to read
  std::int64_t opens = 0;  ///< of files
  std::int64_t reads = 0;  ///< of files and devices
};

struct Telemetry {
  int rank = 0;
  int start = 0;  ///< of the sampler in this step: 0, and one more each time that it died
  std::int64_t begin_utc_ns = 0;
  std::int64_t period_ns = 0;
  std::vector<TelemetrySource> sources;
  std::vector<TelemetryGroup> groups;
  std::map<std::uint32_t, std::string> reasons;  ///< sources → why unavailable, where that changed
  std::string unavailable;                       ///< why no more comes of this start; "": it goes on
  TelemetryCost cost;
};

/// What one record may hold; from_json throws Error above it.
inline constexpr std::size_t kMostTelemetrySources = 512;
inline constexpr std::size_t kMostTelemetryTimes = 1024;

/// Rounded to what the record keeps: within 5e-5 of the series' largest value.
void to_json(nlohmann::json& json, const Telemetry& telemetry);
/// Throws Error or nlohmann's exceptions for what no sampler writes: series of another length than their times, times that do not
/// grow, numbers that are not finite, texts above 256 bytes, too many sources or times.
void from_json(const nlohmann::json& json, Telemetry& telemetry);

}  // namespace rackproof
