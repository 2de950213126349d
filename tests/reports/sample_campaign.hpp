// A small campaign made by hand: two racks of two nodes, a device, pairs, a group, and whatever a test adds.
#pragma once

#include <string>

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof::test {

inline constexpr const char* kHostTriad = "memory/host/triad:f64,cold";
inline constexpr const char* kGemm = "compute/device/gemm:f64,burst";
inline constexpr const char* kPingPong = "interconnect/host/pingpong:bytes=8";
inline constexpr const char* kAllreduce = "interconnect/host/allreduce:bytes=1048576";

struct Campaign {
  Results results;
  Limits limits;
  Verdicts verdicts;

  std::uint32_t target(const std::string& name) const;
  std::int32_t limit(const std::string& metric) const;
  VerdictCell& cell(const std::string& target, const std::string& case_id, const std::string& quantity);
  RollUp& rack(const std::string& name);
  Coverage& ledger(const std::string& target, const std::string& case_id);

  /// Everything planned of one case on one target, measured and passing, with the case's quantity `value`.
  void add_pass(const std::string& target, const std::string& case_id, const std::string& quantity,
                double value);
  /// Changes a gate and the value stored to a fail by its limit, its rack and the campaign to rejected.
  void make_fail(const std::string& target, const std::string& case_id, const std::string& quantity,
                 double value);
  /// Takes the measurement away: cell not judged, ledger not measured, its rack and the campaign undecided.
  void make_unmeasured(const std::string& target, const std::string& case_id, const std::string& quantity,
                       const std::string& reason);

 private:
  void store(std::uint32_t target, const std::string& case_id, const CellValue& value);
};

/// All accepted, everything measured, on four real nodes with host names.
Campaign accepted_campaign();

/// The same on virtual nodes of one host; rack2/node2 is slow, a pair is inconclusive, a device was never
/// reached.
Campaign rejected_campaign();

}  // namespace rackproof::test
