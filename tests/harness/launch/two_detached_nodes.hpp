// Two nodes with two launches of two cases each, whose workers ran detached.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "harness/launch/collect.hpp"
#include "tests/harness/launch/detached_campaign.hpp"

namespace rackproof {

namespace fs = std::filesystem;
using Ends = std::multiset<std::string>;

inline const std::string kFirstNode = "rack1%2Fnode1";
inline const std::string kSecondNode = "rack1%2Fnode2";

inline SmallCampaign two_nodes(const std::string& settings = "launches = 2\nretries = 1") {
  SmallCampaign small;
  small.scripts = {"one", "two"};
  small.cases = "\"memory/device/copy:f64\", \"memory/device/scale:f64\"";
  small.settings = settings;
  return small;
}

/// Two nodes, two launches, two cases: everything ended ok once.
inline Ends everything() {
  Ends all;
  for (const std::string node : {"rack1/node1/dev0", "rack1/node2/dev0"}) {
    for (const auto& id : {kCopy, kScale}) {
      for (const char* launch : {"0", "1"})
        all.insert(node + " " + id + " launch " + launch + " attempt 0: ok");
    }
  }
  return all;
}

class CollectTest : public ::testing::Test {
 protected:
  ~CollectTest() override { fs::remove_all(folder_); }

  DetachedCampaign emitted(const SmallCampaign& small) const {
    DetachedCampaign campaign(small, folder_);
    campaign.emit();
    return campaign;
  }
  static void expect_refused(const Collected& collected, const std::string& why, std::size_t times = 1) {
    ASSERT_EQ(collected.refused.size(), times) << why;
    EXPECT_NE(collected.refused[0].find(why), std::string::npos) << collected.refused[0];
    EXPECT_EQ(std::ranges::count(collected.refused[0], '\n'), 0);
  }

  fs::path folder_ = new_folder();
};

}  // namespace rackproof
