#include "reports/site/site_sentence.hpp"

#include <utility>

#include "reports/language/site_texts.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof {

namespace {

void append(Phrase& text, const Phrase& more, std::string_view en_between, std::string_view zh_between) {
  if (!text.empty()) {
    text.en += en_between;
    text.zh += zh_between;
  }
  text.en += more.en;
  text.zh += more.zh;
}

/// "39861 accepted, 4 rejected": how many racks stand how, without those that are none.
Phrase standings(const ReportView& view) {
  const std::pair<std::size_t, const Text*> counts[]{{view.accepted, &texts::kSiteAccepted},
                                                     {view.with_reservations, &texts::kSiteReserved},
                                                     {view.rejected, &texts::kSiteRejected},
                                                     {view.undecided, &texts::kSiteUndecided},
                                                     {view.not_started, &texts::kSiteNotStarted}};
  Phrase all;
  for (const auto& [count, text] : counts) {
    if (count > 0) append(all, Phrase(*text, count), ", ", "，");
  }
  return all;
}

}  // namespace

Phrase site_sentence(const ReportView& view) {
  const RackCoverage& total = view.coverage.total;
  if (total.promised == 0) return {texts::kSiteNothingPromised};
  if (view.nothing_judged && view.disposition == Disposition::undecided)
    return {texts::kNothingJudged, total.measured, total.promised - total.exempt};
  if (view.clean()) return {texts::kSiteAllAccepted, view.racks.size(), view.passed};
  Phrase text(texts::kSiteRacks, view.racks.size(), standings(view));
  if (view.failed > 0) append(text, {texts::kSiteGatesFail, view.failed}, " ", "");
  if (total.missing() > 0)
    append(text, {texts::kSiteMissing, total.missing(), total.promised - total.exempt}, " ", "");
  if (view.campaigns_interrupted > 0)
    append(text, {texts::kSiteInterrupted, view.campaigns_interrupted, view.campaigns}, " ", "");
  return text;
}

}  // namespace rackproof
