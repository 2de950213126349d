#include "reports/site/site_verdicts.hpp"

#include <algorithm>
#include <cstring>

namespace rackproof {

SiteVerdicts::SiteVerdicts(const CellReader& cells, const Limits& limits, std::size_t most_undecided)
    : cells_(cells), limits_(limits), most_undecided_(most_undecided), of_limit_(limits.limits.size()) {
  for (std::size_t i = 0; i < of_limit_.size(); ++i)
    of_limit_[i].assign(cells.subjects(placement_of(limits.limits[i].scope)).size(), kNoCell);
}

void SiteVerdicts::take(const VerdictRow& row) {
  if (row.limit < 0) {
    count_completion(row);
  } else {
    const auto limit = static_cast<std::size_t>(row.limit);
    if (row.placement == placement_of(limits_.limits[limit].scope)) of_limit_[limit] = row.verdict;
  }
  if (row.severity == Severity::gate) note_undecided(row);
}

void SiteVerdicts::count_completion(const VerdictRow& row) {
  const auto& scope = cells_.subjects(row.placement).scope;
  CompletionTally* tally = nullptr;
  std::uint32_t last = kNoText;
  for (std::uint32_t i = 0; i < row.verdict.size(); ++i) {
    if (row.verdict[i] == kNoCell) continue;
    if (tally == nullptr || scope[i] != last) {
      last = scope[i];
      tally = &completion_[{row.placement, std::string(cells_.text(last))}];
    }
    ++tally->cells[row.verdict[i]];
    std::uint32_t& first = tally->first[row.verdict[i]];
    first = std::min(first, i);
  }
}

void SiteVerdicts::note_undecided(const VerdictRow& row) {
  // Most rows have none of them: they are passed over at the speed of memory.
  const auto note = [&](Verdict verdict, std::vector<UndecidedCell>& kept) {
    const std::uint8_t* const begin = row.verdict.data();
    std::size_t from = 0;
    while (from < row.verdict.size() && kept.size() < most_undecided_) {
      const void* found = std::memchr(begin + from, static_cast<int>(verdict), row.verdict.size() - from);
      if (found == nullptr) return;
      const auto column = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - begin);
      kept.push_back({row.placement,
                      static_cast<std::uint32_t>(column),
                      row.case_row,
                      row.series,
                      row.limit,
                      verdict,
                      {}});
      from = column + 1;
    }
  };
  note(Verdict::inconclusive, inconclusive_);
  note(Verdict::not_judged, not_judged_);
}

std::vector<UndecidedCell> SiteVerdicts::undecided() const {
  std::vector<UndecidedCell> all = inconclusive_;
  all.insert(all.end(), not_judged_.begin(), not_judged_.end());
  return all;
}

}  // namespace rackproof
