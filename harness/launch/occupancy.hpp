// Which nodes are under load, and whether one more step may be beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/plan/site.hpp"

namespace rackproof {

/// A node never has two steps. Entries on one virtual machine share its slots, a group there takes one. The
/// site's at_once bounds the nodes under load, at_once_per those with the same value of a label. Nodes are indices into
/// Site::nodes.
class Occupancy {
 public:
  /// `site` must outlive it.
  explicit Occupancy(const Site& site);

  bool is_busy(std::uint32_t node) const { return busy_[node]; }
  /// True when a step may start on these nodes, which differ.
  bool fits(const std::vector<std::uint32_t>& nodes) const;
  /// True when nothing more may start anywhere.
  bool is_full() const;
  void take(const std::vector<std::uint32_t>& nodes);
  void give_back(const std::vector<std::uint32_t>& nodes);

 private:
  struct LabelLimit {
    std::size_t most = 0;                 // nodes with the same value
    std::vector<std::uint32_t> value_of;  // node → value; kNone: it lacks the label
    std::vector<std::size_t> under_load;  // per value
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::size_t slots_;    // of the virtual machine; 0: every entry is a machine
  std::size_t at_once_;  // 0: no limit
  std::vector<char> busy_;
  std::size_t steps_ = 0;
  std::size_t nodes_under_load_ = 0;
  std::vector<LabelLimit> limits_;
};

}  // namespace rackproof
