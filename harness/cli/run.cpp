// rackproof run PLAN --site SITE -o FOLDER [--limits FILE] [--resume]
#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/progress_line.hpp"
#include "harness/cli/verb.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/launch/interrupt_signals.hpp"
#include "harness/record/durable_file.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct RunOptions {
  std::string plan;
  std::string site;
  std::string folder;
  std::string limits;
  bool resume = false;
};

fs::path limits_file(const RunOptions& options, const Plan& plan) {
  if (!options.limits.empty()) return options.limits;
  if (plan.limits.empty()) {
    throw ConfigurationError(
        {{options.plan, 0, "the plan names no limits", "write limits = \"FILE\" or give --limits FILE"}});
  }
  return fs::path(options.plan).parent_path() / plan.limits;
}

void require_new(const fs::path& folder) {
  if (!fs::exists(folder)) return;
  if (!fs::is_directory(folder))
    throw Error(fmt::format("{} is a file; give a folder that does not exist yet", folder.string()));
  if (fs::exists(folder / kJournalFile)) {
    throw Error(fmt::format("{} already holds a campaign; continue it with --resume or give another folder",
                            folder.string()));
  }
  if (!fs::is_empty(folder))
    throw Error(fmt::format("{} is not empty; give a folder that does not exist yet", folder.string()));
}

Verdicts judged(const fs::path& folder) {
  Verdicts verdicts = conclude(folder);
  fmt::print("report: {}\n", (folder / kReportFile).string());
  return verdicts;
}

ExitCode execute(const CampaignSettings& settings) {
  InterruptSignals held_back;  // until all files are written: a second Ctrl-C must not cost what was measured
  CampaignEnd end;
  {
    ProgressLine line;
    end = run_campaign(settings, [&line](const Progress& progress) { line.show(progress); });
  }
  const Verdicts verdicts = judged(settings.folder);
  if (end == CampaignEnd::interrupted) {
    held_back.keep();  // nor the exit code
    fmt::print(stderr, "interrupted; what was measured is kept; continue with --resume\n");
    return ExitCode::interrupted;
  }
  return verdicts.exit_code;
}

/// A new campaign: everything a person wrote is checked before the first file is made.
ExitCode run_new(const RunOptions& options) {
  const Plan plan = read_plan(options.plan, all_cases());
  const Site site = read_site(options.site);
  const Limits limits = read_limits(limits_file(options, plan), measurable(plan, all_cases()));
  const CampaignSettings settings{plan,           site,         all_cases(),  find_worker(),
                                  options.folder, options.plan, options.site, false};
  Expansion(plan, site, all_cases());
  require_launcher(site);
  require_new(settings.folder);
  fs::create_directories(settings.folder);
  write_durably(settings.folder / kPlanFile, plan.text);
  write_durably(settings.folder / kSiteFile, site.text);
  if (!site.launch.setup.empty()) write_durably(settings.folder / site.launch.setup, site.launch.setup_text);
  write_durably(settings.folder / kLimitsFile, limits.text);
  write_binaries(settings.folder);
  return execute(settings);
}

/// The plan and site of the campaign stand in its folder; a changed one would be another campaign.
ExitCode resume(const RunOptions& options) {
  const fs::path folder = options.folder;
  if (!fs::exists(folder / kJournalFile))
    throw Error(fmt::format("{} holds no campaign to resume", folder.string()));
  const Plan plan = read_plan(folder / kPlanFile, all_cases());
  const Site site = read_site(folder / kSiteFile);
  if (read_file(options.plan) != plan.text || read_file(options.site) != site.text) {
    throw Error(
        fmt::format("plan or site differ from those that {} was started with; start a new campaign for them",
                    folder.string()));
  }
  if (read_site(options.site).launch.setup_text != site.launch.setup_text) {
    throw Error(fmt::format(
        "the setup script differs from the one that {} was started with; start a new campaign for it",
        folder.string()));
  }
  if (!options.limits.empty() && read_file(options.limits) != read_file(folder / kLimitsFile)) {
    throw Error(fmt::format(
        "limits differ from those that {} was started with; judge it with others when it is complete",
        folder.string()));
  }
  const auto journal = read_journal(folder / kJournalFile);
  for (const auto& entry : journal.entries) {
    if (entry.record.value("type", "") == "campaign_end" && entry.record.value("ended", 1) == 0) {
      if (fs::exists(folder / kManifestFile))
        throw Error(fmt::format("{} is complete; nothing is left to do", folder.string()));
      const InterruptSignals held_back;
      return judged(folder).exit_code;  // it died while it wrote its files
    }
  }
  return execute({plan, site, all_cases(), find_worker(), folder, options.plan, options.site, true});
}

}  // namespace

void declare_run(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<RunOptions>();
  verb.add_option("plan", options->plan, "plan file")->required();
  verb.add_option("--site", options->site, "site file")->required();
  verb.add_option("-o,--output", options->folder, "folder of the campaign; must not hold one yet")
      ->required();
  verb.add_option("--limits", options->limits, "limits file; overrides the one that the plan names");
  verb.add_flag("--resume", options->resume,
                "continue the campaign in the folder: do only what is not finished");
  action = [options] { return options->resume ? resume(*options) : run_new(*options); };
}

}  // namespace rackproof
