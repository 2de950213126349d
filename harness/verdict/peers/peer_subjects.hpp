// The subjects of a placement as peers: their cohorts, and what may be the cause when some of them stand out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/peers/peer_groups.hpp"

namespace rackproof {

/// Levels are rows of `texts`.
struct PeerSubjects {
  PeerColumns columns;
  std::vector<PeerFactor> causes;  ///< rack, labels and facts, also those of a device's node
  std::vector<std::string> texts;
  std::vector<std::string> cohort_text;  ///< by number: "m1, device/driver 13.0.1"
  std::vector<std::uint32_t>
      cohort_model;  ///< by number: cohorts with the same one differ in firmware and the like only
  std::vector<std::uint32_t> target;  ///< row of /targets
  /// "rack 7", "pdu b2": what shares a level of a factor.
  std::string text_of(const PeerFactor& factor, std::uint32_t level) const {
    return factor.name + " " + texts[level];
  }
};

/// A cohort has the same scope, model, and facts "device/driver", "device/firmware", "device/partition", "device/ecc",
/// "preflight/power_cap"; the definition is that of the series. Labels that every subject has alone, or that all have alike, are
/// left out. Throws Error when a subject stands there twice. Devices and nodes only.
PeerSubjects peer_subjects(const Results& results, Placement placement);
PeerSubjects peer_subjects(const CellReader& reader, Placement placement);

}  // namespace rackproof
