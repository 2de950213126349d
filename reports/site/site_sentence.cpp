#include "reports/site/site_sentence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace rackproof {

std::string site_sentence(const ReportView& view) {
  const RackCoverage& total = view.coverage.total;
  if (total.promised == 0) return "Nothing was promised by the plan on this site, so nothing is accepted.";
  if (view.clean())
    return fmt::format("All {} racks are accepted: {} gates passed, everything promised was measured.",
                       view.racks.size(), view.passed);
  std::vector<std::string> counts;
  const auto count = [&](std::size_t racks, const char* word) {
    if (racks > 0) counts.push_back(fmt::format("{} {}", racks, word));
  };
  count(view.accepted, "accepted");
  count(view.with_reservations, "accepted with reservations");
  count(view.rejected, "rejected");
  count(view.undecided, "undecided");
  count(view.not_started, "not started");
  std::string text = fmt::format("Of {} racks: {}.", view.racks.size(), fmt::join(counts, ", "));
  if (view.failed > 0) text += fmt::format(" {} gate cells fail.", view.failed);
  if (total.missing() > 0)
    text += fmt::format(" {} of {} promised measurements are missing.", total.missing(),
                        total.promised - total.exempt);
  if (view.campaigns_interrupted > 0)
    text += fmt::format(" {} of {} campaigns were interrupted.", view.campaigns_interrupted, view.campaigns);
  return text;
}

}  // namespace rackproof
