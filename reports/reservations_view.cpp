#include "reports/reservations_view.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "reports/language/view_texts.hpp"
#include "reports/sentence.hpp"

namespace rackproof {

namespace {

/// The row of the certificate that a gate cell is counted in.
bool counts(const CertificateRow& row, const VerdictCell& cell, const TargetRow& target,
            const Limits& limits) {
  if (cell.completion()) return row.metric == "completion" && row.scope == target.scope;
  if (cell.limit < 0) return false;
  const Limit& limit = limits.limits.at(static_cast<std::size_t>(cell.limit));
  return !row.score && row.metric == limit.metric && row.scope == limit.scope && row.model == limit.model &&
         row.clause == limit.clause && row.limit == to_string(limit);
}

void mark_cells(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts,
                const Waivers& waivers, const Reservations& reservations) {
  apply_waivers(view.punch_list, results, verdicts, reservations);
  for (std::size_t i = 0; i < verdicts.cells.size(); ++i) {
    if (reservations.of(i) == nullptr) continue;
    const VerdictCell& cell = verdicts.cells[i];
    const TargetRow& target = results.targets.at(cell.target);
    const auto row = std::ranges::find_if(
        view.certificate, [&](const CertificateRow& r) { return counts(r, cell, target, limits); });
    if (row != view.certificate.end()) ++row->waived;
  }
  view.waived = reservations.waived();
  name_waivers(view, waivers);
}

}  // namespace

void name_waivers(ReportView& view, const Waivers& waivers) {
  view.provenance.emplace_back(texts::kWaiversFile,
                               Phrase(texts::kFileWithHash, waivers.name, waivers.sha256));
}

void apply_waivers(PunchList& list, const Results& results, const Verdicts& verdicts,
                   const Reservations& reservations) {
  std::map<std::pair<std::string_view, std::string_view>, const Waiver*> waived;
  for (std::size_t i = 0; i < verdicts.cells.size(); ++i) {
    if (const Waiver* waiver = reservations.of(i); waiver != nullptr)
      waived.emplace(std::pair{std::string_view(results.targets.at(verdicts.cells[i].target).name),
                               std::string_view(waiver->metric)},
                     waiver);
  }
  for (PunchEntry& entry : list.entries) {
    if (entry.verdict != Verdict::fail) continue;
    if (const auto found = waived.find({entry.target, entry.metric}); found != waived.end())
      entry.waived = phrase_of(*found->second);
  }
}

void apply_waivers(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts,
                   const Waivers& waivers) {
  const Reservations reservations(results, limits, verdicts, waivers);
  mark_cells(view, results, limits, verdicts, waivers, reservations);
  for (RackView& rack : view.racks) {
    rack.with_reservations = reservations.accepts(rack.name);
    if (!rack.with_reservations) continue;
    --view.rejected;
    ++view.with_reservations;
  }
  view.all_waived = reservations.accepts_all();
  for (const Phrase& note : reservations.notes())
    view.provenance.emplace_back(texts::kWaiverWithoutEffect, note);
  view.sentence = sentence_of(view);
}

void apply_waivers(RackCertificate& certificate, const Results& results, const Limits& limits,
                   const Waivers& waivers, const Reservations& of_campaign) {
  ReportView& view = certificate.view;
  const Reservations of_cells(results, limits, certificate.verdicts, waivers);
  mark_cells(view, results, limits, certificate.verdicts, waivers, of_cells);
  view.all_waived = of_campaign.accepts(view.only_rack);
  if (view.all_waived) {
    for (RackView& rack : view.racks) rack.with_reservations = true;
    view.with_reservations = std::exchange(view.rejected, 0);
  }
  view.sentence = sentence_of(view);
}

}  // namespace rackproof
