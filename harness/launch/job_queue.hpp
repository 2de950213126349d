// What is left to do in a campaign, in order, as nodes are free: who answers, steps of the plan, retries, controls, launches that an
// open verdict asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/launch/further_launches.hpp"
#include "harness/launch/history.hpp"
#include "harness/launch/job.hpp"
#include "harness/launch/notice.hpp"
#include "harness/launch/occupancy.hpp"
#include "harness/launch/roll_call.hpp"
#include "harness/launch/screening.hpp"
#include "harness/plan/expand.hpp"

namespace rackproof {

class JobQueue {
 public:
  /// Plan and site must outlive the queue. With `ask`, a node has no step before it has answered.
  JobQueue(const Plan& plan, const Site& site, Catalogue catalogue, bool ask = false, IsBelow is_below = {},
           LookAgain look_again = {});
  /// --resume: what the journal holds is not done again. Call before next().
  void take_up(const JournalContent& journal);
  /// --resume, after take_up: cases that were given up before a worker answered have all their attempts again.
  void try_launches_again() { history_.forgive_launches(); }

  /// True when nothing waits; jobs that run may still bring retries. A step that waits may turn out to be
  /// done.
  bool empty();
  /// The next job whose nodes are free; it holds them until finished(). Of the steps that need a node, the first one has
  /// it: pairs and groups come after everything that their nodes have to do before.
  std::optional<Job> next();
  /// What the worker of a job is asked. Every call names another start of the step.
  BundleStep bundle_step(const Job& job);
  /// Frees the nodes of a job and remembers its outcomes. With `retry`, cases that need another attempt are
  /// queued, and nodes that may have died are asked first.
  void finished(const Job& job, const std::vector<CaseEnd>& ends, bool retry);
  /// What became of a job of kind `answer`: empty when the node answered, else why not.
  void answered(const Job& job, const std::string& trouble, bool retry);
  /// No more steps are started on a node. Its cases are `failed` in phase launch, as are those of a node that answers no
  /// more, until it does again.
  void give_up(std::uint32_t node, const std::string& reason);

  /// Since the last call.
  std::vector<Notice> take_notices();
  /// Who answers and can be used.
  const RollCall& roll_call() const { return roll_call_; }
  /// Targets whose steps ended, and those on which machinery trouble was the last word.
  std::size_t tried() const { return tried_.size(); }
  std::size_t troubled() const { return troubled_.size(); }

  /// The node of each rank of the MPI job that a case takes on a target; empty: one process.
  std::vector<std::uint32_t> ranks_of(const Target& target, const std::string& case_id) const;

  /// Walks over the steps that wait, made so far: what next() costs.
  std::uint64_t scans() const { return scan_; }

  std::uint64_t steps_done() const { return steps_done_; }
  std::uint64_t steps_total() const { return steps_total_; }
  /// Sums of the plan's estimates, s.
  double done_estimate_s() const { return done_estimate_s_; }
  double estimate_s() const { return estimate_s_; }

 private:
  struct Waiting {
    Job job;
    bool is_split =
        true;  // false: a step of the plan, or what is left of one, for which jobs are made when it may start
    bool is_retry = false;
  };
  using Place = std::list<Waiting>::iterator;

  void fill();
  bool check_again(Job& job);
  Place split(Place place);
  std::vector<Job> jobs_of(const Step& step, const std::vector<std::string>& cases);
  std::optional<Outcome> why_not(const Step& step, std::vector<std::uint32_t>& nodes);
  Place ask_first(Place place);
  void doubt(const Job& job, const std::vector<CaseEnd>& ends);
  bool is_quarantined(const Target& target) const;
  void queue_control(const Target& target, const std::string& case_id);
  std::vector<Waiting> further_steps(const Step& step, const std::string& case_id,
                                     const std::vector<int>& launches);
  void close_one(const Step& step);

  const Plan& plan_;
  const Site& site_;
  Catalogue catalogue_;
  Expansion expansion_;
  History history_;
  Screening screening_;
  FurtherLaunches further_;
  RollCall roll_call_;
  Occupancy occupancy_;
  std::list<Waiting> waiting_;                           // in the order in which nodes are given to them
  std::map<std::string, int> starts_;                    // workers started so far, per step
  std::unordered_map<std::uint64_t, std::size_t> open_;  // jobs that wait or run, per step number
  std::set<std::string> quarantined_;
  std::set<std::pair<std::string, std::uint32_t>> left_out_;  // group, node
  std::set<std::string> tried_;
  std::set<std::string> troubled_;
  std::vector<Notice> notices_;
  std::vector<std::uint64_t> claimed_;  // node → the scan in which an earlier step claimed it
  std::uint64_t scan_ = 0;
  bool may_have_changed_ = true;  // since next() found nothing: only then it looks again
  bool expanded_ = false;         // no step is left in the expansion
  int controls_ = 0;
  std::uint64_t further_steps_ = 0;
  std::uint64_t steps_done_ = 0;
  std::uint64_t steps_total_ = 0;
  double done_estimate_s_ = 0;
  double estimate_s_ = 0;
};

}  // namespace rackproof
