#include "harness/verdict/peers/peer_subjects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <tuple>
#include <unordered_map>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

static_assert(kNoGroup == kNoText, "a text that is not there is no group");

constexpr std::array<std::string_view, 5> kConfiguration{
    "device/driver", "device/firmware", "device/partition", "device/ecc", "preflight/power_cap"};

using Column = std::vector<std::uint32_t>;  // rows of texts, one a subject

/// What is known of the subjects, whatever file it is from. Names of attributes: "label/pdu", "device/driver".
struct Known {
  Column target, scope, rack, model;
  Column name;  ///< rows of whatever the file has them in
  std::function<std::string(std::size_t)> name_of;
  Column node;  ///< column among the nodes, or whatever tells machines apart
  std::map<std::string, Column> labels, facts;
  std::vector<std::string> texts;
};

class Texts {
 public:
  std::uint32_t row(std::string_view text) {
    if (text.empty()) return kNoText;
    const auto [at, is_new] = rows_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(at->first);
    return at->second;
  }
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  std::unordered_map<std::string, std::uint32_t> rows_;
  std::vector<std::string> texts_;
};

/// How many texts a column has, and whether any stands in it twice. Rows of texts are dense: a bit each.
struct Occurrence {
  explicit Occurrence(const Column& column) {
    std::vector<bool> seen;
    for (const std::uint32_t row : column) {
      if (row == kNoText) {
        none_twice = none_twice || has_none;
        has_none = true;
        continue;
      }
      if (row >= seen.size())
        seen.resize(std::max<std::size_t>(row + std::size_t{1}, 2 * seen.size()), false);
      texts += seen[row] ? 0u : 1u;
      seen[row] = true;
      ++rows;
    }
  }
  /// Rows without a text count as equal.
  bool any_twice() const { return none_twice || texts < rows; }
  std::size_t texts = 0, rows = 0;  // rows: those with a text
  bool has_none = false, none_twice = false;
};

/// Whether a column tells groups of subjects apart: some share a level, and not all the same.
bool groups_subjects(const Column& column) {
  const Occurrence levels(column);
  return levels.texts > 1 && levels.texts < column.size();
}

/// Numbers of the pairs of entries of two columns, by first appearance.
Column combined(const Column& first, const Column& second) {
  std::unordered_map<std::uint64_t, std::uint32_t> numbers;
  Column out;
  out.reserve(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (i > 0 && first[i] == first[i - 1] && second[i] == second[i - 1]) {  // as neighbours mostly are
      out.push_back(out.back());
      continue;
    }
    const std::uint64_t pair = std::uint64_t{first[i]} << 32 | second[i];
    out.push_back(numbers.try_emplace(pair, static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  return out;
}

void refuse_twice(const Known& known) {
  if (!Occurrence(known.name).any_twice()) return;
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::size_t>> places;
  for (std::size_t i = 0; i < known.name.size(); ++i) places.emplace_back(known.scope[i], known.name[i], i);
  std::ranges::sort(places);
  const auto twice = std::ranges::adjacent_find(places, [](const auto& a, const auto& b) {
    return std::get<0>(a) == std::get<0>(b) && std::get<1>(a) == std::get<1>(b);
  });
  if (twice != places.end())
    throw Error(
        fmt::format("{} stands twice among the targets", printable(known.name_of(std::get<2>(*twice)))));
}

PeerSubjects as_peers(Known known) {
  refuse_twice(known);
  PeerSubjects out;
  const Column model = combined(known.scope, known.model);
  out.columns.cohort = model;
  std::vector<std::pair<std::string_view, const Column*>> configuration;
  for (const std::string_view name : kConfiguration) {
    const auto fact = known.facts.find(std::string(name));
    if (fact == known.facts.end()) continue;
    configuration.emplace_back(name, &fact->second);
    out.columns.cohort = combined(out.columns.cohort, fact->second);
  }
  for (std::size_t i = 0; i < known.target.size(); ++i) {
    if (out.columns.cohort[i] != out.cohort_text.size()) continue;  // not the first of its cohort
    std::string text = known.model[i] == kNoText ? "no model" : known.texts[known.model[i]];
    for (const auto& [name, column] : configuration) {
      if ((*column)[i] != kNoText) text += fmt::format(", {} {}", name, known.texts[(*column)[i]]);
    }
    out.cohort_text.push_back(std::move(text));
    out.cohort_model.push_back(model[i]);
  }
  out.columns.rack = {"rack", std::move(known.rack)};
  out.columns.node = std::move(known.node);
  if (groups_subjects(out.columns.rack.level)) out.causes.push_back(out.columns.rack);
  for (auto& [name, column] : known.labels) {
    if (!groups_subjects(column)) continue;
    out.columns.labels.push_back({name, column});
    out.causes.push_back({name, std::move(column)});
  }
  for (auto& [name, column] : known.facts) {
    if (groups_subjects(column)) out.causes.push_back({name, std::move(column)});
  }
  out.texts = std::move(known.texts);
  out.target = std::move(known.target);
  return out;
}

}  // namespace

PeerSubjects peer_subjects(const Results& results, Placement placement) {
  Known known;
  Texts texts;
  const Column& rows = results.columns[static_cast<std::size_t>(placement)];
  std::map<std::uint32_t, std::vector<std::size_t>>
      subjects_of;  // target → subjects that its facts are about
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const TargetRow& target = results.targets.at(rows[i]);
    known.target.push_back(rows[i]);
    known.name.push_back(texts.row(target.name));
    known.scope.push_back(texts.row(target.scope));
    known.rack.push_back(texts.row(target.rack));
    known.model.push_back(texts.row(target.model));
    const std::uint32_t node = target.members.empty() ? rows[i] : target.members.front();
    // Nodes with one boot id are one machine.
    const TargetRow& machine = results.targets.at(node);
    known.node.push_back(texts.row(machine.boot_id.empty() ? "node " + machine.name : machine.boot_id));
    subjects_of[rows[i]].push_back(i);
    if (node != rows[i]) subjects_of[node].push_back(i);
    for (const auto* labels : {&machine.labels, &target.labels}) {
      for (const auto& [name, value] : *labels)
        known.labels.try_emplace(name, rows.size(), kNoText).first->second[i] = texts.row(value);
    }
  }
  for (const FactRow& fact : results.facts) {
    const auto subjects = subjects_of.find(fact.target);
    if (fact.found.empty() || subjects == subjects_of.end()) continue;
    Column& column = known.facts.try_emplace(fact.key, rows.size(), kNoText).first->second;
    for (const std::size_t i : subjects->second) column[i] = texts.row(fact.found);
  }
  known.name_of = [&](std::size_t i) { return results.targets[rows[i]].name; };
  known.texts = texts.take();
  return as_peers(std::move(known));
}

PeerSubjects peer_subjects(const CellReader& reader, Placement placement) {
  Known known;
  Texts texts;
  const Subjects& subjects = reader.subjects(placement);
  std::unordered_map<std::uint32_t, std::uint32_t> own;  // row of the reader → row of ours
  const auto taken = [&](const Column& column) {
    Column out;
    out.reserve(column.size());
    std::uint32_t last = kNoText, found = kNoText;  // neighbours mostly have the same
    for (const std::uint32_t row : column) {
      if (row != last) {
        const auto [at, is_new] = own.try_emplace(row, kNoText);
        if (is_new) at->second = texts.row(reader.text(row));
        last = row;
        found = at->second;
      }
      out.push_back(found);
    }
    return out;
  };
  // What every subject has alone groups nobody, and may be the bulk of all texts.
  const auto is_shared = [](const Column& column) { return Occurrence(column).any_twice(); };
  known.target = subjects.target;
  known.name = subjects.name;
  known.name_of = [&](std::size_t i) { return std::string(reader.text(subjects.name[i])); };
  known.scope = taken(subjects.scope);
  known.rack = taken(subjects.rack);
  known.model = taken(subjects.model);
  known.node = subjects.node;
  for (const std::string& name : reader.labels()) {
    const Column label = reader.label(placement, name);
    if (is_shared(label)) known.labels.emplace(name, taken(label));
  }
  if (placement == Placement::device) {
    for (const std::string& key : reader.facts(Placement::node)) {
      const Column of_node = taken(reader.fact(Placement::node, key));
      Column& column = known.facts.try_emplace(key, subjects.size(), kNoText).first->second;
      for (std::size_t i = 0; i < column.size(); ++i) {
        if (subjects.node[i] != kNoText) column[i] = of_node.at(subjects.node[i]);
      }
    }
  }
  for (const std::string& key : reader.facts(placement)) {
    const Column found = reader.fact(placement, key);
    if (!is_shared(found)) continue;
    Column& column = known.facts.try_emplace(key, subjects.size(), kNoText).first->second;
    const Column of_subject = taken(found);
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (of_subject[i] != kNoText) column[i] = of_subject[i];
    }
  }
  known.texts = texts.take();
  return as_peers(std::move(known));
}

}  // namespace rackproof
