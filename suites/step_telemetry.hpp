// The telemetry of one step, as its supervisor sees it: starts the sampler, takes its records, and goes on without it.
#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/record/framing.hpp"
#include "harness/record/telemetry.hpp"
#include "suites/telemetry_process.hpp"

namespace rackproof {

/// Sampler processes of a step after the first.
inline constexpr int kMostTelemetryRestarts = 3;
/// A sampler that says nothing for this long, beyond two records' time, hangs: on a
/// node whose CPUs are all busy, one of the lowest priority is slow.
inline constexpr double kTelemetryPatience = 8;

class StepTelemetry {
 public:
  /// Starts a sampler, unless the bundle has no period. Never throws: that none can be started is what it tells then.
  StepTelemetry(const Bundle& bundle, const BundleStep& step, const Installation& installation,
                const PreparedEnvironment& environment);

  /// To poll for input; -1: nothing comes.
  int output() const { return from_.get(); }
  /// Records that came, without "step". `readable`: output() has input or was closed. One that died, hangs or writes anything else
  /// is ended and started anew without the backend, which is the likely reason, at most kMostTelemetryRestarts times; one that
  /// ends before it has said anything is not.
  std::vector<nlohmann::json> take(bool readable);
  /// Ends the sampler and returns what was left.
  std::vector<nlohmann::json> finish();

 private:
  void start();
  bool take_lines(std::vector<nlohmann::json>& records);
  bool read_some();
  void lose(const std::string& why, std::vector<nlohmann::json>& records);

  Installation installation_;
  TelemetryOrder order_;
  std::unique_ptr<TelemetryProcess> process_;
  FileDescriptor from_;
  LineSplitter lines_;
  Telemetry last_;  // of this start: when it began
  bool has_spoken_ = false;
  std::chrono::steady_clock::time_point last_heard_;
  std::vector<nlohmann::json> untold_;
};

}  // namespace rackproof
