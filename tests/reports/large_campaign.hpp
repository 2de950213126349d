// Racks of many devices, for sizes and caps.
#pragma once

#include "tests/reports/sample_campaign.hpp"

namespace rackproof::test {

struct LargeCampaign {
  std::size_t racks = 1;
  std::size_t devices = 72;  ///< of a rack, on one node for each eight
  std::size_t metrics = 60;  ///< gates of a device
  std::size_t bad = 0;       ///< of a rack: that many cells fail, the first ones
};

/// Everything measured once and judged; a rack with a failing cell is rejected. One group spans all racks when there are several, and
/// its one gate fails.
Campaign large_campaign(const LargeCampaign& size);

}  // namespace rackproof::test
