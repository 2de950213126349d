#include "reports/coverage.hpp"

#include <utility>

#include "reports/language/view_texts.hpp"
#include "reports/place.hpp"
#include "reports/rack_table.hpp"

namespace rackproof {

void RackCoverage::add(const RackCoverage& part) {
  nodes += part.nodes;
  answered += part.answered;
  promised += part.promised;
  exempt += part.exempt;
  measured += part.measured;
  for (const auto& [reason, n] : part.reasons) reasons[reason] += n;
  for (const auto& [reason, n] : part.exempt_reasons) exempt_reasons[reason] += n;
}

CoverageView coverage_view(const Results& results, const Verdicts& verdicts) {
  CoverageView view;
  std::map<std::string, std::size_t> row_of;
  for (const auto& rack : rack_names(results)) {
    row_of.emplace(rack, view.racks.size());
    view.racks.push_back({.rack = rack, .reasons = {}, .exempt_reasons = {}});
  }
  RackCoverage between{.rack = kBetweenRacks, .reasons = {}, .exempt_reasons = {}};
  const auto rack_of = [&](std::uint32_t target) -> RackCoverage& {
    const auto found = row_of.find(place_of(results, target).rack);
    return found == row_of.end() ? between : view.racks[found->second];
  };
  for (std::uint32_t i = 0; i < results.targets.size(); ++i) {
    if (results.targets[i].placement != Placement::node) continue;
    RackCoverage& rack = rack_of(i);
    ++rack.nodes;
    rack.answered += answered(results.targets[i]) ? 1 : 0;
  }
  std::map<std::pair<std::uint32_t, std::string_view>, const Coverage*> ledger;
  for (const auto& entry : verdicts.coverage)
    ledger.emplace(std::pair{entry.target, std::string_view(entry.case_id)}, &entry);
  for (const auto& promise : results.promises) {
    RackCoverage& rack = rack_of(promise.target);
    ++rack.promised;
    const auto entry = ledger.find({promise.target, std::string_view(promise.case_id)});
    if (entry != ledger.end() && entry->second->measured) {
      ++rack.measured;
    } else if (!promise.exempt.empty()) {
      ++rack.exempt;
      ++rack.exempt_reasons[promise.exempt];
    } else if (entry == ledger.end()) {
      ++rack.reasons[texts::kNoLedgerEntry];
    } else {
      const Phrase& reason = entry->second->excluded;
      ++rack.reasons[reason.empty() ? Phrase(texts::kNoReason) : reason];
    }
  }
  if (between.promised > 0 || between.nodes > 0) view.racks.push_back(between);
  view.total.rack = texts::kAllRacks.en;
  for (const auto& rack : view.racks) view.total.add(rack);
  return view;
}

}  // namespace rackproof
