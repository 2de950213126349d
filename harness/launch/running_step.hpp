// One step while its worker runs: its process, its records, its time.
#pragma once

#include <chrono>
#include <filesystem>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/seconds_since.hpp"
#include "harness/launch/job_queue.hpp"
#include "harness/launch/process.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {

using Clock = std::chrono::steady_clock;

struct RunningStep {
  RunningStep(Job job_of, const BundleStep& step, std::filesystem::path log_file)
      : job(std::move(job_of)), ledger(step), log(std::move(log_file)) {}

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

  /// Its worker. After what brought the worker's files, it is as if nothing had been before.
  void start(std::unique_ptr<Process> worker);
  /// What brings the worker's files to the node, before the worker.
  void deliver(std::unique_ptr<Process> delivery);
  /// True when the process was such a delivery and went well.
  bool is_delivered() const;

  /// Puts a line that is no record of this step into the log, the first hundred of them.
  void stray(const std::string& line);
  /// Its worker closed its output: it has kLingerSeconds to end.
  void output_closed();
  /// False when nothing more is taken from its output: it is closed, or what comes was caused by ending the worker.
  bool is_heard() const { return !closed_ && !(why_ && why_->status == Status::timeout); }
  /// Ends its worker when a case or the step is over its time, or it does not go after its last record. The supervisor keeps the limit of a case itself and
  /// gets 10 s more for it; a group has no supervisor. `answer_s`: in which a worker must say who it is.
  void check_time(const Plan& plan, double answer_s);
  /// Tells the worker to end; its records are still taken. It has kGraceSeconds, then SIGTERM, then SIGKILL.
  void tell_to_end(const Outcome& why);
  /// True while it waits for its process to be gone.
  bool is_ending() const { return end_by_.has_value(); }
  /// Once its process is gone: what that means for the case that was open. Does not wait.
  std::optional<Outcome> over();
  /// Why the records are not all that the worker wrote; empty when its end record matches and nothing
  /// strayed.
  std::string incomplete(const Outcome& over) const;

 private:
  /// Where a worker was that did not end its case.
  Phase phase() const;
  void end_with(const Outcome& why, double seconds);

  bool is_delivery_ = false;
  bool closed_ = false;
  std::string said_;            // its log's last line when it closed its output
  std::optional<Outcome> why_;  // it is ended, not ending by itself
  std::optional<Clock::time_point> end_by_;
  int signals_ = 0;  // sent: SIGTERM, then SIGKILL
};

/// Makes the log of a step. Throws Error: on a disk that takes no log, no case is to be blamed.
void make_log(const std::filesystem::path& log);

/// The last line of a log that says something, cut to 300 characters; empty when there is none.
std::string last_log_line(const std::filesystem::path& log);

/// Steps that run, for one line: the target and the case of the first few, and how many more there are.
std::string listed(const std::list<RunningStep>& running);

}  // namespace rackproof
