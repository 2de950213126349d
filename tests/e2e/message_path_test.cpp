// The path of messages: over the interface that the site states, elsewhere, and where nobody can tell.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

constexpr const char* kBandwidth = "interconnect/host/pt2pt:bandwidth";

std::vector<std::string> unproved(const nlohmann::json& judged) {
  std::vector<std::string> found;
  for (const auto& finding : judged.at("findings")) {
    if (finding.at("kind") == "path unproved") found.push_back(finding.at("evidence"));
  }
  return found;
}

/// Two virtual nodes that pass messages by TCP on the loopback, and what the site says of their path.
class Path : public testing::Test {
 protected:
  void run(const std::string& path, const std::string& node = "") {
    PlanText plan;
    plan.cases = {kBandwidth};
    plan.placement = "pair";
    plan.launches = 1;
    const std::string site = fmt::format(
        "schema = 1\nname = \"s\"\nvirtual_on = \"here\"\n[[rack]]\nname = \"r1\"\n[[node]]\nname = "
        "\"r1/n[1-2]\"\n"
        "rack = \"r1\"\naddress = \"localhost\"\nmodel = \"m\"\n{}\n[launch]\n"
        "{}\n",
        node, path);
    campaign_.emplace(plan.text(), site,
                      limits_text({{std::string(kBandwidth) + "#wrong_elements", "exact = 0", "pair"}}));
    finished_ = campaign_->run();
    judged_ = campaign_->judged();
    const auto attempts = campaign_->attempts("r1/n1+r1/n2", kBandwidth);
    ASSERT_EQ(attempts.size(), 1u) << finished_.out << finished_.err;
    attempt_ = attempts.front();
  }
  std::optional<SmallCampaign> campaign_;
  Finished finished_;
  nlohmann::json judged_;
  CaseEnd attempt_;
};

TEST_F(Path, MessagesOverTheStatedInterfaceAreProved) {
  run("path = { interface = \"lo\", share = 0.9 }");
  EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
  EXPECT_EQ(attempt_.outcome.status, Status::ok) << attempt_.outcome.reason;
  ASSERT_TRUE(attempt_.counters.contains("path"));
  EXPECT_GE(attempt_.counters.at("path").delta.value_or(0),
            static_cast<double>(attempt_.iterations) * 16 * 262144);
  EXPECT_TRUE(unproved(judged_).empty());
}

TEST_F(Path, MessagesThatTookAnotherWayAreWrong) {
  const TemporaryFolder machine;  // its interface stands still
  const auto folder = machine.path() / "sys/class/net/eth1/statistics";
  std::filesystem::create_directories(folder);
  for (const char* way : {"tx_bytes", "rx_bytes"}) write_durably(folder / way, "1000\n");
  run("path = { interface = \"eth1\", share = 0.9 }",
      fmt::format("system_root = \"{}\"", machine.path().string()));
  EXPECT_EQ(finished_.exit_code, 1) << finished_.out << finished_.err;
  EXPECT_EQ(attempt_.outcome.status, Status::wrong);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "path: 0 % of ", attempt_.outcome.reason);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "went over eth1, at least 90 % must", attempt_.outcome.reason);
  EXPECT_TRUE(attempt_.values.empty());
  EXPECT_EQ(cell_of(judged_, "r1/n1+r1/n2", kBandwidth).at("failure"), "correctness");
}

TEST_F(Path, WithoutCountersTheCaseStandsAndThePathIsUnproved) {
  run("path = { interface = \"eth77\", share = 0.9 }");
  EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
  EXPECT_EQ(attempt_.outcome.status, Status::ok) << attempt_.outcome.reason;
  const auto found = unproved(judged_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "no such file: /sys/class/net/eth77", found[0]);
}

}  // namespace

}  // namespace rackproof::e2e
