// One step while its worker runs: its process, its records, its time.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/launch/job_queue.hpp"
#include "harness/launch/process.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {

using Clock = std::chrono::steady_clock;

/// Seconds since a time.
inline double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct RunningStep {
  Job job;
  StepLedger ledger;
  std::filesystem::path log;
  std::unique_ptr<Process> process{};  ///< null until started
  LineSplitter lines{};
  Clock::time_point started = Clock::now();
  Clock::time_point last_progress = Clock::now();  ///< of a case that began or ended
  std::string refused{};                           ///< why its hello is not accepted
  int strays = 0;                                  ///< lines that were no records of this step

  bool is_group() const { return !job.ranks.empty(); }
  /// The node of each process, as indices into Site::nodes.
  const std::vector<std::uint32_t>& nodes() const { return is_group() ? job.ranks : job.step.target.nodes; }

  /// Puts a line that is no record of this step into the log, the first hundred of them.
  void stray(const std::string& line);
  /// Ends the worker, which closed its output, and says what that means for the case that was open.
  Outcome closed();
  /// Ends the worker when a case or the step is over its time, and says so. The supervisor keeps the limit of
  /// a case itself and gets 10 s more for it; a group has no supervisor.
  std::optional<Outcome> overdue(const Plan& plan);
  /// Why the records are not all that the worker wrote; empty when its end record matches and nothing
  /// strayed.
  std::string incomplete(const Outcome& over) const;

 private:
  /// Where a worker was that did not end its case.
  Phase phase() const;
};

/// The last line of a log that says something, cut to 300 characters; empty when there is none.
std::string last_log_line(const std::filesystem::path& log);

}  // namespace rackproof
