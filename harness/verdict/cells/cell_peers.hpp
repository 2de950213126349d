// Peers over a file of cells: series of devices and nodes, compared by several threads, found one after the other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/findings.hpp"
#include "harness/verdict/peers/peer_findings.hpp"

namespace rackproof {

/// What was compared of one series.
struct ComparedCells {
  std::size_t series = 0;
  PeerRule rule;
  std::vector<CohortPeers> cohorts;
  PeerFindings::Causes causes;
};

class CellPeers {
 public:
  /// `cells` must outlive it.
  CellPeers(const CellReader& cells, Placement placement);
  ~CellPeers();
  CellPeers(const CellPeers&) = delete;
  CellPeers& operator=(const CellPeers&) = delete;

  /// Real series of devices and nodes that are enough.
  bool compares(std::size_t series) const;
  /// Any thread may call it. `row` with value, range, launches and status. Whether launches differ as much as subjects do is told
  /// from subjects with two launches, 4096 of them at most.
  ComparedCells compare(std::size_t series, CellRow row) const;
  /// In the order of the series.
  void add(const ComparedCells& compared);
  void report(Findings& findings) const;

 private:
  struct Groups;
  const CellReader& cells_;
  std::unique_ptr<Groups> groups_;  ///< none: nobody is compared on this placement
};

}  // namespace rackproof
