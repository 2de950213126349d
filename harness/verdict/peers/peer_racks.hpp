// Racks as subjects: what several racks that stand out have in common.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/verdict/peers/common_cause.hpp"
#include "harness/verdict/peers/peer_subjects.hpp"

namespace rackproof {

class PeerRacks {
 public:
  explicit PeerRacks(const PeerSubjects& subjects);

  /// Causes over the racks with at least 8 of `measured` (subjects), of which `flagged` (numbers of racks) stand out. Their members
  /// are numbers of racks. A rack has a level when all its subjects have that one.
  std::vector<CommonCause> causes(std::span<const std::uint32_t> measured,
                                  std::span<const std::uint32_t> flagged) const;

 private:
  std::vector<std::uint32_t> racks_;  ///< their numbers, ascending
  std::vector<std::uint32_t> place_;  ///< of each subject's rack among them; kNoGroup: it has none
  std::vector<PeerFactor> factors_;   ///< by place among them, in the order of PeerSubjects::causes
};

}  // namespace rackproof
