#include "harness/verdict/cells/cell_roll_up.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "harness/plan/target.hpp"
#include "harness/verdict/roll_up.hpp"

namespace rackproof {

namespace {

std::size_t at(Placement placement) { return static_cast<std::size_t>(placement); }

RollUp row_of(std::string subject, std::string kind, const std::array<std::uint64_t, kVerdictCount>& counts) {
  RollUp row;
  row.subject = std::move(subject);
  row.kind = std::move(kind);
  const auto number = [&](Verdict verdict) {
    return static_cast<std::uint32_t>(counts[static_cast<std::size_t>(verdict)]);
  };
  row.passed = number(Verdict::pass);
  row.failed = number(Verdict::fail);
  row.inconclusive = number(Verdict::inconclusive);
  row.not_judged = number(Verdict::not_judged);
  row.not_applicable = number(Verdict::not_applicable);
  return row;
}

}  // namespace

CellRollUp::CellRollUp(const CellReader& cells) : cells_(cells) {
  std::unordered_map<std::uint32_t, std::uint32_t> known;
  for (const std::uint32_t rack : cells.subjects(Placement::node).rack) {
    if (rack == kNoText) continue;
    if (known.try_emplace(rack, static_cast<std::uint32_t>(rack_names_.size())).second)
      rack_names_.push_back(rack);
  }
  const auto none = static_cast<std::uint32_t>(rack_names_.size());
  for (const Placement placement : kPlacements) {
    const Subjects& subjects = cells.subjects(placement);
    for (const std::uint32_t rack : subjects.rack) {
      const auto found = known.find(rack);
      rack_[at(placement)].push_back(found == known.end() ? none : found->second);
    }
    flags_[at(placement)].assign(subjects.size(), 0);
  }
  counts_.resize(rack_names_.size() + 1);
}

CellRollUp::Counts CellRollUp::count(const VerdictRow& row) const {
  Counts counts(rack_names_.size() + 1);
  const auto& racks = rack_[at(row.placement)];
  for (std::size_t i = 0; i < row.verdict.size(); ++i) {
    if (row.verdict[i] != kNoCell) ++counts[racks[i]][row.verdict[i]];
  }
  return counts;
}

void CellRollUp::add(const VerdictRow& row, const Counts& counts) {
  for (std::size_t rack = 0; rack < counts.size(); ++rack) {
    for (std::size_t v = 0; v < counts[rack].size(); ++v) counts_[rack][v] += counts[rack][v];
  }
  // What each verdict means for its subject; completion is required but is not the gate that passed.
  const auto pass = static_cast<std::uint8_t>(row.series < 0 ? touched : touched | passes);
  const std::array<std::uint8_t, kVerdictCount + 1> means{pass,           touched | fails, touched | open,
                                                          touched | open, touched,         0};
  auto& flags = flags_[at(row.placement)];
  for (std::size_t i = 0; i < row.verdict.size(); ++i) flags[i] |= means[row.verdict[i]];
}

Verdict CellRollUp::verdict_of(std::uint8_t flags) {
  if ((flags & fails) != 0) return Verdict::fail;
  if ((flags & open) != 0) return Verdict::inconclusive;
  return (flags & passes) != 0 ? Verdict::pass : Verdict::not_judged;
}

std::vector<bool> CellRollUp::stand_in_cells(const std::vector<std::uint8_t>& nodes_with_devices) const {
  std::vector<bool> out;
  for (const std::uint8_t flags : nodes_with_devices) out.push_back((flags & touched) != 0);
  const Subjects& pairs = cells_.subjects(Placement::pair);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if ((flags_[at(Placement::pair)][i] & touched) == 0) continue;
    for (const std::uint32_t node : {pairs.node[i], pairs.second[i]}) {
      if (node != kNoText) out[node] = true;
    }
  }
  add_group_members(out);
  return out;
}

void CellRollUp::add_group_members(std::vector<bool>& touched_nodes) const {
  const Subjects& groups = cells_.subjects(Placement::group);
  const Subjects& nodes = cells_.subjects(Placement::node);
  std::map<std::string, std::set<std::pair<std::uint32_t, std::string_view>>> of_label;  // part, name
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if ((flags_[at(Placement::group)][i] & touched) == 0) continue;
    // "site@<campaign>" where a merge has two of them.
    const std::string_view name = cells_.text(groups.name[i]);
    of_label[group_label(cells_.text(groups.scope[i]))].emplace(groups.part[i],
                                                                name.substr(0, name.find('@')));
  }
  for (const auto& [label, names] : of_label) {
    const std::vector<std::uint32_t> value =
        label == "rack" ? nodes.rack : cells_.label(Placement::node, label);
    for (std::size_t node = 0; node < nodes.size(); ++node) {
      if (value[node] == kNoText && label != "site") continue;
      const std::string name = group_name(label, std::string(cells_.text(value[node])));
      if (names.contains({nodes.part[node], name})) touched_nodes[node] = true;
    }
  }
}

void CellRollUp::conclude(CellJudgement& judgement) const {
  const bool withheld = judgement.gate_holds_nobody;
  auto all = flags_;  // nodes with their devices
  const Subjects& devices = cells_.subjects(Placement::device);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    if (devices.node[i] != kNoText)
      all[at(Placement::node)][devices.node[i]] |= flags_[at(Placement::device)][i];
  }
  const std::vector<bool> touched_nodes = stand_in_cells(all[at(Placement::node)]);
  std::vector<std::uint8_t> of_rack(counts_.size(), 0);
  std::vector<bool> is_held(counts_.size(), false);
  std::uint8_t of_all = 0;
  for (const Placement placement : kPlacements) {
    const Subjects& subjects = cells_.subjects(placement);
    auto& verdicts = judgement.subjects[at(placement)];
    verdicts.resize(subjects.size());
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const std::uint8_t flags = all[at(placement)][i];
      const bool interrupted = cells_.parts()[subjects.part[i]].ended == Ended::interrupted;
      verdicts[i] = verdict_of(flags);
      if ((interrupted || withheld) && verdicts[i] == Verdict::pass) verdicts[i] = Verdict::inconclusive;
      of_rack[rack_[at(placement)][i]] |= flags;
      of_all |= flags;
      if (interrupted && flags != 0) is_held[rack_[at(placement)][i]] = true;
    }
  }
  for (std::size_t i = 0; i < touched_nodes.size(); ++i) {
    if (!touched_nodes[i]) is_held[rack_[at(Placement::node)][i]] = true;
  }

  bool all_pass = !withheld && cells_.ended() == Ended::complete;
  std::array<std::uint64_t, kVerdictCount> sum{};
  for (std::size_t rack = 0; rack < counts_.size(); ++rack) {
    for (std::size_t v = 0; v < sum.size(); ++v) sum[v] += counts_[rack][v];
    if (rack == rack_names_.size()) break;  // those in no single rack
    RollUp row = row_of(std::string(cells_.text(rack_names_[rack])), "rack", counts_[rack]);
    row.verdict = verdict_of(of_rack[rack]);
    if (withheld || is_held[rack]) withhold(row);
    row.disposition = disposition_of(row.verdict);
    all_pass = all_pass && row.verdict == Verdict::pass;
    judgement.racks.push_back(std::move(row));
  }
  judgement.campaign = row_of("campaign", "campaign", sum);
  judgement.campaign.verdict = verdict_of(of_all);
  if (!all_pass) withhold(judgement.campaign);
  judgement.campaign.disposition = disposition_of(judgement.campaign.verdict);
  judgement.disposition = judgement.campaign.disposition;
  judgement.exit_code = judgement.disposition == Disposition::accepted   ? ExitCode::accepted
                        : judgement.disposition == Disposition::rejected ? ExitCode::rejected
                                                                         : ExitCode::undecided;
}

}  // namespace rackproof
