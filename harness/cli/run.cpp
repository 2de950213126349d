// rackproof run PLAN --site SITE -o FOLDER [--limits FILE] [--devices PATH] [--shard I/N] [--resume]
#include <fmt/format.h>

#include <memory>
#include <span>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/campaign_inputs.hpp"
#include "harness/cli/progress_line.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/launch/interrupt_signals.hpp"
#include "harness/plan/shard.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/manifest.hpp"
#include "harness/verdict/exclude_below.hpp"
#include "harness/verdict/gate_looks.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

Verdicts judged(const fs::path& folder, const Site& site) {
  try {
    Verdicts verdicts = conclude(folder, site);
    fmt::print("report: {}\n", (folder / kReportFile).string());
    return verdicts;
  } catch (const Error& error) {
    throw error.within(
        "what was measured is kept, its files are not all written; put right what follows, then "
        "continue with --resume");
  }
}

/// What the first node that could not be used said.
std::string first_trouble(const fs::path& folder) {
  for (const auto& entry : read_journal_without_samples(folder / kJournalFile).entries) {
    const auto& record = entry.record;
    if (record.value("type", "") != "notice" || record.value("kind", "") == "stopped") continue;
    const auto subjects = record.at("subjects").get<std::vector<std::string>>();
    if (subjects.size() == 1)
      return fmt::format("{}: {}", subjects.front(), record.at("evidence").get<std::string>());
  }
  return "see logs/";
}

void tell_shard(const Plan& plan, const Site& site) {
  if (site.shard.is_whole()) return;
  std::vector<std::string> names;
  for (const LeftOut& one : left_out_of(plan, site)) {
    if (one.scope == "pair") names.emplace_back("pairs between shards");
    names.insert(names.end(), one.names.begin(), one.names.end());
  }
  fmt::print(
      stderr, "shard {}/{}: {} of the site's racks, {} to {}{}{}\n", site.shard.index, site.shard.count,
      site.racks.size(), site.racks.front().name, site.racks.back().name,
      names.empty() ? "" : "; left out, as other shards have nodes of them, too: ", fmt::join(names, ", "));
}

ExitCode execute(const CampaignSettings& settings) {
  tell_shard(settings.plan, settings.site);
  InterruptSignals held_back;  // until all files are written: a second Ctrl-C must not cost what was measured
  CampaignEnd end;
  {
    ProgressLine line;
    end = run_campaign(settings, [&line](const Progress& progress) { line.show(progress); });
  }
  const Verdicts verdicts = judged(settings.folder, settings.site);
  if (end == CampaignEnd::interrupted) {
    held_back.keep();  // nor the exit code
    fmt::print(stderr, "interrupted; what was measured is kept; continue with --resume\n");
    return ExitCode::interrupted;
  }
  if (end == CampaignEnd::no_node) {
    fmt::print(stderr, "no node could be started; the first one: {}\n", first_trouble(settings.folder));
    return ExitCode::error;
  }
  if (end == CampaignEnd::stopped)
    fmt::print(stderr, "stopped before its end; what was measured is kept; continue with --resume\n");
  return verdicts.exit_code;
}

/// The limits that decide, before they judge anything, which nodes pairs and groups leave out.
IsBelow exclusion(const Limits& limits) {
  const ExcludeBelow below(limits);
  if (below.empty()) return {};
  return [below](const Target& target, const std::string& case_id, const std::string& quantity,
                 double value) { return below(case_id + "#" + quantity, target.scope, target.model, value); };
}

bool lets_launch_further(const Plan& plan) { return plan.most_launches > plan.launches; }

/// Where the plan lets cases have further launches: the limits say which.
LookAgain looks(const CampaignInputs& inputs) {
  const Plan& plan = inputs.plan;
  if (!lets_launch_further(plan)) return {};
  const auto gates = std::make_shared<const GateLooks>(
      inputs.limits, inputs.rated,
      PlannedLaunches{static_cast<std::size_t>(plan.launches), static_cast<std::size_t>(plan.most_launches),
                      plan.launch_component});
  return {[gates](const std::string& metric) { return gates->concerns(metric); },
          [gates](const Target& target, const std::string& metric, std::span<const Value> launches) {
            std::vector<LaunchInterval> series;
            for (const Value& launch : launches) series.push_back({launch.value, launch.lo, launch.hi});
            const Look look = gates->at(metric, target.scope, target.model, series);
            return LookAgain::Answer{look.at, look.failed};
          }};
}

ExitCode run_new(const CampaignOptions& options) {
  const CampaignInputs inputs = begin_campaign(options, require_launcher);
  return execute({inputs.plan, inputs.site, all_cases(), find_worker(), options.folder, options.plan,
                  options.site, false, exclusion(inputs.limits), looks(inputs)});
}

ExitCode resume(const CampaignOptions& options) {
  const fs::path& folder = options.folder;
  CampaignInputs inputs = continue_campaign(options);
  if (is_complete(read_journal_without_samples(folder / kJournalFile))) {
    if (fs::exists(folder / kManifestFile))
      throw Error(fmt::format("{} is complete; nothing is left to do", folder.string()));
    const InterruptSignals held_back;
    return judged(folder, inputs.site).exit_code;  // it died while it wrote its files
  }
  withdraw_manifest(folder);
  if (lets_launch_further(inputs.plan)) inputs.rated = rated_for(inputs.limits, folder / kLimitsFile, {});
  return execute({inputs.plan, inputs.site, all_cases(), find_worker(), folder, options.plan, options.site,
                  true, exclusion(inputs.limits), looks(inputs)});
}

}  // namespace

void declare_run(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<CampaignOptions>();
  auto is_resumed = std::make_shared<bool>(false);
  verb.add_option("plan", options->plan, "plan file")->required();
  verb.add_option("--site", options->site, "site file")->required();
  verb.add_option("-o,--output", options->folder, "folder of the campaign; must not hold one yet")
      ->required();
  verb.add_option("--limits", options->limits, "limits file; overrides the one that the plan names");
  verb.add_option("--devices", options->devices, "rated values, a file or folder, as for judge");
  verb.add_option("--shard", options->shard,
                  "I/N: only part I (0 to N-1) of the site's racks, which are divided into N by their nodes; "
                  "merge unites the results");
  verb.add_flag("--resume", *is_resumed, "continue the campaign in the folder: do only what is not finished");
  action = [options, is_resumed] { return *is_resumed ? resume(*options) : run_new(*options); };
}

}  // namespace rackproof
