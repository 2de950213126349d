// The batch job of `rackproof plan --sbatch`.
#pragma once

#include "harness/base/exit_code.hpp"
#include "harness/cli/campaign_inputs.hpp"

namespace rackproof {

/// Writes a Slurm job array with a task for each shard of the site into a new folder, beside plan, site and limits:
///   shard.sbatch  runs one shard in its allocation, and goes on with it when it was begun
///   nodes.txt     "<shard> <number of nodes> <their addresses>", without nodes that the site declares absent
///   submit.sh     submits the array and gives each task its nodes, which sbatch cannot; its options are for sbatch
/// Throws as begin_campaign does, and Error for a site with another launcher than slurm or fewer racks than shards.
ExitCode write_sbatch(const CampaignOptions& options, int shards);

}  // namespace rackproof
