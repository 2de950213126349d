#include "harness/verdict/compare/replication.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "harness/verdict/note_texts.hpp"

namespace rackproof {

namespace {

/// What makes a target itself, as a row of texts: of a node its machine, if that is known; else its key.
std::vector<std::uint32_t> identities(const CellReader& cells, Placement placement) {
  std::vector<std::uint32_t> rows = cells.subjects(placement).key;
  if (placement != Placement::node) return rows;
  const std::vector<std::uint32_t> machine = cells.fact(placement, "identity/boot_id");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (machine[i] != kNoText) rows[i] = machine[i];
  }
  return rows;
}

/// Whether two pairs have a machine in common.
bool share_nodes(const CellReader& cells, const std::vector<std::uint32_t>& columns) {
  const Subjects& pairs = cells.subjects(Placement::pair);
  const std::vector<std::uint32_t> machine = identities(cells, Placement::node);
  std::set<std::uint32_t> seen;
  for (const std::uint32_t column : columns) {
    for (const std::uint32_t node : {pairs.node[column], pairs.second[column]}) {
      if (node >= machine.size() || !seen.insert(machine[node]).second) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<Replication> replications(const CellReader& cells, Placement placement) {
  const Subjects& subjects = cells.subjects(placement);
  const std::vector<std::uint32_t> identity = identities(cells, placement);
  std::vector<Replication> out;
  std::unordered_map<std::uint32_t, std::size_t> of_scope;
  std::vector<std::unordered_map<std::uint32_t, std::uint32_t>> seen;
  for (std::uint32_t column = 0; column < subjects.size(); ++column) {
    const auto [at, is_new] = of_scope.try_emplace(subjects.scope[column], out.size());
    if (is_new) {
      out.push_back({std::string(cells.text(subjects.scope[column])), {}, {}, 0, {}});
      seen.emplace_back();
    }
    Replication& scope = out[at->second];
    const auto [replicate, is_first] =
        seen[at->second].try_emplace(identity[column], static_cast<std::uint32_t>(scope.count));
    scope.count += is_first ? 1 : 0;
    scope.columns.push_back(column);
    scope.replicate.push_back(replicate->second);
  }
  for (Replication& scope : out) {
    if (placement == Placement::pair && share_nodes(cells, scope.columns))
      scope.dependent = note_texts::kPairsShareNodes;
  }
  return out;
}

}  // namespace rackproof
