// The campaign of `rackproof plan --emit`.
#pragma once

#include "harness/base/exit_code.hpp"
#include "harness/cli/campaign_inputs.hpp"

namespace rackproof {

/// Makes the campaign's folder as `run` does, or goes on with the one that is there, and writes the bundles of what is
/// left. Says on stdout what to do with them.
ExitCode emit_plan(const CampaignOptions& options);

}  // namespace rackproof
