#include "harness/verdict/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/digest.hpp"
#include "harness/base/no_number.hpp"
#include "harness/verdict/case_index.hpp"
#include "harness/verdict/conditions.hpp"
#include "harness/verdict/counter_findings.hpp"
#include "harness/verdict/drift.hpp"
#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/findings.hpp"
#include "harness/verdict/limit_selection.hpp"
#include "harness/verdict/localise/suspects.hpp"
#include "harness/verdict/measured_verdicts.hpp"
#include "harness/verdict/measurements.hpp"
#include "harness/verdict/parts.hpp"
#include "harness/verdict/peers/fleet_findings.hpp"
#include "harness/verdict/promise_findings.hpp"
#include "harness/verdict/promise_verdict.hpp"
#include "harness/verdict/promised.hpp"
#include "harness/verdict/roll_up.hpp"
#include "harness/verdict/state_findings.hpp"
#include "harness/verdict/unused_limits.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

class Judge {
 public:
  Judge(const Results& results, const Limits& limits)
      : results_(results),
        limits_(limits),
        cases_(results),
        measurements_(results),
        promised_(results),
        measured_(results, limits, measurements_, promised_),
        parts_(results),
        selection_(results, limits, promised_),
        is_covered_(promised_.rows().size(), false),
        conditions_(results) {}

  Verdicts judge() {
    out_.engine_version = RACKPROOF_VERSION;
    out_.results_sha256 = results_.file_sha256;
    out_.limits_sha256 = sha256(limits_.text);
    out_.limits_name = limits_.name;
    out_.campaign_id = results_.provenance.campaign_id;
    add_notices(results_, findings_);
    for (const auto row : cases_.promises()) judge_promise(results_.promises[row]);
    state_findings_.report(findings_);
    parts_.report(findings_);
    add_drift(results_, findings_);
    add_promises_without_limit(promised_, is_covered_, results_, findings_);
    add_counter_findings(results_, findings_);
    add_fleet_findings(results_, measurements_, findings_);

    add_suspects(results_, findings_);
    report_unused_limits();
    out_.findings = findings_.sorted();
    out_.roll_ups = roll_ups(results_, limits_, out_.cells);
    check_sum(out_.roll_ups.front());
    out_.disposition = out_.roll_ups.front().disposition;
    switch (out_.disposition) {
      case Disposition::accepted:
        out_.exit_code = ExitCode::accepted;
        break;
      case Disposition::rejected:
        out_.exit_code = ExitCode::rejected;
        break;
      case Disposition::undecided:
        out_.exit_code = ExitCode::undecided;
        break;
    }
    return std::move(out_);
  }

 private:
  void judge_promise(const PromiseRow& promise) {
    const TargetRow& target = results_.targets[promise.target];
    const CaseHistory history = cases_.history(promise);
    const CaseVerdict verdict = judge_case(history);
    VerdictCell completion = new_cell(promise);
    completion.verdict = verdict.verdict;
    completion.failure = verdict.failure;
    completion.reason = verdict.reason;
    completion.launches = static_cast<std::int32_t>(measured_launches(history));
    out_.cells.push_back(std::move(completion));
    if (!history.exempt) {
      add_findings_of(history, target.name, promise.case_id, findings_);
      state_findings_.add(target, promise.case_id, history, normal_throttling(promise.target));
    }

    Coverage coverage{promise.target, promise.case_id, verdict.verdict == Verdict::pass, false, {}};
    Phrase undecided = verdict_texts::kNoGateLimit;
    for (const auto& row : selection_.applying(promise.case_id, promise.target)) {
      VerdictCell cell = metric_cell(promise, row, verdict, measured_launches(history));
      if (cell.severity == Severity::score) {
        if (cell.verdict == Verdict::fail) report_score(target, cell);
      } else if (cell.verdict == Verdict::pass || cell.verdict == Verdict::fail) {
        coverage.judged = true;
      } else {
        undecided = cell.reason;
      }
      out_.cells.push_back(std::move(cell));
    }
    if (!coverage.measured) {
      coverage.excluded = history.exempt ? Phrase(verdict_texts::kExempt, verdict.reason) : verdict.reason;
    } else if (!coverage.judged) {
      coverage.excluded = undecided;
    }
    out_.coverage.push_back(std::move(coverage));
  }

  /// Bits of throttling that are no finding on a target.
  std::uint64_t normal_throttling(std::uint32_t target) const {
    const bool rated_power = conditions_.unmet({{"power_cap", "default"}}, target).empty();
    return limits_.throttle_mask & ~(rated_power ? 0 : kThrottledByPower);
  }

  static VerdictCell new_cell(const PromiseRow& promise) {
    VerdictCell cell;
    cell.target = promise.target;
    cell.case_id = promise.case_id;
    cell.value = cell.lo = cell.hi = kNoNumber;
    return cell;
  }

  static std::size_t measured_launches(const CaseHistory& history) {
    std::map<std::int32_t, Status> last;
    for (const AttemptRow* attempt : history.attempts) last[attempt->launch] = attempt->outcome.status;
    return static_cast<std::size_t>(std::count_if(
        last.begin(), last.end(), [](const auto& launch) { return launch.second == Status::ok; }));
  }

  VerdictCell metric_cell(const PromiseRow& promise, const LimitSelection::Row& row,
                          const CaseVerdict& verdict, std::size_t measured) {
    const Limit& limit = limits_.limits[static_cast<std::size_t>(row.limit)];
    VerdictCell cell = new_cell(promise);
    cell.quantity = results_.series[row.series].quantity;
    cell.limit = row.limit;
    cell.severity = limit.severity;
    if (verdict.verdict != Verdict::not_applicable) {
      const Phrase unmet = conditions_.unmet(limit.when, promise.target);
      if (!unmet.empty()) {
        set(cell, Verdict::not_judged, unmet);
        return cell;
      }
    }
    const std::string own = limits_.calibration && limit.severity == Severity::gate
                                ? calibrated_serial(*limits_.calibration, results_, promise.target)
                                : std::string();
    if (!own.empty()) {
      set(cell, Verdict::not_judged, {verdict_texts::kCalibratedOn, own});
    } else if (!limit.unresolved.empty()) {
      set(cell, Verdict::not_judged, limit.unresolved);
    } else if (std::holds_alternative<AsPromised>(limit.bound)) {
      decide_promised(cell, limit, row.series);
    } else if (verdict.failure != "correctness") {  // an answer that did not check carries no number
      measured_.decide(cell, limit, row.series, measured);
      if (!limit.basis.empty()) cell.reason = Phrase(verdict_texts::kTheLimitIs, cell.reason, limit.basis);
    }
    if (verdict.verdict == Verdict::pass) return cell;
    const bool inherits = verdict.verdict == Verdict::fail || verdict.verdict == Verdict::not_applicable;
    cell.verdict = inherits ? verdict.verdict : Verdict::not_judged;
    cell.failure = verdict.failure;
    cell.reason = verdict.reason;
    return cell;
  }

  void decide_promised(VerdictCell& cell, const Limit& limit, std::uint32_t series) {
    const std::size_t row = promised_.find(cell.target, limit.metric).value();
    is_covered_[row] = true;
    PromiseVerdict verdict = judge_promised(
        {promised_.rows()[row].values, measurements_.exact(series, cell.target),
         measurements_.texts(series, cell.target), results_.series[series].unit,
         promised_.unavailable(cell.target, limit.metric), parts_.note(cell.target, limit.metric)});
    cell.found = std::move(verdict.found);
    set(cell, verdict.verdict, std::move(verdict.reason));
    if (cell.verdict == Verdict::fail) cell.failure = "inventory";
  }

  void report_score(const TargetRow& target, const VerdictCell& cell) {
    const Limit& limit = limits_.limits[static_cast<std::size_t>(cell.limit)];
    findings_.add("score", {target.name, limit.metric},
                  {finding_texts::kScoreMissed, phrase_of(limit), cell.reason}, finding_texts::kCompareIt);
  }

  void report_unused_limits() {
    for (const std::size_t i : unused_limits(limits_, out_.cells)) {
      const Limit& limit = limits_.limits[i];
      std::vector<std::string> subjects{limit.metric, limit.scope};
      if (!limit.model.empty()) subjects.push_back(limit.model);
      report_unused_limit(limit, std::move(subjects), findings_);
    }
  }

  void check_sum(const RollUp& campaign) const {
    std::uint64_t planned = 0;
    for (const auto& promise : results_.promises) {
      ++planned;
      for (const auto& row : selection_.applying(promise.case_id, promise.target)) {
        if (limits_.limits[static_cast<std::size_t>(row.limit)].severity == Severity::gate) ++planned;
      }
    }
    const std::uint64_t counted = std::uint64_t{campaign.passed} + campaign.failed + campaign.inconclusive +
                                  campaign.not_judged + campaign.not_applicable;
    if (planned != counted)
      throw Error(fmt::format("{} cells were planned, {} have a verdict", planned, counted));
  }

  const Results& results_;
  const Limits& limits_;
  CaseIndex cases_;
  Measurements measurements_;
  Promised promised_;
  MeasuredVerdicts measured_;
  Parts parts_;
  LimitSelection selection_;
  std::vector<bool> is_covered_;  // promises, by a limit
  Conditions conditions_;
  Findings findings_;
  StateFindings state_findings_;
  Verdicts out_;
};

}  // namespace

Verdicts judge(const Results& results, const Limits& limits) { return Judge(results, limits).judge(); }

}  // namespace rackproof
