// Telemetry of an MPI job, which has no supervisor: the first rank of each node starts the sampler before MPI is opened, its records
// stay in memory until the ranks have ended a case, and rank 0 writes them.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/measure/group.hpp"
#include "suites/telemetry_process.hpp"

namespace rackproof {

/// Whether this rank is the first on its node, as the launcher's environment tells (Open MPI, Slurm, MPICH). A launcher that does not tell
/// has no telemetry.
bool is_first_rank_of_node();

class RankTelemetry {
 public:
  /// Starts the process, which waits for its order. Call before MPI is opened. Throws Error.
  explicit RankTelemetry(const Installation& installation);

  void order(const TelemetryOrder& order);
  /// What the sampler wrote since the last call: whole lines, at most 1 MiB. `last`: it is ended first. One that died or has said
  /// nothing for long is ended, and a line says so; it is not started again: forking under MPI is not safe.
  std::string lines(bool last);

 private:
  std::string read_new();

  FileDescriptor memory_;  // where the process writes
  std::unique_ptr<TelemetryProcess> process_;
  TelemetryOrder order_;
  std::int64_t taken_ = 0, begin_utc_ns_ = 0, last_growth_ns_ = 0;
};

/// Collective: telemetry records of all nodes, without "step", on rank 0. `own`: of this rank; may be nullptr.
std::vector<nlohmann::json> gather_telemetry(const Group& group, RankTelemetry* own, bool last);

}  // namespace rackproof
