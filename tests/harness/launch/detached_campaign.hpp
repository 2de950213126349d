// A campaign whose bundles are run by nobody but the test, which writes the journals that workers would.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/launch/collect.hpp"
#include "harness/launch/emit.hpp"
#include "harness/record/bundle_file.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {

/// How a bundle is run.
struct Work {
  std::string boot = "boot-1";             ///< who answers
  std::map<std::string, Status> statuses;  ///< of cases; otherwise ok
  int cases = -1;                          ///< the machine dies in the case after these many; -1: never
};

class DetachedCampaign {
 public:
  /// Makes the campaign in a folder that is there.
  DetachedCampaign(const SmallCampaign& campaign, std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path journal() const { return folder_ / "journal.jsonl"; }
  std::vector<EmittedBundle> emit() const;
  BundleFile bundle(const std::string& name) const;
  /// Runs a bundle, or goes on with it, and returns its journal.
  std::filesystem::path work(const std::string& name, const std::string& journal_name,
                             const Work& how = {}) const;
  Collected collect(const std::vector<std::filesystem::path>& journals, bool close = false) const;

  std::vector<nlohmann::json> records(const std::string& type) const;
  /// "rack1/node1/dev0 memory/device/copy:f64 launch 0 attempt 0: ok" of every case that ended.
  std::multiset<std::string> ends() const;

 private:
  CampaignSettings settings() const;

  Plan plan_;
  Site site_;
  std::filesystem::path folder_;
};

/// The lines of a journal after `change` was applied to each record; every checksum fits again.
void rewrite(const std::filesystem::path& journal, const std::function<void(nlohmann::json&)>& change);

}  // namespace rackproof
