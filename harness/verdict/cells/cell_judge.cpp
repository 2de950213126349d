#include "harness/verdict/cells/cell_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/base/digest.hpp"
#include "harness/base/parallel.hpp"
#include "harness/verdict/cells/cell_peers.hpp"
#include "harness/verdict/cells/cell_roll_up.hpp"
#include "harness/verdict/cells/cell_rows.hpp"
#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/findings.hpp"
#include "harness/verdict/gate_error.hpp"
#include "harness/verdict/unused_limits.hpp"

namespace rackproof {

namespace {

constexpr std::array kOrder{Placement::node, Placement::device, Placement::pair, Placement::group};

/// What one thread makes of a case, or of a series with its limits.
struct Judged {
  std::vector<JudgedRow> rows;
  std::vector<CellRollUp::Counts> counts;  // of each row
  std::optional<ComparedCells> peers;
};

class CellJudge {
 public:
  CellJudge(const CellReader& cells, const Limits& limits, unsigned threads)
      : cells_(cells),
        limits_(limits),
        threads_(threads),
        selection_(cells, limits),
        rows_(cells, limits, selection_),
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
    for (const Placement placement : kOrder) judge_placement(placement, out, take);
    const std::vector<std::size_t> unused = unused_limits(limits_, used_);
    report_unused_limits(unused);
    out.findings = findings_.sorted();
    out.gate_holds_nobody = has_gate(limits_, unused);
    roll_up_.conclude(out);
    return out;
  }

 private:
  /// Completion of every case, then every series with the limits on it and its peers.
  void judge_placement(Placement placement, CellJudgement& out,
                       const std::function<void(const VerdictRow&)>& take) {
    if (cells_.subjects(placement).size() == 0) return;
    CellPeers peers(cells_, placement);
    const std::size_t cases = cells_.cases().size();
    const std::size_t jobs = cases + cells_.series().size();
    for_each_in_order(
        jobs, threads_,
        [&](std::size_t job) {
          return job < cases ? completion(placement, job) : series(placement, job - cases, peers);
        },
        [&](Judged judged) {
          for (std::size_t i = 0; i < judged.rows.size(); ++i)
            take_row(std::move(judged.rows[i]), judged.counts[i], out, take);
          if (judged.peers) peers.add(*judged.peers);
        });
    peers.report(findings_);
  }

  Judged completion(Placement placement, std::size_t case_row) const {
    Judged out;
    out.rows.push_back(rows_.completion(placement, case_row));
    out.counts.push_back(roll_up_.count(out.rows.back().row));
    return out;
  }

  Judged series(Placement placement, std::size_t series, const CellPeers& peers) const {
    Judged out;
    const auto limits = of_series_.find(series);
    const bool is_compared = peers.compares(series);
    if (limits == of_series_.end() && !is_compared) return out;
    CellRow cells;
    if (cells_.series()[series].kind == QuantityKind::real)
      cells = cells_.read(
          series, placement,
          {.interval = limits != of_series_.end(), .range = true, .launches = true, .state = is_compared});
    if (limits != of_series_.end()) {
      const std::size_t case_row = case_rows_.at(cells_.series()[series].case_id);
      for (const std::size_t limit : limits->second) {
        out.rows.push_back(rows_.limit(placement, case_row, limit, cells));
        const VerdictRow& row = out.rows.back().row;
        out.counts.push_back(row.severity == Severity::gate ? roll_up_.count(row) : CellRollUp::Counts{});
      }
    }
    if (is_compared) out.peers = peers.compare(series, std::move(cells));
    return out;
  }

  void take_row(JudgedRow judged, const CellRollUp::Counts& counts, CellJudgement& out,
                const std::function<void(const VerdictRow&)>& take) {
    const VerdictRow& row = judged.row;
    if (row.limit >= 0 &&
        std::ranges::any_of(row.verdict, [](std::uint8_t verdict) { return verdict != kNoCell; }))
      used_[static_cast<std::size_t>(row.limit)] = true;
    if (row.severity == Severity::gate) roll_up_.add(row, counts);
    if (row.severity == Severity::gate && row.series >= 0 &&
        cells_.series()[static_cast<std::size_t>(row.series)].kind == QuantityKind::real)
      add_to_budget(counts, out.error_budget);
    out.failing_total += judged.failing_total;
    for (FailingCell& cell : judged.failing) {
      if (out.failing.size() < kFailingKept) out.failing.push_back(std::move(cell));
    }
    if (judged.below_score > 0) {
      const Limit& limit = limits_.limits[static_cast<std::size_t>(row.limit)];
      findings_.add("score", {limit.metric, limit.scope},
                    {finding_texts::kScoreMissedBy, phrase_of(limit), judged.below_score},
                    finding_texts::kCompareThem);
    }
    if (take) take(row);
  }

  static void add_to_budget(const CellRollUp::Counts& counts, ErrorBudget& budget) {
    for (const auto& rack : counts) {
      for (const Verdict decided : {Verdict::pass, Verdict::fail, Verdict::inconclusive})
        budget.numbers += rack[static_cast<std::size_t>(decided)];
    }
    budget.expected = static_cast<double>(budget.numbers) * kGateError;
  }

  void report_unused_limits(const std::vector<std::size_t>& unused) {
    for (const std::size_t i : unused) {
      const Limit& limit = limits_.limits[i];
      report_unused_limit(limit, {limit.metric, limit.scope}, findings_);
    }
  }

  const CellReader& cells_;
  const Limits& limits_;
  unsigned threads_;
  CellLimits selection_;
  CellRows rows_;
  CellRollUp roll_up_;
  std::map<std::size_t, std::vector<std::size_t>> of_series_;  // series → limits
  std::map<std::string_view, std::size_t> case_rows_;
  std::vector<bool> used_;
  Findings findings_;
};

}  // namespace

CellJudgement judge_cells(const CellReader& cells, const Limits& limits, unsigned threads,
                          const std::function<void(const VerdictRow&)>& take) {
  return CellJudge(cells, limits, threads).judge(take);
}

}  // namespace rackproof
