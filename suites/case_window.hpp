// What stands around the window of one case on all ranks: counters, and the path that its messages took.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/measure/counter_window.hpp"
#include "harness/measure/group.hpp"
#include "harness/measure/path_proof.hpp"
#include "harness/record/bundle.hpp"

namespace rackproof {

/// How the ranks of a job lie on machines.
struct RankPlace {
  bool is_first = true;      ///< of the ranks on its machine: it reads what the host counts
  std::size_t machines = 1;  ///< of all ranks
  bool are_apart = true;     ///< every rank has a machine of its own
};
/// `machine`: what tells this rank's machine from others. All ranks call it.
RankPlace find_place(const Group& group, const std::string& machine);

/// The path that messages between ranks are meant to take.
struct StatedPath {
  std::string interface;  ///< as the site names it; empty: none is stated
  double share = 0;
};
StatedPath stated_path(const Bundle& bundle, const RankPlace& place);

class CaseWindow {
 public:
  /// Begins. `system` and `devices` outlive it.
  CaseWindow(const SystemRoot& system, std::span<const Device> devices, const RankPlace& place,
             const StatedPath& path);

  /// Where the case counts the bytes of its messages on this rank.
  std::uint64_t* message_bytes() { return &message_bytes_; }
  /// All ranks call it after a case that ended well. Throws AgreedStop (wrong) on all when the messages of one rank went
  /// elsewhere. Where no message was counted, or no path is stated, nothing is asked.
  void prove(const Group& group);
  /// What was counted on all ranks, on rank 0. All ranks call it.
  CounterDeltas close(const Group& group) const;

 private:
  Reading<double> bytes_over_path() const;
  /// RDMA moves bytes that an interface does not count.
  bool may_bypass_kernel() const;

  CounterWindow counters_;
  const SystemRoot& system_;
  RankPlace place_;
  StatedPath path_;
  Reading<std::vector<std::string>> interfaces_;
  Reading<double> bytes_before_;
  std::uint64_t message_bytes_ = 0;
  CounterDeltas of_path_;
};

}  // namespace rackproof
