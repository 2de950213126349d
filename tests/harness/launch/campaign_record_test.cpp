#include "harness/launch/campaign_record.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

class CampaignRecordTest : public ::testing::Test {
 protected:
  CampaignRecordTest() {
    SmallCampaign campaign;
    campaign.scripts = {"one", "two"};
    site_ = campaign.site();
    site_.nodes[1].absent = "not delivered";
    site_.nodes[1].devices.edit()[0].model = "other";
    site_.nodes[0].devices.edit()[0].serial = "S1";
    plan_ = parse_plan(R"(schema = 1
name = "p"
launches = 3
seed = 7
[[run]]
cases = ["memory/device/copy:f64", "memory/device/scale:f64"]
placement = "device"
[[exempt]]
case = "memory/device/scale:f64"
model = "d"
reason = "no such unit"
)",
                       "plan.toml", fake_catalogue());
    record_ = campaign_record({plan_, site_, fake_catalogue(), {}, "/none", "p.toml", "s.toml", false});
  }

  std::string target_name(const nlohmann::json& row) const {
    return record_.at("targets").at(row.get<std::size_t>()).at("name");
  }

  Site site_;
  Plan plan_;
  nlohmann::json record_;
};

TEST_F(CampaignRecordTest, SaysWhatTheCampaignIs) {
  EXPECT_EQ(record_.at("type"), "campaign");
  EXPECT_EQ(record_.at("id").get<std::string>().size(), 36u);
  EXPECT_EQ(record_.at("catalogue_hash"), catalogue_hash(fake_catalogue()));
  EXPECT_EQ(record_.at("plan").at("text"), plan_.text);
  EXPECT_EQ(record_.at("site").at("text"), site_.text);
  EXPECT_EQ(record_.at("seed"), 7);
  EXPECT_EQ(record_.at("launches"), 3);
}

TEST_F(CampaignRecordTest, HoldsEveryNodeAndTargetOnce) {
  std::multiset<std::string> names;
  for (const auto& target : record_.at("targets")) names.insert(target.at("name"));
  EXPECT_EQ(names, (std::multiset<std::string>{"rack1/node1", "rack1/node1/dev0", "rack1/node2",
                                               "rack1/node2/dev0"}));
  for (const auto& target : record_.at("targets")) {
    const std::string name = target.at("name");
    const bool second = name.find("node2") != std::string::npos;
    EXPECT_EQ(target.at("absent"), second ? "not delivered" : "") << name;
    EXPECT_EQ(target.at("rack"), "rack1");
    EXPECT_EQ(target.at("virtual"), true);
    EXPECT_EQ(target.at("serial"), name == "rack1/node1/dev0" ? "S1" : "") << name;
    // members are rows of targets
    EXPECT_EQ(target_name(target.at("members").at(0)), second ? "rack1/node2" : "rack1/node1") << name;
  }
}

TEST_F(CampaignRecordTest, PromisesEveryCaseOnEveryTargetAlsoWhereNothingRuns) {
  std::map<std::pair<std::string, std::string>, std::string> promises;
  for (const auto& promise : record_.at("promises")) {
    promises[{target_name(promise.at("target")), promise.at("case")}] = promise.at("exempt");
  }
  ASSERT_EQ(promises.size(), 4u);
  EXPECT_EQ(promises.at({"rack1/node1/dev0", kCopy}), "");
  EXPECT_EQ(promises.at({"rack1/node1/dev0", kScale}), "no such unit");
  EXPECT_EQ(promises.at({"rack1/node2/dev0", kCopy}), "");
  EXPECT_EQ(promises.at({"rack1/node2/dev0", kScale}), "");
}

TEST_F(CampaignRecordTest, DefinesTheQuantitiesOfThePlannedCasesOnly) {
  ASSERT_EQ(record_.at("series").size(), 2u);
  EXPECT_EQ(record_.at("series")[0].at("case"), kCopy);
  EXPECT_EQ(record_.at("series")[1].at("case"), kScale);
  EXPECT_EQ(record_.at("series")[0].at("unit"), "B/s");
  EXPECT_NE(record_.at("series")[0].at("definition_hash"), record_.at("series")[1].at("definition_hash"));
}

}  // namespace
}  // namespace rackproof
