#include "harness/verdict/cell_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/verdict/case_outcomes.hpp"
#include "harness/verdict/cell_limits.hpp"
#include "harness/verdict/cell_roll_up.hpp"
#include "harness/verdict/disturbance.hpp"
#include "harness/verdict/findings.hpp"
#include "harness/verdict/good_range.hpp"

namespace rackproof {

namespace {

constexpr std::array kOrder{Placement::node, Placement::device, Placement::pair, Placement::group};
constexpr std::size_t kAtOnce = 2;  // rows for each thread: their cells are in memory together
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::uint8_t stored(Verdict verdict) { return static_cast<std::uint8_t>(verdict); }

/// A row and what of it fails.
struct Judged {
  VerdictRow row;
  std::vector<FailingCell> failing;  // the first of them
  std::uint64_t failing_total = 0;
  std::uint64_t below_score = 0;
  CellRollUp::Counts counts;
};

class CellJudge {
 public:
  CellJudge(const CellReader& cells, const Limits& limits, unsigned threads)
      : cells_(cells),
        limits_(limits),
        threads_(threads == 0 ? usable_threads() : threads),
        selection_(cells, limits),
        roll_up_(cells),
        used_(limits.limits.size(), false) {
    for (std::size_t i = 0; i < limits.limits.size(); ++i) of_series_[selection_.series(i)].push_back(i);
    for (std::size_t i = 0; i < cells.cases().size(); ++i) case_rows_.emplace(cells.cases()[i], i);
  }

  CellJudgement judge(const std::function<void(const VerdictRow&)>& take) {
    CellJudgement out;
    out.engine_version = RACKPROOF_VERSION;
    out.limits_sha256 = sha256(limits_.text);
    out.limits_name = limits_.name;
    out.campaign_id = cells_.provenance().campaign_id;
    const std::vector<Job> jobs = all_jobs();
    for (std::size_t first = 0; first < jobs.size(); first += kAtOnce * threads_) {
      std::vector<Judged> judged(std::min(kAtOnce * threads_, jobs.size() - first));
      for_each_index(judged.size(), threads_, [&](std::size_t i) { judged[i] = judge_row(jobs[first + i]); });
      for (Judged& one : judged) take_row(std::move(one), out, take);
    }
    report_unused_limits();
    out.findings = findings_.sorted();
    roll_up_.conclude(out, unused_gate_);
    return out;
  }

 private:
  struct Job {
    Placement placement;
    std::size_t case_row;
    std::int32_t limit;  // -1: completion
  };

  std::vector<Job> all_jobs() const {
    std::vector<Job> jobs;
    for (const Placement placement : kOrder) {
      if (cells_.subjects(placement).size() == 0) continue;
      for (std::size_t i = 0; i < cells_.cases().size(); ++i) jobs.push_back({placement, i, -1});
      for (const auto& [series, limits] : of_series_) {
        const std::size_t case_row = case_rows_.at(cells_.series()[series].case_id);
        for (const std::size_t limit : limits)
          jobs.push_back({placement, case_row, static_cast<std::int32_t>(limit)});
      }
    }
    return jobs;
  }

  Judged judge_row(const Job& job) const {
    Judged out;
    out.row.placement = job.placement;
    out.row.case_row = job.case_row;
    out.row.limit = job.limit;
    if (job.limit < 0) {
      judge_completion(out);
    } else {
      const auto limit = static_cast<std::size_t>(job.limit);
      out.row.series = static_cast<std::int32_t>(selection_.series(limit));
      out.row.severity = limits_.limits[limit].severity;
      judge_limit(out, limit);
    }
    if (out.row.severity == Severity::gate) out.counts = roll_up_.count(out.row);
    return out;
  }

  void judge_completion(Judged& out) const {
    const CaseColumn column = cells_.read_case(out.row.case_row, out.row.placement);
    out.row.verdict.assign(column.outcome.size(), kNoCell);
    for (std::uint32_t i = 0; i < column.outcome.size(); ++i) {
      const CaseOutcome outcome = column.outcome[i];
      if (outcome == CaseOutcome::not_planned) continue;
      const Verdict verdict = verdict_of(outcome);
      out.row.verdict[i] = stored(verdict);
      if (verdict == Verdict::fail)
        add_failing(out, i, std::string(failure_of(outcome)), "the case itself", {kNone, kNone, kNone, 0});
    }
  }

  struct Number {
    double value, lo, hi;
    int launches;
  };

  static void add_failing(Judged& out, std::uint32_t subject, std::string failure, std::string reason,
                          const Number& number) {
    if (out.row.severity == Severity::score) {
      ++out.below_score;
      return;
    }
    if (out.failing_total++ >= kFailingKept) return;
    out.failing.push_back({out.row.placement, subject, out.row.case_row, out.row.series, out.row.limit,
                           std::move(failure), std::move(reason), number.value, number.lo, number.hi,
                           number.launches});
  }

  void judge_limit(Judged& out, std::size_t row) const {
    const Limit& limit = limits_.limits[row];
    const Placement placement = out.row.placement;
    out.row.verdict.assign(cells_.subjects(placement).size(), kNoCell);
    const Mask holds = selection_.holds(row, placement);
    if (std::ranges::find(holds, 1) == holds.end()) return;
    const Mask unmet = selection_.unmet(row, placement);
    const Mask own = selection_.calibrated(row, placement);
    const CaseColumn column = cells_.read_case(out.row.case_row, placement);
    const auto decide = [&](const auto& one) {
      for (std::uint32_t i = 0; i < holds.size(); ++i) {
        if (holds[i] == 0 || column.outcome[i] == CaseOutcome::not_planned) continue;
        const Verdict completion = verdict_of(column.outcome[i]);
        Verdict verdict = Verdict::not_judged;
        if (completion == Verdict::not_applicable) {
          verdict = completion;
        } else if ((!unmet.empty() && unmet[i] != 0) || (!own.empty() && own[i] != 0)) {
          verdict = Verdict::not_judged;
        } else if (completion == Verdict::fail) {
          verdict = completion;
          add_failing(out, i, std::string(failure_of(column.outcome[i])), "the case itself",
                      {kNone, kNone, kNone, 0});
        } else if (completion == Verdict::pass) {
          verdict = one(i, column.disturbed[i] != 0);
        }
        out.row.verdict[i] = stored(verdict);
      }
    };
    if (std::holds_alternative<AsPromised>(limit.bound) || !limit.unresolved.empty())
      return decide([](std::uint32_t, bool) { return Verdict::not_judged; });
    switch (cells_.series()[selection_.series(row)].kind) {
      case QuantityKind::real:
        return judge_real(out, limit, decide);
      case QuantityKind::exact:
        return judge_exact(out, limit, decide);
      case QuantityKind::text:
        return judge_text(out, limit, decide);
    }
  }

  template <class Decide>
  void judge_real(Judged& out, const Limit& limit, const Decide& decide) const {
    const auto series = static_cast<std::size_t>(out.row.series);
    const CellRow row = cells_.read(series, out.row.placement,
                                    {.interval = true, .range = true, .launches = true, .state = false});
    const GoodRange good = good_range(limit.bound);
    const auto& part = cells_.subjects(out.row.placement).part;
    decide([&](std::uint32_t i, bool disturbed) {
      const auto value = double{row.value[i]}, lo = double{row.lo[i]}, hi = double{row.hi[i]};
      const auto least = double{row.least[i]}, most = double{row.most[i]};
      // Nearly all: the interval and every launch on the good side. What is NaN is decided below.
      if (lo >= good.least && hi <= good.most && least >= good.least && most <= good.most && lo <= value &&
          value <= hi && row.n[i] > 0 && std::isfinite(lo) && std::isfinite(hi) && std::isfinite(least) &&
          std::isfinite(most))
        return Verdict::pass;
      const double component = cells_.parts().at(part[i]).launch_component;
      return decide_number(out, limit, i, {value, lo, hi, row.n[i]}, component,
                           launches_of(value, least, most, row.n[i]), cells_.series()[series].direction,
                           disturbed);
    });
  }

  /// As far as a cell knows them.
  static std::vector<double> launches_of(double value, double least, double most, std::uint16_t n) {
    if (n == 0) return {};
    if (n == 1) return {value};
    std::vector<double> launches(n, value);
    launches.front() = least;
    launches.back() = most;
    return launches;
  }

  Verdict decide_number(Judged& out, const Limit& limit, std::uint32_t i, const Number& number,
                        double component, const std::vector<double>& launches, Direction direction,
                        bool disturbed) const {
    NumberVerdict verdict =
        judge_number(limit.bound, number.value, number.lo, number.hi, launches, component);
    if (verdict.verdict == Verdict::inconclusive && limits_.at_budget_end != AtBudgetEnd::undecided)
      verdict.verdict = limits_.at_budget_end == AtBudgetEnd::accept ? Verdict::pass : Verdict::fail;
    if (verdict.verdict != Verdict::fail) return verdict.verdict;
    // Nobody knows here how much a disturbance cost.
    if (disturbed && misses_for_the_worse(limit.bound, direction, number.lo, number.hi, launches))
      return Verdict::inconclusive;
    add_failing(out, i, "limit", verdict.reason, number);
    return Verdict::fail;
  }

  template <class Decide>
  void judge_exact(Judged& out, const Limit& limit, const Decide& decide) const {
    const ExactRow row = cells_.read_exact(static_cast<std::size_t>(out.row.series), out.row.placement);
    const auto* equal = std::get_if<ExactNumber>(&limit.bound);
    decide([&](std::uint32_t i, bool) {
      if (row.state[i] == 0) return Verdict::not_judged;
      const bool differs = row.state[i] == 2;
      const auto value = static_cast<double>(row.value[i]);
      bool meets = false;
      if (equal != nullptr) {
        meets = !differs && row.value[i] == equal->value;
      } else {
        const GoodRange good = good_range(limit.bound);
        meets = value >= good.least && value <= good.most;
      }
      if (!meets) {
        add_failing(out, i, "limit",
                    fmt::format("found {}{}", row.value[i], differs ? ", launches differ" : ""),
                    {value, value, value, 0});
        return Verdict::fail;
      }
      return differs ? Verdict::inconclusive : Verdict::pass;
    });
  }

  template <class Decide>
  void judge_text(Judged& out, const Limit& limit, const Decide& decide) const {
    const auto rows = cells_.read_text(static_cast<std::size_t>(out.row.series), out.row.placement);
    const auto& allowed = std::get<ExactTexts>(limit.bound).values;
    decide([&](std::uint32_t i, bool) {
      if (rows[i] == kNoText) return Verdict::not_judged;
      const std::string_view found = cells_.text(rows[i]);
      for (std::size_t begin = 0; begin <= found.size();) {  // several are joined
        const std::size_t end = std::min(found.find(", ", begin), found.size());
        if (std::ranges::find(allowed, found.substr(begin, end - begin)) == allowed.end()) {
          add_failing(out, i, "limit", "found " + printable(std::string(found)), {kNone, kNone, kNone, 0});
          return Verdict::fail;
        }
        begin = end + 2;
      }
      return Verdict::pass;
    });
  }

  void take_row(Judged judged, CellJudgement& out, const std::function<void(const VerdictRow&)>& take) {
    const VerdictRow& row = judged.row;
    if (row.limit >= 0 &&
        std::ranges::any_of(row.verdict, [](std::uint8_t verdict) { return verdict != kNoCell; }))
      used_[static_cast<std::size_t>(row.limit)] = true;
    if (row.severity == Severity::gate) roll_up_.add(row, judged.counts);
    out.failing_total += judged.failing_total;
    for (FailingCell& cell : judged.failing) {
      if (out.failing.size() < kFailingKept) out.failing.push_back(std::move(cell));
    }
    if (judged.below_score > 0) {
      const Limit& limit = limits_.limits[static_cast<std::size_t>(row.limit)];
      findings_.add("score", {limit.metric, limit.scope},
                    fmt::format("score limit {}: {} targets miss it", to_string(limit), judged.below_score),
                    "compare with their peers; a score never rejects");
    }
    if (take) take(row);
  }

  void report_unused_limits() {
    for (std::size_t i = 0; i < used_.size(); ++i) {
      if (used_[i]) continue;
      const Limit& limit = limits_.limits[i];
      unused_gate_ = unused_gate_ || limit.severity == Severity::gate;
      findings_.add(
          "unused-limit", {limit.metric, limit.scope},
          fmt::format("the {} limit in line {} applies to no target", to_string(limit.severity), limit.line),
          "check its placement and model against the site");
    }
  }

  const CellReader& cells_;
  const Limits& limits_;
  unsigned threads_;
  CellLimits selection_;
  CellRollUp roll_up_;
  std::map<std::size_t, std::vector<std::size_t>> of_series_;  // series → limits
  std::map<std::string_view, std::size_t> case_rows_;
  std::vector<bool> used_;
  bool unused_gate_ = false;
  Findings findings_;
};

}  // namespace

CellJudgement judge_cells(const CellReader& cells, const Limits& limits, unsigned threads,
                          const std::function<void(const VerdictRow&)>& take) {
  return CellJudge(cells, limits, threads).judge(take);
}

}  // namespace rackproof
