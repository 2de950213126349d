// rackproof plan PLAN --site SITE [--json]
// rackproof plan PLAN --site SITE --emit DIR [--limits FILE]
// rackproof plan PLAN --site SITE --sbatch DIR [--shards N] [--limits FILE]
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/cli/emit.hpp"
#include "harness/cli/sbatch.hpp"
#include "harness/cli/verb.hpp"
#include "harness/plan/expand.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

struct PlanOptions {
  CampaignOptions campaign;  ///< its folder: of --emit or --sbatch
  int shards = 1;
  bool json = false;
};

ExitCode show_plan(const PlanOptions& options) {
  const Plan plan = read_plan(options.campaign.plan, all_cases());
  const Site site = read_site(options.campaign.site);
  Expansion expansion(plan, site, all_cases());
  double seconds = 0;
  nlohmann::json steps = nlohmann::json::array();
  if (!options.json)
    fmt::print("{:8} {:6} {:28} {:>8}  {}\n", "step", "launch", "target", "estimate", "cases");
  while (const auto step = expansion.next_step()) {
    seconds += step->estimate_s;
    if (options.json) {
      steps.push_back({{"step", step->id},
                       {"launch", step->launch},
                       {"target", step->target.name},
                       {"placement", step->target.scope},
                       {"cases", step->cases},
                       {"estimate_s", step->estimate_s}});
    } else {
      fmt::print("{:8} {:6} {:28} {:>6.1f} s  {}\n", step->id, step->launch + 1, step->target.name,
                 step->estimate_s, fmt::join(step->cases, " "));
    }
  }
  if (options.json) {
    fmt::print(
        "{}\n",
        nlohmann::json{{"plan", plan.name}, {"site", site.name}, {"estimate_s", seconds}, {"steps", steps}}
            .dump(2));
  } else {
    fmt::print("estimated time: {:.0f} s, one step at a time\n", seconds);
  }
  return ExitCode::accepted;
}

}  // namespace

void declare_plan(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<PlanOptions>();
  verb.add_option("plan", options->campaign.plan, "plan file")->required();
  verb.add_option("--site", options->campaign.site, "site file")->required();
  auto* const json = verb.add_flag("--json", options->json, "one JSON object on stdout");
  auto* const emit = verb.add_option("--emit", options->campaign.folder,
                                     "make or continue the campaign in this folder: write what is left as "
                                     "bundles, for nodes without a "
                                     "connection")
                         ->excludes(json);
  auto* const sbatch =
      verb.add_option("--sbatch", options->campaign.folder,
                      "write a job array of Slurm into this new folder: a campaign for each shard")
          ->excludes(json)
          ->excludes(emit);
  verb.add_option("--shards", options->shards, "number of shards, each of at least one rack")
      ->needs(sbatch)
      ->check(CLI::Range(1, 10'000));
  verb.add_option("--limits", options->campaign.limits,
                  "limits file of these campaigns; overrides the one that the plan names");
  action = [options, emit, sbatch] {
    if (sbatch->count() > 0) return write_sbatch(options->campaign, options->shards);
    if (emit->count() > 0) return emit_plan(options->campaign);
    if (!options->campaign.limits.empty()) throw Error("--limits goes with --emit or --sbatch");
    return show_plan(*options);
  };
}

}  // namespace rackproof
