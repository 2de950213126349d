// What is left to do in a campaign: steps of the plan and retries, in order, as machines have free slots.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/history.hpp"
#include "harness/plan/expand.hpp"
#include "harness/record/bundle.hpp"

namespace rackproof {

/// A step, or what is left of one, waiting for its worker.
struct Job {
  Step step;
  int attempt = 0;
  std::vector<std::string> cases;
  /// The node of each rank of an MPI job, as an index into Site::nodes; empty: one process on the target's node.
  std::vector<std::uint32_t> ranks;
  std::string skipped;  ///< why no worker is started for it; empty: one is
};

class JobQueue {
 public:
  /// Plan and site must outlive the queue.
  JobQueue(const Plan& plan, const Site& site, Catalogue catalogue);
  /// --resume: what the journal holds is not done again. Call before next().
  void take_up(const JournalContent& journal);

  /// True when nothing waits; jobs that run may still bring retries. A step that waits may turn out to be
  /// done.
  bool empty();
  /// The next job, in order, when each of its machines has a free slot; it holds them until finished().
  std::optional<Job> next();
  /// What the worker of a job is asked. Every call names another start of the step.
  BundleStep bundle_step(const Job& job);
  /// Frees the slots of a job and remembers its outcomes. With `retry`, cases that need another attempt are
  /// queued.
  void finished(const Job& job, const std::vector<CaseEnd>& ends, bool retry);

  /// The node of each rank of the MPI job that a case takes on a target; empty: one process.
  std::vector<std::uint32_t> ranks_of(const Target& target, const std::string& case_id) const;

  std::uint64_t steps_done() const { return steps_done_; }
  std::uint64_t steps_total() const { return steps_total_; }
  /// Sums of the plan's estimates, s.
  double done_estimate_s() const { return done_estimate_s_; }
  double estimate_s() const { return estimate_s_; }

 private:
  void queue(const Step& step, const std::vector<std::string>& cases);
  std::vector<std::string> machines(const Target& target) const;
  bool fits(const Target& target);

  const Plan& plan_;
  const Site& site_;
  Catalogue catalogue_;
  Expansion expansion_;
  History history_;
  std::map<std::string, int> starts_;          // workers started so far, per step of the plan
  std::map<std::string, int> busy_;            // jobs that run, per machine
  std::map<std::uint64_t, std::size_t> open_;  // jobs that wait or run, per step number
  std::deque<Job> waiting_;                    // retries and what is left of steps: before steps that are new
  std::optional<Step> ahead_;                  // the next new step
  std::uint64_t steps_done_ = 0;
  std::uint64_t steps_total_ = 0;
  double done_estimate_s_ = 0;
  double estimate_s_ = 0;
};

}  // namespace rackproof
