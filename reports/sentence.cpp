#include "reports/sentence.hpp"

#include "reports/language/view_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kRacksNamed = 8;

Phrase counted(std::size_t n, const Text& one, const Text& many) { return {n == 1 ? one : many, n}; }

Phrase racks_of(const ReportView& view) {
  return counted(view.racks.size(), texts::kOneRack, texts::kManyRacks);
}

Phrase of_rejected(const ReportView& view) {
  std::vector<std::string> names;
  for (const auto& rack : view.racks) {
    if (rack.disposition == Disposition::rejected && !rack.with_reservations) names.push_back(rack.name);
  }
  const Phrase gates = counted(view.failed, texts::kGateFails, texts::kGatesFail);
  if (!names.empty())
    return {texts::kRacksRejected, names.size(), racks_of(view), joined_phrase(names, kRacksNamed), gates};
  if (view.with_reservations > 0)
    return {texts::kReservedRacks, view.with_reservations, racks_of(view), gates};
  return {texts::kNoRackToBlame, gates};
}

}  // namespace

Phrase sentence_of(const ReportView& view) {
  const RackCoverage& total = view.coverage.total;
  const std::size_t required = total.promised - total.exempt;
  if (view.campaigns_interrupted > 0 && view.campaigns > 1) {
    return {texts::kPartlyInterrupted, view.campaigns_interrupted, view.campaigns, total.measured, required};
  }
  if (view.interrupted) return {texts::kInterrupted, total.measured, required};
  if (view.disposition == Disposition::rejected) return of_rejected(view);
  if (view.clean()) {
    const Phrase gates = counted(view.passed, texts::kOneGate, texts::kManyGates);
    if (view.racks.size() == 1) return {texts::kTheRackIs, gates};
    return {texts::kAllRacksAre, gates, view.racks.size()};
  }
  if (total.promised == 0) return {texts::kNothingPromised};
  if (view.nothing_judged) return {texts::kNothingJudged, total.measured, required};
  const std::size_t open = view.inconclusive + view.not_judged + total.missing();
  if (view.withheld != Withheld::nothing && open == 0)
    return {texts::kGateHoldsNobody, counted(view.passed, texts::kOneGate, texts::kManyGates)};
  return {texts::kNotDecided, view.inconclusive, view.not_judged, total.missing(), required};
}

}  // namespace rackproof
