#include "harness/cli/campaign_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/plan/campaign_size.hpp"
#include "harness/plan/expand.hpp"
#include "harness/plan/shard.hpp"
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

/// That a campaign was begun with.
Shard recorded_shard(const fs::path& folder) {
  const auto campaign = JournalReader(folder / kJournalFile).next();
  if (!campaign || !campaign->record.contains("shard")) return {};
  const auto& shard = campaign->record.at("shard");
  return {shard.at("index"), shard.at("count")};
}

/// With which a campaign drew samples of targets.
std::string recorded_sample_key(const fs::path& folder) {
  const auto campaign = JournalReader(folder / kJournalFile).next();
  return campaign && campaign->record.contains("sample_key")
             ? campaign->record.at("sample_key").get<std::string>()
             : std::string();
}

/// Name → text of what a person gave. The folder keeps it.
using GivenFiles = std::map<std::string, std::string>;

GivenFiles given_files(const CampaignInputs& inputs) {
  GivenFiles files{
      {kPlanFile, inputs.plan.text}, {kSiteFile, inputs.site.text}, {kLimitsFile, inputs.limits.text}};
  const LaunchSettings& launch = inputs.site.launch;
  if (!inputs.rated.rows().empty()) files.emplace(kRatedFile, to_toml(inputs.rated));
  if (!inputs.site.serials.empty()) files.emplace(inputs.site.serials, inputs.site.serials_text);
  if (!launch.setup.empty()) files.emplace(launch.setup, launch.setup_text);
  return files;
}

/// True for what the same command left when it was ended before its campaign began.
bool is_left_over(const fs::path& file, const GivenFiles& given) {
  const std::string name = file.filename();
  const auto is_draft = [&](const std::string& of) { return name == of + ".tmp"; };
  if (name == kBinariesFile || is_draft(kBinariesFile) || is_draft(kJournalFile)) return true;
  return std::ranges::any_of(given, [&](const auto& one) {
    return is_draft(one.first) || (name == one.first && read_file(file) == one.second);
  });
}

void require_new(const fs::path& folder, const GivenFiles& given) {
  if (!fs::exists(folder)) return;
  if (!fs::is_directory(folder))
    throw Error(fmt::format("{} is a file; give a folder that does not exist yet", folder.string()));
  if (fs::exists(folder / kJournalFile)) {
    throw Error(fmt::format("{} already holds a campaign; continue it with --resume or give another folder",
                            folder.string()));
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!is_left_over(entry.path(), given)) {
      throw Error(fmt::format("{} is not empty ({}); give a folder that does not exist yet", folder.string(),
                              printable(entry.path().filename().string())));
    }
  }
}

}  // namespace

std::string sample_key() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  ::gmtime_r(&now, &day);
  return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

CampaignInputs checked_inputs(const CampaignOptions& options) {
  CampaignInputs inputs{read_plan(options.plan, all_cases()), read_site(options.site), {}, {}};
  const Plan& plan = inputs.plan;
  check_case_times(plan, all_cases());
  const fs::path limits = limits_file(options, plan);
  inputs.limits = read_limits(limits, measurable(plan, all_cases()));
  inputs.rated = rated_for(inputs.limits, limits, options.devices);
  inputs.plan.sample_key = sample_key();
  find_worker();
  Expansion(plan, inputs.site, all_cases());  // the whole site: a shard may lack what others have
  if (!options.shard.empty()) inputs.site = site_of_shard(std::move(inputs.site), parse_shard(options.shard));
  check_campaign_size(inputs.site, options.site);
  require_new(options.folder, given_files(inputs));
  return inputs;
}

void keep_inputs(const CampaignInputs& inputs, const fs::path& folder) {
  fs::create_directories(folder);
  for (const auto& [name, text] : given_files(inputs)) write_durably(folder / name, text);
}

CampaignInputs begin_campaign(const CampaignOptions& options, void (*also_check)(const Site&)) {
  CampaignInputs inputs = checked_inputs(options);
  if (also_check != nullptr) also_check(inputs.site);
  keep_inputs(inputs, options.folder);
  write_binaries(options.folder);
  return inputs;
}

CampaignInputs read_campaign(const fs::path& folder) {
  if (!fs::exists(folder / kJournalFile)) {
    throw Error(fmt::format("{} holds no campaign; start it with the same command without --resume",
                            folder.string()));
  }
  CampaignInputs inputs{read_plan(folder / kPlanFile, all_cases()), read_site(folder / kSiteFile), {}, {}};
  inputs.limits = read_limits(folder / kLimitsFile, measurable(inputs.plan, all_cases()));
  inputs.site = site_of_shard(std::move(inputs.site), recorded_shard(folder));
  inputs.plan.sample_key = recorded_sample_key(folder);
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
  if (!options.shard.empty() && parse_shard(options.shard) != inputs.site.shard) {
    throw Error(fmt::format("{} is a campaign of shard {}/{}; start a new campaign for another",
                            folder.string(), inputs.site.shard.index, inputs.site.shard.count));
  }
  const Site given = read_site(options.site);  // with the files beside it
  if (given.launch.setup_text != inputs.site.launch.setup_text) {
    throw Error(fmt::format(
        "the setup script differs from the one that {} was started with; start a new campaign for it",
        folder.string()));
  }
  if (given.serials_text != inputs.site.serials_text) {
    throw Error(fmt::format("{} differs from the one that {} was started with; start a new campaign for it",
                            inputs.site.serials, folder.string()));
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
