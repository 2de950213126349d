// Nodes and devices that must not be measured as they are: nothing is, and the verdict says why.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

const std::string kTriadErrors = std::string(kTriad) + "#wrong_elements";

/// Node "r1/n1" with a device of the fault backend; `node` goes into [[node]], `more` behind it.
std::string site_text(const std::string& options, const std::string& node, const std::string& more) {
  return fmt::format(
      "schema = 1\nname = \"s\"\n[[rack]]\nname = \"r1\"\n[[node]]\nname = \"r1/n1\"\nrack = \"r1\"\n"
      "address = \"localhost\"\nmodel = \"m\"\n{}\n{}\n[[node.device]]\nname = \"dev0\"\nbackend = "
      "\"fault\"\n"
      "model = \"fault-device\"\noptions = \"{}\"\n",
      node, more, options);
}

class Precondition : public testing::Test {
 protected:
  /// A campaign of one short case in two launches.
  void run(const std::string& site, const std::string& more_of_plan = "", const std::string& when = "") {
    PlanText plan;
    plan.cases = {kTriad};
    plan.retries = 2;
    plan.more = more_of_plan;
    campaign_.emplace(plan.text(), site, limits_text({{kTriadErrors, "exact = 0" + when}}));
    finished_ = campaign_->run();
    judged_ = campaign_->judged();
  }
  std::string reason(const std::string& metric_or_case) const {
    return cell_of(judged_, "r1/n1/dev0", metric_or_case).at("reason");
  }
  std::string verdict(const std::string& metric_or_case) const {
    return cell_of(judged_, "r1/n1/dev0", metric_or_case).at("verdict");
  }
  /// "promised found" of the facts of an item.
  std::vector<std::string> facts(const std::string& target, const std::string& item) const {
    std::vector<std::string> found;
    const nlohmann::json shown = campaign_->shown();
    for (const auto& fact : shown.at("facts")) {
      if (fact.at("target") == target && fact.at("key") == "preflight/" + item)
        found.push_back(fact.at("promised").get<std::string>() + " " + fact.at("found").get<std::string>());
    }
    return found;
  }
  std::optional<SmallCampaign> campaign_;
  Finished finished_;
  nlohmann::json judged_;
};

TEST_F(Precondition, ADeviceInAnotherModeIsNotJudgedAndNotTriedAgain) {
  run(site_text("fault=none,compute_mode=exclusive", "", "[node.requires]\ncompute_mode = \"default\""));
  EXPECT_EQ(finished_.exit_code, 2) << finished_.out << finished_.err;
  EXPECT_EQ(verdict(kTriad), "not_judged");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "precondition compute_mode: found exclusive, needs default",
                      reason(kTriad));
  EXPECT_EQ(verdict(kTriadErrors), "not_judged");
  const auto attempts = campaign_->attempts("r1/n1/dev0", kTriad);
  ASSERT_EQ(attempts.size(), 2u) << "one in each launch";
  for (const CaseEnd& attempt : attempts) {
    EXPECT_EQ(attempt.outcome.status, Status::skipped);
    EXPECT_EQ(attempt.outcome.phase, Phase::launch);
  }
  EXPECT_EQ(facts("r1/n1/dev0", "compute_mode"), std::vector<std::string>{"default exclusive"});
}

/// Nobody has asked for a mode, or for a device of one's own, here: the backend does.
TEST_F(Precondition, ADeviceThatItsBackendDoesNotOpenIsNotJudged) {
  for (const auto& [options, why] : {std::pair{"fault=none,compute_mode=prohibited",
                                               "its compute mode, prohibited, lets no process use it"},
                                     std::pair{"fault=held", "fault-0: process 4711 is on it"}}) {
    run(site_text(options, "", ""));
    EXPECT_EQ(finished_.exit_code, 2) << finished_.out << finished_.err;
    for (const std::string& of : {std::string(kTriad), kTriadErrors})
      EXPECT_EQ(verdict(of), "not_judged") << of;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, why, reason(kTriad));
    for (const auto& cell : campaign_->shown().at("cells"))
      EXPECT_TRUE(cell.at("value").is_null()) << cell.dump();
  }
}

TEST_F(Precondition, WhatIsMetOrOnlyNotedIsMeasured) {
  run(site_text("fault=none,power_limit=300", "",
                "[node.requires]\ncompute_mode = \"default\"\npower_cap = \"default\"\ncores = 1"),
      "[preflight]\npower_cap = \"record\"\nload = \"off\"\n");
  EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
  EXPECT_EQ(facts("r1/n1/dev0", "power_cap"), std::vector<std::string>{"default 300W-of-500W"});
  EXPECT_EQ(facts("r1/n1", "cores").size(), 1u);
  EXPECT_TRUE(facts("r1/n1", "load").empty());
}

TEST_F(Precondition, ARecordedMachineIsHeldAgainstItsSite) {
  const TemporaryFolder machine;
  const auto governor = machine.path() / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
  std::filesystem::create_directories(governor.parent_path());
  write_durably(governor, "powersave\n");
  const std::string node = fmt::format("system_root = \"{}\"", machine.path().string());
  run(site_text("fault=none", node, "[node.requires]\ngovernor = \"performance\""));
  EXPECT_EQ(finished_.exit_code, 2) << finished_.out << finished_.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "precondition governor: found powersave, needs performance",
                      reason(kTriad));
  run(site_text("fault=none", node, ""), "", "\nwhen = { governor = \"performance\" }");
  EXPECT_EQ(finished_.exit_code, 2) << finished_.out << finished_.err;
  EXPECT_EQ(verdict(kTriad), "pass");
  EXPECT_EQ(reason(kTriadErrors), "holds only when governor is performance; found powersave on r1/n1");
  run(site_text("fault=none", node, ""), "", "\nwhen = { governor = \"powersave\" }");
  EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
}

}  // namespace

}  // namespace rackproof::e2e
