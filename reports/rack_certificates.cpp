#include "reports/rack_certificates.hpp"

#include <utility>

#include "harness/base/error.hpp"
#include "reports/sentence.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kMostSpanningValues = 240;

// Rows of a coverage are in the order of the racks.
CoverageView only(const CoverageView& all, std::size_t rack) {
  CoverageView view{.racks = {all.racks.at(rack)}, .total = all.racks.at(rack)};
  view.total.rack = all.total.rack;
  return view;
}

}  // namespace

RackCertificates::RackCertificates(const Results& results, const Limits& limits, const Verdicts& verdicts)
    : results_(results),
      limits_(limits),
      verdicts_(verdicts),
      outline_(make_report_outline(results, limits, verdicts)),
      tables_(results, verdicts),
      findings_(findings_of(results, verdicts)),
      racks_(rack_names(results)),
      parts_(racks_.size()) {
  rack_views_ = std::exchange(outline_.racks, {});
  coverage_ = std::exchange(outline_.coverage, {});
  for (auto& document : outline_.documents) document.text.clear();
  for (std::uint32_t i = 0; i < racks_.size(); ++i) row_of_.emplace(racks_[i], i);
  index_targets();
  for (std::uint32_t i = 0; i < verdicts.cells.size(); ++i) {
    const VerdictCell& cell = verdicts.cells[i];
    const Rows& racks = racks_of_target_[cell.target];
    for (const auto rack : racks)
      (racks.size() == 1 ? parts_[rack].cells : parts_[rack].spanning).push_back(i);
    if (cell.limit < 0) continue;
    const Limit& limit = limits.limits[static_cast<std::size_t>(cell.limit)];
    judged_.emplace(limit.metric, limit.scope, limit.model, limit.severity == Severity::score,
                    phrase_of(limit).en);
  }
  for (std::uint32_t i = 0; i < results.attempts.size(); ++i) {
    const Rows& racks = racks_of_target_[results.attempts[i].target];
    if (racks.size() == 1) parts_[racks.front()].attempts.push_back(i);
  }
  index_findings();
}

void RackCertificates::index_targets() {
  racks_of_target_.resize(results_.targets.size());
  for (std::uint32_t t = 0; t < results_.targets.size(); ++t) {
    std::set<std::uint32_t> racks;
    const auto add = [&](const std::string& rack) {
      if (const auto found = row_of_.find(rack); found != row_of_.end()) racks.insert(found->second);
    };
    add(results_.targets[t].rack);
    for (const auto member : results_.targets[t].members) add(results_.targets[member].rack);
    racks_of_target_[t].assign(racks.begin(), racks.end());
    if (racks.size() < 2) continue;
    for (const auto rack : racks) parts_[rack].spanning_targets.push_back(t);
  }
}

// A finding is about a rack when it names it, or a target in it.
void RackCertificates::index_findings() {
  std::map<std::string_view, const Rows*> racks_of_name;
  for (std::size_t t = 0; t < results_.targets.size(); ++t)
    racks_of_name.emplace(results_.targets[t].name, &racks_of_target_[t]);
  for (std::uint32_t i = 0; i < findings_.size(); ++i) {
    std::set<std::uint32_t> racks;
    for (const auto& subject : findings_[i].subjects) {
      if (const auto rack = row_of_.find(subject); rack != row_of_.end()) racks.insert(rack->second);
      const auto target = racks_of_name.find(subject);
      if (target != racks_of_name.end()) racks.insert(target->second->begin(), target->second->end());
    }
    for (const auto rack : racks) parts_[rack].findings.push_back(i);
  }
}

Verdicts RackCertificates::some_verdicts(const Rows& cells) const {
  Verdicts some;
  some.engine_version = verdicts_.engine_version;
  some.results_sha256 = verdicts_.results_sha256;
  some.limits_sha256 = verdicts_.limits_sha256;
  some.limits_name = verdicts_.limits_name;
  some.campaign_id = verdicts_.campaign_id;
  for (const auto row : cells) some.cells.push_back(verdicts_.cells[row]);
  return some;
}

// A limit that judges other racks only is no row of this one; a limit that judges nothing anywhere is.
std::vector<CertificateRow> RackCertificates::certificate_of(const Verdicts& cells) const {
  auto rows = certificate(results_, limits_, cells, outline_.virtuality.one_host());
  std::erase_if(rows, [this](const CertificateRow& row) {
    return row.cells == 0 && judged_.contains({row.metric, row.scope, row.model, row.score, row.limit.en});
  });
  return rows;
}

RackCertificate RackCertificates::of(const std::string& rack) const {
  const auto found = row_of_.find(rack);
  if (found == row_of_.end()) throw Error(fmt::format("no rack {} in this campaign", rack));
  const Parts& parts = parts_[found->second];
  RackCertificate out;
  out.verdicts = some_verdicts(parts.cells);
  ReportView& view = out.view;
  view = outline_;
  view.only_rack = rack;
  view.racks = {rack_views_[found->second]};
  RackView& only_rack = view.racks.front();
  view.disposition = out.verdicts.disposition = only_rack.disposition;
  view.coverage = only(coverage_, found->second);
  view.interrupted = only_rack.interrupted;
  view.campaigns = 1;
  view.campaigns_interrupted = view.interrupted ? 1 : 0;
  view.accepted = only_rack.clean() ? 1 : 0;
  view.not_started = only_rack.started ? 0 : 1;
  view.rejected = only_rack.disposition == Disposition::rejected ? 1 : 0;
  view.undecided = 1 - view.accepted - view.not_started - view.rejected;
  view.passed = only_rack.passed;
  view.failed = only_rack.failed;
  view.inconclusive = only_rack.inconclusive;
  view.not_judged = only_rack.not_judged;
  view.not_applicable = only_rack.not_applicable;
  view.certificate = certificate_of(out.verdicts);
  view.punch_list = punch_list(results_, limits_, out.verdicts);
  view.spanning = punch_list(results_, limits_, some_verdicts(parts.spanning));
  only_rack.tables = tables_.of(rack);
  view.between_racks = tables_.of(kBetweenRacks, parts.spanning_targets, kMostSpanningValues);
  view.incidents = incidents(results_, parts.attempts);
  for (const auto row : parts.findings) view.findings.push_back(findings_[row]);
  if (view.withheld == Withheld::campaign)
    view.withheld = Withheld::nothing;  // what spans racks is no rack's
  view.sentence = sentence_of(view);
  return out;
}

}  // namespace rackproof
