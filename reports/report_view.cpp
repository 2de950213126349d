#include "reports/report_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "reports/banners.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/provenance_view.hpp"
#include "reports/sentence.hpp"

namespace rackproof {

namespace {

void require(bool holds, std::string_view what) {
  if (!holds) throw Error(fmt::format("verdicts, limits and results do not belong together: {}", what));
}

bool differ(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; }

void check_consistent(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  require(!differ(verdicts.campaign_id, results.provenance.campaign_id), "another campaign");
  require(!differ(verdicts.results_sha256, results.file_sha256), "the verdicts were made from other results");
  if (!limits.text.empty()) {
    require(!differ(verdicts.limits_sha256, sha256(limits.text)), "the verdicts were made with other limits");
  }
  const std::size_t targets = results.targets.size();
  const auto known = [targets](std::uint32_t row) { return row < targets; };
  for (const auto& target : results.targets) {
    require(std::all_of(target.members.begin(), target.members.end(), known),
            "a member is not a row of targets");
  }
  for (const auto& cell : verdicts.cells) {
    require(known(cell.target), "a verdict is for a target that the results do not have");
    require(cell.limit < static_cast<std::int64_t>(limits.limits.size()),
            "a verdict names a limit that is not there");
  }
  for (const auto& promise : results.promises)
    require(known(promise.target), "a promise for an unknown target");
  for (const auto& attempt : results.attempts)
    require(known(attempt.target), "an attempt at an unknown target");
  for (std::size_t p = 0; p < results.cells.size(); ++p) {
    require(results.cells[p].size() == results.series.size() * results.columns[p].size(),
            "a matrix has another size");
    for (const auto row : results.columns[p]) {
      require(known(row) && static_cast<std::size_t>(results.targets[row].placement) == p,
              "a matrix column is misplaced");
    }
  }
}

void count_campaigns(ReportView& view, const Results& results) {
  if (!results.merged()) {
    view.campaigns_interrupted = view.interrupted ? 1 : 0;
    return;
  }
  view.campaigns = results.parts.size();
  view.campaigns_interrupted = static_cast<std::size_t>(std::ranges::count_if(
      results.parts, [](const Part& part) { return part.ended == Ended::interrupted; }));
}

void count_gates(ReportView& view, const Verdicts& verdicts) {
  view.nothing_judged = true;
  for (const auto& cell : verdicts.cells) {
    if (cell.severity != Severity::gate) continue;
    if (!cell.completion()) view.nothing_judged = false;
    switch (cell.verdict) {
      case Verdict::pass:
        ++view.passed;
        break;
      case Verdict::fail:
        ++view.failed;
        break;
      case Verdict::inconclusive:
        ++view.inconclusive;
        break;
      case Verdict::not_judged:
        ++view.not_judged;
        break;
      case Verdict::not_applicable:
        ++view.not_applicable;
        break;
    }
  }
}

/// Racks with a node whose campaign was interrupted.
std::set<std::string> interrupted_racks(const Results& results) {
  std::set<std::string> racks;
  for (const auto& target : results.targets) {
    if (target.placement == Placement::node && results.ended_of(target) == Ended::interrupted)
      racks.insert(target.rack);
  }
  return racks;
}

std::set<std::string> attempted_racks(const Results& results) {
  std::vector<bool> attempted(results.targets.size(), false);
  for (const auto& attempt : results.attempts) attempted.at(attempt.target) = true;
  std::set<std::string> racks;
  for (std::size_t t = 0; t < results.targets.size(); ++t) {
    if (!attempted[t]) continue;
    racks.insert(results.targets[t].rack);
    for (const auto member : results.targets[t].members) racks.insert(results.targets[member].rack);
  }
  return racks;
}

void add_racks(ReportView& view, const Results& results, const Verdicts& verdicts) {
  std::map<std::string_view, const RollUp*> roll_ups;
  for (const auto& roll_up : verdicts.roll_ups) {
    if (roll_up.kind == "rack") roll_ups.emplace(roll_up.subject, &roll_up);
  }
  std::map<std::string_view, const RackCoverage*> coverage;
  for (const auto& rack : view.coverage.racks) coverage.emplace(rack.rack, &rack);
  const std::set<std::string> interrupted = interrupted_racks(results);
  const std::set<std::string> attempted = attempted_racks(results);
  for (const auto& name : rack_names(results)) {
    RackView rack;
    rack.name = name;
    if (const auto found = roll_ups.find(name); found != roll_ups.end()) {
      const RollUp& r = *found->second;
      rack.disposition = r.disposition;
      rack.passed = r.passed;
      rack.failed = r.failed;
      rack.inconclusive = r.inconclusive;
      rack.not_judged = r.not_judged;
      rack.not_applicable = r.not_applicable;
    }
    rack.interrupted = interrupted.contains(name);
    if (const auto found = coverage.find(name); found != coverage.end()) {
      rack.everything_measured =
          found->second->promised > 0 && found->second->missing() == 0 && !rack.interrupted;
      rack.started = found->second->measured > 0 || attempted.contains(name) ||
                     rack.disposition != Disposition::undecided;
    }
    ++(rack.clean()                                ? view.accepted
       : !rack.started                             ? view.not_started
       : rack.disposition == Disposition::rejected ? view.rejected
                                                   : view.undecided);
    view.racks.push_back(std::move(rack));
  }
}

// The tables of the racks that need attention are made first: there is a limit on what one page holds.
void add_tables(ReportView& view, const Results& results, const Verdicts& verdicts) {
  std::vector<std::string> order;
  for (const auto& rack : view.racks) {
    if (!rack.clean()) order.push_back(rack.name);
  }
  order.emplace_back(kBetweenRacks);
  for (const auto& rack : view.racks) {
    if (rack.clean()) order.push_back(rack.name);
  }
  std::map<std::string, RackTables> made;
  for (auto& tables : rack_tables(results, verdicts, order)) {
    std::string name = tables.rack;
    made.emplace(std::move(name), std::move(tables));
  }
  for (auto& rack : view.racks) rack.tables = std::move(made.at(rack.name));
  view.between_racks = std::move(made.at(kBetweenRacks));
}

}  // namespace

std::vector<Finding> findings_of(const Results& results, const Verdicts& verdicts) {
  std::vector<Finding> all = verdicts.findings;
  for (const auto& notice : results.notices) {
    const bool known =
        std::any_of(verdicts.findings.begin(), verdicts.findings.end(), [&](const Finding& finding) {
          return finding.kind == notice.kind && finding.subjects == notice.subjects;
        });
    if (!known) all.push_back({"", notice.kind, notice.subjects, notice.evidence, ""});
  }
  return all;
}

ReportView make_report_outline(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  check_consistent(results, limits, verdicts);
  ReportView view;
  view.plan_name = results.provenance.plan_name;
  view.site_name = results.provenance.site_name;
  view.limits_name = limits.name;
  view.campaign_id = results.provenance.campaign_id;
  view.started_utc = results.provenance.started_utc;
  view.finished_utc = results.provenance.finished_utc;
  view.disposition = verdicts.disposition;
  view.interrupted = results.ended == Ended::interrupted;
  count_campaigns(view, results);
  view.virtuality = virtuality_of(results);
  view.banners = banners_of(results, view.virtuality);
  view.withheld = withheld_for_unused_gates(results, limits, verdicts.cells);
  if (view.withheld == Withheld::all) view.banners.emplace_back(texts::kUnusedGate);
  view.coverage = coverage_view(results, verdicts);
  count_gates(view, verdicts);
  add_racks(view, results, verdicts);
  view.sentence = sentence_of(view);
  add_provenance(view, results, limits, verdicts, error_budget(verdicts, results, limits));
  return view;
}

ReportView make_report_view(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  ReportView view = make_report_outline(results, limits, verdicts);
  if (view.withheld == Withheld::campaign) view.banners.emplace_back(texts::kGateLeftOut);
  add_tables(view, results, verdicts);
  view.certificate = certificate(results, limits, verdicts, view.virtuality.one_host());
  view.punch_list = punch_list(results, limits, verdicts);
  view.pairs = worst_pairs(results, limits, verdicts);
  view.findings = findings_of(results, verdicts);
  view.incidents = incidents(results);
  return view;
}

}  // namespace rackproof
