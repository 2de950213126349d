// The process that reads power, temperature, clocks and memory beside the cases of a step: rackproof-worker telemetry.
//
// It touches no case: it gets one line, writes records (harness/record/telemetry.hpp), ends when its input closes or its parent dies.
#pragma once

#include <sys/types.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/record/bundle.hpp"
#include "harness/record/durable_file.hpp"
#include "suites/child.hpp"

namespace rackproof {

/// What a sampler is told, as one line.
struct TelemetryOrder {
  BundleStep step;
  double period_s = 0.1;
  int rank = 0;
  int start = 0;           ///< how many before it died in this step
  std::string no_backend;  ///< why the backend is left alone: one died in it; "": it is asked
  PreparedEnvironment environment;
};
void to_json(nlohmann::json& json, const TelemetryOrder& order);
void from_json(const nlohmann::json& json, TelemetryOrder& order);

/// The sampler's side: reads its order from stdin and writes to `records` until stdin closes. Once it reads, it has the lowest
/// priority.
void run_telemetry(const Installation& installation, int records);

/// The parent's side: one process, killed when this goes.
class TelemetryProcess {
 public:
  /// Starts it; its records go to `output`. Throws Error.
  TelemetryProcess(const Installation& installation, int output);
  ~TelemetryProcess();
  TelemetryProcess(const TelemetryProcess&) = delete;
  TelemetryProcess& operator=(const TelemetryProcess&) = delete;

  void order(const TelemetryOrder& order);
  /// Tells it to write what it has and to end.
  void close_input() { input_.reset(); }
  /// Whether it has ended; waits up to `limit_s` for that.
  bool has_ended(double limit_s = 0);
  void kill();
  /// How it ended, for people. Only after it has.
  std::string describe_end() const;

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  FileDescriptor input_;
};

}  // namespace rackproof
