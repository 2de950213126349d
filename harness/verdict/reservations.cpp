#include "harness/verdict/reservations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "harness/verdict/roll_up.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace words = verdict_texts;

constexpr std::size_t kMostWaivers = 4;  // who waives, before "and N more"

/// What became of one waiver.
struct Use {
  bool target = false;   ///< a cell of its target is judged
  bool metric = false;   ///< a gate of its target and metric is
  bool expired = false;  ///< it fails, and the waiver did not hold any more
  bool used = false;
  std::string ended;  ///< of the campaign that it came too late for
};

Phrase why_unused(const Waiver& waiver, const Use& use) {
  if (use.expired)
    return use.ended.empty() ? Phrase(words::kWaiverUndated)
                             : Phrase(words::kWaiverEnded, waiver.until, use.ended.substr(0, 10));
  if (use.metric) return words::kWaiverNotNeeded;
  return use.target ? words::kWaiverNoGate : words::kWaiverNoTarget;
}

Phrase note_of(const Waiver& waiver, const Use& use) {
  return {words::kWaiverOf, waiver.who, waiver.metric, waiver.target, why_unused(waiver, use)};
}

/// Roll-ups as they were if what is waived had passed.
std::vector<RollUp> without_waived(const Results& results, const Limits& limits, const Verdicts& verdicts,
                                   const std::vector<const Waiver*>& by_cell) {
  std::vector<VerdictCell> cells;
  cells.reserve(verdicts.cells.size());
  for (std::size_t i = 0; i < verdicts.cells.size(); ++i) {
    VerdictCell cell;  // only what a roll-up looks at
    cell.target = verdicts.cells[i].target;
    cell.quantity = verdicts.cells[i].quantity;
    cell.limit = verdicts.cells[i].limit;
    cell.severity = verdicts.cells[i].severity;
    cell.verdict = by_cell[i] != nullptr ? Verdict::pass : verdicts.cells[i].verdict;
    cells.push_back(std::move(cell));
  }
  return roll_ups(results, limits, cells);
}

}  // namespace

std::string metric_of(const VerdictCell& cell) {
  return cell.completion() ? cell.case_id : cell.case_id + "#" + cell.quantity;
}

Reservations::Reservations(const Results& results, const Limits& limits, const Verdicts& verdicts,
                           const Waivers& waivers)
    : by_cell_(verdicts.cells.size(), nullptr) {
  std::unordered_map<std::string_view, std::unordered_map<std::string_view, std::size_t>> rows;
  for (std::size_t i = 0; i < waivers.rows.size(); ++i)
    rows[waivers.rows[i].target].emplace(waivers.rows[i].metric, i);
  std::vector<Use> uses(waivers.rows.size());
  for (std::size_t i = 0; i < verdicts.cells.size(); ++i) {
    const VerdictCell& cell = verdicts.cells[i];
    if (cell.severity != Severity::gate) continue;
    if (cell.verdict == Verdict::fail) ++failing_;
    const TargetRow& target = results.targets.at(cell.target);
    const auto of_target = rows.find(target.name);
    if (of_target == rows.end()) continue;
    for (const auto& [metric, row] : of_target->second) uses[row].target = true;
    const auto found = of_target->second.find(metric_of(cell));
    if (found == of_target->second.end()) continue;
    const Waiver& waiver = waivers.rows[found->second];
    Use& use = uses[found->second];
    use.metric = true;
    if (cell.verdict != Verdict::fail) continue;
    use.ended = results.provenance_of(target).finished_utc;
    if (!holds_on(waiver, use.ended)) {
      use.expired = true;
      continue;
    }
    use.used = true;
    by_cell_[i] = &waiver;
    ++waived_;
    ++who_[waiver.who];
  }
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (!uses[i].used) notes_.push_back(note_of(waivers.rows[i], uses[i]));
  }
  if (waived_ == 0) return;
  std::unordered_set<std::string_view> rejected;
  for (const RollUp& row : verdicts.roll_ups) {
    if (row.kind == "rack" && row.disposition == Disposition::rejected) rejected.insert(row.subject);
  }
  for (const RollUp& row : without_waived(results, limits, verdicts, by_cell_)) {
    if (row.disposition != Disposition::accepted) continue;
    if (row.kind == "rack" && rejected.contains(row.subject)) racks_.push_back(row.subject);
    if (row.kind == "campaign") accepts_all_ = verdicts.disposition == Disposition::rejected;
  }
  std::ranges::sort(racks_);
}

bool Reservations::accepts(std::string_view rack) const {
  return std::ranges::binary_search(racks_, rack, {},
                                    [](const std::string& name) -> std::string_view { return name; });
}

std::string to_string(const Reservations& reservations) {
  const auto gates = [](std::uint64_t n) { return fmt::format("{} {}", n, n == 1 ? "gate" : "gates"); };
  if (reservations.waived() == 0) return "no failing gate is waived";
  std::string names;
  std::size_t named = 0;
  for (const auto& [who, cells] : reservations.who()) {
    if (named++ < kMostWaivers) names += (names.empty() ? "" : ", ") + printable(who);
  }
  if (named > kMostWaivers) names += fmt::format(" and {} more", named - kMostWaivers);
  if (reservations.accepts_all()) {
    return fmt::format("accepted with reservations: {} {}, waived by {}", gates(reservations.failing()),
                       reservations.failing() == 1 ? "fails" : "fail", names);
  }
  if (reservations.waived() == reservations.failing()) {
    return fmt::format(
        "every failing gate is waived, by {}, but not everything else is decided: not accepted", names);
  }
  return fmt::format("{} of {} failing gates {} waived, by {}: not accepted", reservations.waived(),
                     reservations.failing(), reservations.waived() == 1 ? "is" : "are", names);
}

}  // namespace rackproof
