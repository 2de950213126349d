#include "harness/cli/campaign_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/plan/campaign_size.hpp"
#include "harness/plan/expand.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/verdict/limits.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace fs = std::filesystem;

namespace {

fs::path limits_file(const CampaignOptions& options, const Plan& plan) {
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

}  // namespace

CampaignInputs begin_campaign(const CampaignOptions& options) {
  CampaignInputs inputs{read_plan(options.plan, all_cases()), read_site(options.site), {}};
  const Plan& plan = inputs.plan;
  const LaunchSettings& launch = inputs.site.launch;
  inputs.limits = read_limits(limits_file(options, plan), measurable(plan, all_cases()));
  find_worker();
  Expansion(plan, inputs.site, all_cases());
  check_campaign_size(inputs.site, options.site);
  require_new(options.folder);
  fs::create_directories(options.folder);
  write_durably(options.folder / kPlanFile, plan.text);
  write_durably(options.folder / kSiteFile, inputs.site.text);
  if (!launch.setup.empty()) write_durably(options.folder / launch.setup, launch.setup_text);
  write_durably(options.folder / kLimitsFile, inputs.limits.text);
  write_binaries(options.folder);
  return inputs;
}

CampaignInputs read_campaign(const fs::path& folder) {
  if (!fs::exists(folder / kJournalFile)) throw Error(fmt::format("{} holds no campaign", folder.string()));
  CampaignInputs inputs{read_plan(folder / kPlanFile, all_cases()), read_site(folder / kSiteFile), {}};
  inputs.limits = read_limits(folder / kLimitsFile, measurable(inputs.plan, all_cases()));
  return inputs;
}

CampaignInputs continue_campaign(const CampaignOptions& options) {
  const fs::path& folder = options.folder;
  CampaignInputs inputs = read_campaign(folder);
  if (read_file(options.plan) != inputs.plan.text || read_file(options.site) != inputs.site.text) {
    throw Error(
        fmt::format("plan or site differ from those that {} was started with; start a new campaign for them",
                    folder.string()));
  }
  if (read_site(options.site).launch.setup_text != inputs.site.launch.setup_text) {
    throw Error(fmt::format(
        "the setup script differs from the one that {} was started with; start a new campaign for it",
        folder.string()));
  }
  if (!options.limits.empty() && read_file(options.limits) != read_file(folder / kLimitsFile)) {
    throw Error(fmt::format(
        "limits differ from those that {} was started with; judge it with others when it is complete",
        folder.string()));
  }
  return inputs;
}

bool is_complete(const JournalContent& journal) {
  return std::ranges::any_of(journal.entries, [](const JournalEntry& entry) {
    return entry.record.value("type", "") == "campaign_end" && entry.record.value("ended", 1) == 0;
  });
}

}  // namespace rackproof
