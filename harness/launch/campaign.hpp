// One execution of a plan on a site: starts workers, takes their records into the journal, retries machinery.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/launch/further_launches.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/screening.hpp"
#include "harness/plan/expand.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"
#include "harness/record/journal.hpp"

namespace rackproof {

struct CampaignSettings {
  const Plan& plan;
  const Site& site;
  Catalogue catalogue;
  WorkerFiles files;
  std::filesystem::path folder;  ///< of the campaign: journal.jsonl, logs/
  std::string plan_file;         ///< as given, for provenance
  std::string site_file;
  bool resume = false;
  IsBelow is_below = {};      ///< from the limits' exclude_below
  LookAgain look_again = {};  ///< from the limits, where the plan lets a case have further launches
};

/// What is known while it runs; handed to the progress display.
struct Progress {
  std::uint64_t steps_done = 0;
  std::uint64_t steps_total = 0;
  std::uint64_t cases_ok = 0;
  std::uint64_t cases_not_ok = 0;
  std::string running;  ///< "rack1/node2 memory/host/triad:f64,cold"
  double seconds = 0;
  double seconds_left = 0;  ///< from the plan's estimates and the pace so far
};
using ShowProgress = std::function<void(const Progress&)>;

enum class CampaignEnd {
  complete,
  interrupted,  ///< SIGINT or SIGTERM
  no_node,      ///< no node of the site could be started or used
  stopped       ///< over its time, or more trouble than the plan allows; a notice says which
};

/// Runs until the plan is through, SIGINT or SIGTERM came, or it is to stop. The journal is durable when it returns; no
/// process of the campaign is left. Throws Error when the campaign cannot go on (disk full, journal in use);
/// what was recorded stays.
CampaignEnd run_campaign(const CampaignSettings& settings, const ShowProgress& show);

}  // namespace rackproof
