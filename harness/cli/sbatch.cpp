#include "harness/cli/sbatch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/shell_quoting.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/plan/shard.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSubmit = R"sh(#!/bin/sh
# Submits the array and prints its number. sbatch would give all tasks the same nodes, so each gets those of its shard
# while the array is held. Options, such as --partition and --time, go to sbatch.
set -eu
cd "$(dirname "$0")"
job=$(sbatch --parsable --hold "$@" shard.sbatch)
job=${job%%;*}
trap 'scancel "$job"' EXIT
while read -r shard count nodes; do
  scontrol update JobId="${job}_$shard" NumNodes="$count" ReqNodeList="$nodes"
done <nodes.txt
scontrol release "$job"
trap - EXIT
echo "$job"
)sh";

// `exec`, so that Slurm's signal before the end of its time reaches rackproof, which keeps what it measured.
constexpr const char* kShard = R"sh(#!/bin/sh
# One shard of the site in each task of the array: start it with submit.sh.
#SBATCH --job-name=rackproof
#SBATCH --array=0-{last}
#SBATCH --nodes={most}
#SBATCH --exclusive
#SBATCH --output=shard.%a.log
#SBATCH --signal=B:TERM@120
shard=$SLURM_ARRAY_TASK_ID
resume=
if [ -e "out.$shard/journal.jsonl" ]; then resume=--resume; fi
exec {program} run plan.toml --site site.toml --limits limits.toml --shard "$shard/{count}" -o "out.$shard" $resume
)sh";

std::vector<std::string> addresses_of(const Site& site) {
  std::vector<std::string> addresses;
  for (const SiteNode& node : site.nodes) {
    if (node.absent.empty() && std::ranges::find(addresses, node.address) == addresses.end())
      addresses.push_back(node.address);
  }
  return addresses;
}

void write_program(const fs::path& file, const std::string& text) {
  write_durably(file, text);
  fs::permissions(file, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                  fs::perm_options::add);
}

}  // namespace

ExitCode write_sbatch(const CampaignOptions& options, int shards) {
  const CampaignInputs inputs = checked_inputs(options);
  if (inputs.site.launcher != "slurm") {
    throw Error(fmt::format("{}: launcher \"{}\" starts nothing by Slurm; write launcher = \"slurm\"",
                            options.site, inputs.site.launcher));
  }
  std::string nodes;
  std::size_t most = 0;
  for (int shard = 0; shard < shards; ++shard) {
    const auto addresses = addresses_of(site_of_shard(inputs.site, {shard, shards}));
    if (addresses.empty())
      throw Error(fmt::format("all nodes of shard {}/{} are declared absent", shard, shards));
    nodes += fmt::format("{} {} {}\n", shard, addresses.size(), fmt::join(addresses, ","));
    most = std::max(most, addresses.size());
  }
  const auto program = fs::canonical("/proc/self/exe").string();
  keep_inputs(inputs, options.folder);
  write_durably(options.folder / "nodes.txt", nodes);
  write_program(options.folder / "shard.sbatch",
                fmt::format(kShard, fmt::arg("last", shards - 1), fmt::arg("most", most),
                            fmt::arg("count", shards), fmt::arg("program", shell_quoted(program))));
  write_program(options.folder / "submit.sh", kSubmit);
  fmt::print("{0} shards in {1}. {1}/submit.sh submits them; then: rackproof merge -o FILE {1}/out.*\n",
             shards, options.folder.string());
  return ExitCode::accepted;
}

}  // namespace rackproof
