#include "harness/verdict/roll_up.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "harness/verdict/unused_limits.hpp"

namespace rackproof {

namespace {

using Cells = std::vector<const VerdictCell*>;

/// Whether a campaign that any of the cells come from was interrupted.
Ended ended_of(const Results& results, const Cells& cells) {
  for (const VerdictCell* cell : cells) {
    if (results.ended_of(results.targets[cell->target]) == Ended::interrupted) return Ended::interrupted;
  }
  return Ended::complete;
}

RollUp summed(std::string subject, std::string kind, const Cells& cells, Ended ended) {
  RollUp out;
  out.subject = std::move(subject);
  out.kind = std::move(kind);
  for (const VerdictCell* cell : cells) {
    if (cell->severity != Severity::gate) continue;
    switch (cell->verdict) {
      case Verdict::pass:
        ++out.passed;
        break;
      case Verdict::fail:
        ++out.failed;
        break;
      case Verdict::inconclusive:
        ++out.inconclusive;
        break;
      case Verdict::not_judged:
        ++out.not_judged;
        break;
      case Verdict::not_applicable:
        ++out.not_applicable;
        break;
    }
  }
  out.verdict = roll_up(cells);
  if (ended == Ended::interrupted && out.verdict == Verdict::pass) out.verdict = Verdict::inconclusive;
  out.disposition = disposition_of(out.verdict);
  return out;
}

/// Racks with a node that stands in the site and in no cell, not as a target and not as a member of one.
std::set<std::string> racks_with_untouched_nodes(const Results& results,
                                                 const std::vector<VerdictCell>& cells) {
  std::vector<bool> touched(results.targets.size(), false);
  for (const auto& cell : cells) {
    if (cell.severity != Severity::gate) continue;
    for (const auto member : results.targets[cell.target].members) touched[member] = true;
  }
  std::set<std::string> racks;
  for (std::size_t i = 0; i < results.targets.size(); ++i) {
    const TargetRow& target = results.targets[i];
    if (target.placement == Placement::node && !touched[i]) racks.insert(target.rack);
  }
  return racks;
}

}  // namespace

Verdict roll_up(const std::vector<const VerdictCell*>& cells) {
  bool open = false;
  bool passed = false;
  for (const VerdictCell* cell : cells) {
    if (cell->severity != Severity::gate) continue;
    if (cell->verdict == Verdict::fail) return Verdict::fail;
    if (cell->verdict == Verdict::inconclusive || cell->verdict == Verdict::not_judged) open = true;
    if (cell->verdict == Verdict::pass && !cell->completion()) passed = true;
  }
  if (open) return Verdict::inconclusive;
  return passed ? Verdict::pass : Verdict::not_judged;
}

std::string rack_of(const Results& results, const TargetRow& target) {
  if (!target.rack.empty() || target.members.empty()) return target.rack;
  const std::string& first = results.targets[target.members.front()].rack;
  for (const auto member : target.members) {
    if (results.targets[member].rack != first) return {};
  }
  return first;
}

Disposition disposition_of(Verdict verdict) {
  if (verdict == Verdict::pass) return Disposition::accepted;
  return verdict == Verdict::fail ? Disposition::rejected : Disposition::undecided;
}

void withhold(RollUp& row) {
  if (row.verdict == Verdict::pass) row.verdict = Verdict::inconclusive;
  row.disposition = disposition_of(row.verdict);
}

std::vector<RollUp> roll_ups(const Results& results, const std::vector<VerdictCell>& cells) {
  const auto& targets = results.targets;
  Cells all;
  std::vector<Cells> of_target(targets.size());
  std::map<std::string, std::size_t> rack_row;
  std::vector<std::pair<std::string, Cells>> racks;  // in site order
  for (const auto& target : targets) {
    if (target.placement != Placement::node || target.rack.empty()) continue;
    if (rack_row.try_emplace(target.rack, racks.size()).second) racks.push_back({target.rack, {}});
  }
  for (const auto& cell : cells) {
    const TargetRow& target = targets[cell.target];
    all.push_back(&cell);
    of_target[cell.target].push_back(&cell);
    if (target.placement == Placement::device && !target.members.empty()) {
      of_target[target.members.front()].push_back(&cell);
    }
    if (const auto row = rack_row.find(rack_of(results, target)); row != rack_row.end()) {
      racks[row->second].second.push_back(&cell);
    }
  }
  std::vector<RollUp> out;
  out.push_back(summed("campaign", "campaign", all, results.ended));
  const std::set<std::string> untouched = racks_with_untouched_nodes(results, cells);
  bool all_pass = true;
  for (auto& [name, parts] : racks) {
    out.push_back(summed(name, "rack", parts, ended_of(results, parts)));
    if (untouched.contains(name)) withhold(out.back());
    all_pass = all_pass && out.back().verdict == Verdict::pass;
  }
  // A campaign is no better than its racks: one that nothing judged is not carried by the others.
  if (!all_pass) withhold(out.front());
  for (const Placement placement : {Placement::node, Placement::device, Placement::pair, Placement::group}) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (targets[i].placement != placement) continue;
      out.push_back(summed(targets[i].name, targets[i].scope, of_target[i], ended_of(results, of_target[i])));
    }
  }
  return out;
}

std::vector<RollUp> roll_ups(const Results& results, const Limits& limits,
                             const std::vector<VerdictCell>& cells) {
  std::vector<RollUp> out = roll_ups(results, cells);
  const Withheld withheld = withheld_for_unused_gates(results, limits, cells);
  if (withheld != Withheld::nothing) withhold(out.front());
  if (withheld == Withheld::all) std::ranges::for_each(out, withhold);
  return out;
}

}  // namespace rackproof
