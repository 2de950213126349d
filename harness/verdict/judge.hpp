// Results + limits → verdicts. Pure: no clock, no I/O; same input, same answer.
#pragma once

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Attempts of one (target, case), and the controls elsewhere that attribution needs.
struct CaseHistory {
  int launches = 1;                         ///< planned; completion passes when each of them ended ok
  std::vector<const AttemptRow*> attempts;  ///< in the order made
  bool control_ok_elsewhere =
      false;  ///< the case ended ok on another target of the same model, on another machine (or on
              ///< the same one when the site sets attribute_virtual), after it had gone wrong here
  bool device_lost =
      false;  ///< evidence: the target's device was lost in two attempts in a row, of this case or of any,
              ///< and the last that was made of this case is one of them
  bool absent = false;  ///< a node of the target is absent by the operator's word
  std::string absent_reason;
  std::string missing{};  ///< evidence that its device is not there; empty: nobody said so
  bool answered = true;   ///< every node of the target answered at least once
  bool exempt = false;
  std::string exempt_reason;
  /// Attempts that went wrong while their node counted what is evidence against it (counter_kinds.hpp), and what that is.
  std::vector<std::pair<const AttemptRow*, Phrase>> evidence;
};

struct CaseVerdict {
  Verdict verdict = Verdict::not_judged;  ///< of the completion cell; `pass` when it ended ok
  std::string failure;
  Phrase reason;
};

/// The outcome-to-verdict table of one (target, case). A launch is measured when its last attempt is ok.
/// `wrong` in any attempt fails, also when a later one is ok; so do clocks that disagree in two launches.
/// Completion passes when at least the planned launches were made and each ended ok; when only some ended ok
/// it is inconclusive ("1 of 2 launches measured"). A device that is certainly not there fails (inventory). A launch that went
/// wrong to its end is a fail when its node counted what is evidence meanwhile.
CaseVerdict judge_case(const CaseHistory& history);

/// One number against one bound with the launch as replicate: pass when [lo, hi] is on the good side, fail
/// when it is on the bad side, at least two launches are each on the bad side, and they miss the limit so far that
/// a good target would fail with probability kGateError at most (gate_error.hpp); else inconclusive. A launch
/// on the bad side is never averaged away: with one, the number cannot pass. NaN, infinity and a number
/// without launches are not judged. `component`: relative standard deviation from launch to launch, by which [lo, hi] has
/// been widened; 0: not declared, so it is estimated from the launches. Throws Error for an exact bound.
struct NumberVerdict {
  Verdict verdict = Verdict::not_judged;
  Phrase reason;
};
NumberVerdict judge_number(const Bound& bound, double value, double lo, double hi,
                           const std::vector<double>& launches, double component);

/// Roll-up of gate cells (DESIGN section 1): fails if any fails; else undecided if any required cell is
/// inconclusive or not judged (inconclusive); else passes if at least one gate that is not a completion cell
/// passed; else nothing was judged (not_judged). Scores are ignored.
Verdict roll_up(const std::vector<const VerdictCell*>& cells);

/// All verdicts of a campaign. An interrupted campaign is never accepted. In a merged file each target is judged as in
/// its own campaign; only what covers several campaigns (the whole, a rack over two of them) is rolled up anew. A number that fails for the worse, but not
/// without what disturbed its launches (disturbance.hpp), is inconclusive, whatever at_budget_end says; the number is kept.
/// Where a limit names the target's model, it replaces the limit for every model on that metric, placement
/// and severity. Nothing is accepted while a gate applies to no target; a gate on groups that a shard leaves out keeps only the
/// whole from it. A promise of the site that no limit holds anybody to is a finding. Throws Error when results contradict themselves or the limits (a limit on a metric that they
/// do not define), or when planned cells ≠ pass + fail + inconclusive + not_judged + not_applicable.
Verdicts judge(const Results& results, const Limits& limits);

}  // namespace rackproof
