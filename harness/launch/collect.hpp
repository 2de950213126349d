// Journals of workers that ran without a harness, brought into their campaign.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/launch/campaign.hpp"

namespace rackproof {

struct Collected {
  std::uint64_t steps_new = 0;
  std::uint64_t steps_known = 0;     ///< that the campaign had already, with the same content
  std::vector<std::string> refused;  ///< one line for each journal or step that is not believed
  std::vector<std::string>
      incomplete;  ///< one line for each step that is left for a longer copy of its journal
  CampaignEnd end = CampaignEnd::interrupted;  ///< interrupted while something is left to do
};

/// Brings worker's journals into the campaign in `settings`.folder, step by step: a step is taken whole or not at all,
/// also when this process or its machine dies. What a worker says is checked as when it is attached, and
/// - the journal must be of this campaign;
/// - the step must be one of the plan, in an attempt that the campaign still needs;
/// - its end record must match: with `close`, a step without one is closed, its open case preempted.
/// Files may come in any order and repeatedly; of two journals that differ in a step the second is refused. When it
/// returns, the journal is durable and says how the campaign ended. Throws Error when the campaign's own journal
/// cannot be used (in use, disk full, begun with other definitions); what was taken stays.
Collected collect(const CampaignSettings& settings, const std::vector<std::filesystem::path>& journals,
                  bool close);

}  // namespace rackproof
