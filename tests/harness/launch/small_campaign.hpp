// A campaign of two device cases on fake workers, and what its journal says of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/launch/campaign.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Two device cases, "memory/device/copy:f64" and "memory/device/scale:f64", with the quantity "bandwidth",
/// and a node case.
Catalogue fake_catalogue();
inline const std::string kCopy = "memory/device/copy:f64";
inline const std::string kScale = "memory/device/scale:f64";

struct SmallCampaign {
  std::vector<std::string> scripts{"ok"};  ///< one node with one device for each
  std::string cases = "\"memory/device/copy:f64\"";
  std::string settings = "launches = 1\nretries = 2";
  std::string site_settings = "virtual_on = \"here\"";
  std::string worker;  ///< empty: the fake worker

  Plan plan() const;
  Site site() const;
};

struct Journalled {
  CampaignEnd end = CampaignEnd::complete;
  std::vector<nlohmann::json> records;
  Progress last;

  std::vector<nlohmann::json> of(const std::string& type) const;
  std::vector<CaseEnd> case_ends(const std::string& case_id = kCopy,
                                 const std::string& target = "rack1/node1/dev0") const;
};

/// Runs it in a new folder, or goes on in the folder of an earlier call, and reads the journal.
Journalled run(const SmallCampaign& campaign, const std::filesystem::path& folder, bool resume = false);

/// A folder of this test, empty.
std::filesystem::path new_folder();

}  // namespace rackproof
