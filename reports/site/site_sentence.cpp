#include "reports/site/site_sentence.hpp"

#include <vector>

#include "reports/language/site_texts.hpp"

namespace rackproof {

namespace {

template <typename... Args>
std::string english(const Text& text, const Args&... args) {
  return fmt::format(fmt::runtime(text.en), args...);
}

/// "39861 accepted, 4 rejected": how many racks stand how, without those that are none.
std::string standings(const ReportView& view) {
  const std::pair<std::size_t, const Text*> counts[]{{view.accepted, &texts::kSiteAccepted},
                                                     {view.with_reservations, &texts::kSiteReserved},
                                                     {view.rejected, &texts::kSiteRejected},
                                                     {view.undecided, &texts::kSiteUndecided},
                                                     {view.not_started, &texts::kSiteNotStarted}};
  std::string all;
  for (const auto& [count, text] : counts) {
    if (count > 0) all += (all.empty() ? "" : ", ") + english(*text, count);
  }
  return all;
}

}  // namespace

std::string site_sentence(const ReportView& view) {
  const RackCoverage& total = view.coverage.total;
  if (total.promised == 0) return english(texts::kSiteNothingPromised);
  if (view.clean()) return english(texts::kSiteAllAccepted, view.racks.size(), view.passed);
  std::string text = english(texts::kSiteRacks, view.racks.size(), standings(view));
  if (view.failed > 0) text += " " + english(texts::kSiteGatesFail, view.failed);
  if (total.missing() > 0)
    text += " " + english(texts::kSiteMissing, total.missing(), total.promised - total.exempt);
  if (view.campaigns_interrupted > 0)
    text += " " + english(texts::kSiteInterrupted, view.campaigns_interrupted, view.campaigns);
  return text;
}

}  // namespace rackproof
