// The first record of a journal: everything that was promised, so that the journal explains itself.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/launch/campaign.hpp"

namespace rackproof {

/// Provenance, series, targets and promises, in the form that results/finalise.hpp describes.
nlohmann::json campaign_record(const CampaignSettings& settings);

}  // namespace rackproof
