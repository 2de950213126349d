// Roll-up of gate cells over a fleet: counts and flags that any order of rows adds up to.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/cells/cell_judge.hpp"

namespace rackproof {

class CellRollUp {
 public:
  /// `cells` must outlive it.
  explicit CellRollUp(const CellReader& cells);

  /// Gate cells of one row by rack; the last entry is of those in no single rack.
  using Counts = std::vector<std::array<std::uint32_t, kVerdictCount>>;
  Counts count(const VerdictRow& row) const;  ///< any thread may call it
  /// Adds a row of gate cells, whose counts these are.
  void add(const VerdictRow& row, const Counts& counts);

  /// Racks, subjects, the whole, disposition and exit code. None of them is accepted where a gate of the judgement holds nobody.
  void conclude(CellJudgement& judgement) const;

 private:
  enum Flag : std::uint8_t { fails = 1, open = 2, passes = 4, touched = 8 };
  static Verdict verdict_of(std::uint8_t flags);
  /// Whether each node stands in a gate cell: its own, its devices', or one of its pairs and groups. A file of cells does not keep
  /// who is in a group: those are whose label gives its name, in the same campaign.
  std::vector<bool> stand_in_cells(const std::vector<std::uint8_t>& nodes_with_devices) const;
  void add_group_members(std::vector<bool>& touched_nodes) const;

  const CellReader& cells_;
  std::vector<std::uint32_t> rack_names_;                         // text rows
  std::array<std::vector<std::uint32_t>, kPlacementCount> rack_;  // of each column; the last: none
  std::array<std::vector<std::uint8_t>, kPlacementCount> flags_;  // of each column's own cells
  std::vector<std::array<std::uint64_t, kVerdictCount>> counts_;  // by rack
};

}  // namespace rackproof
