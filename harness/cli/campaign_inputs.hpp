// What a person gives for a campaign: plan, site, limits; and the folder that keeps them.
#pragma once

#include <filesystem>
#include <string>

#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"
#include "harness/record/journal.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/rated.hpp"

namespace rackproof {

struct CampaignOptions {
  std::string plan;
  std::string site;
  std::filesystem::path folder;
  std::string limits;   ///< empty: the file that the plan names
  std::string devices;  ///< rated values; empty: those beside the limits, else installed
  std::string
      shard;  ///< "0/4" of the site; empty: all of it, or when a campaign goes on, what it was begun with
};

struct CampaignInputs {
  Plan plan;
  Site site;  ///< of the shard
  Limits limits;
  RatedDevices rated{};  ///< empty: no limit needs them
};

/// With which a campaign that begins now draws samples of targets: the day, UTC.
std::string sample_key();

/// Everything that a person wrote for a new campaign, checked. Throws ConfigurationError; Error when the folder is not
/// new. Nothing is written.
CampaignInputs checked_inputs(const CampaignOptions& options);

/// Makes a folder with plan, site, setup script and limits.
void keep_inputs(const CampaignInputs& inputs, const std::filesystem::path& folder);

/// A new campaign: checks everything that a person wrote, and what `also_check` throws for, then makes its folder with
/// plan, site, setup script, limits and binaries.
/// Throws ConfigurationError; Error when the folder is not new: it may hold what the same command left that was ended
/// before the campaign began. Nothing is written before all is checked.
CampaignInputs begin_campaign(const CampaignOptions& options, void (*also_check)(const Site&) = nullptr);

/// The plan and site of the campaign in a folder. Throws Error when it holds none.
CampaignInputs read_campaign(const std::filesystem::path& folder);

/// The same, for a campaign that goes on. Throws Error when the files given differ from those that it was begun with: a
/// changed one would be another campaign.
CampaignInputs continue_campaign(const CampaignOptions& options);

/// True when nothing is left to do.
bool is_complete(const JournalContent& journal);

}  // namespace rackproof
