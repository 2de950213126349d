// Some targets of a file of cells as rows of results: what place_of(), rerun_line() and punch_list() need of them.
#pragma once

#include <map>

#include "harness/results/cell_reader.hpp"

namespace rackproof {

class ListedTargets {
 public:
  /// `cells` must outlive it.
  explicit ListedTargets(const CellReader& cells);

  /// Row of the subject in results().targets, with its nodes; made when it is asked for first. A group has no members: cells do not
  /// say which nodes they are.
  std::uint32_t row(Placement placement, std::uint32_t subject);
  const Results& results() const { return results_; }

 private:
  using Labels = std::map<std::string, std::vector<std::uint32_t>>;
  void set_labels(TargetRow& target, const Labels& labels, std::uint32_t subject) const;
  std::uint32_t add(Placement placement, std::uint32_t subject);

  const CellReader& cells_;
  std::vector<std::uint32_t> host_;  // of each node: text row
  Labels of_nodes_, of_devices_;     // labels by name: text rows
  std::map<std::pair<Placement, std::uint32_t>, std::uint32_t> rows_;
  Results results_;
};

}  // namespace rackproof
