// A device that is lost: evidence on the target, which needs no other of its model for comparison.
#include <gtest/gtest.h>

#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::kTriad;

const std::string kOther = "memory/host/copy:f64,cold";

class DeviceLoss : public testing::Test {
 protected:
  DeviceLoss() {
    campaign.promise(0);
    campaign.results.promises.push_back({0, kOther, ""});
  }

  AttemptRow& add(const std::string& id, Status status, int launch, int number = 0) {
    AttemptRow& row = campaign.attempt(0, status, launch, number);
    row.case_id = id;
    campaign.results.launch_values.clear();  // of the builder's own case
    return row;
  }
  AttemptRow& lose(const std::string& id, int launch, int number = 0, Phase phase = Phase::measure) {
    AttemptRow& row = add(id, Status::failed, launch, number);
    row.outcome = {Status::failed, phase, "lost on demand", true};
    return row;
  }
  /// What the completion of a case says.
  VerdictCell judged(const std::string& id) const {
    for (const auto& cell : judge(campaign.results, {}).cells) {
      if (cell.completion() && cell.case_id == id) return cell;
    }
    throw Error("no cell");
  }
  void expect_fail(const std::string& id) const {
    const VerdictCell cell = judged(id);
    EXPECT_EQ(cell.verdict, Verdict::fail) << cell.reason.en;
    EXPECT_EQ(cell.failure, "stability");
    EXPECT_NE(cell.reason.en.find("lost on demand; the device was lost in two attempts in a row"),
              std::string::npos)
        << cell.reason.en;
  }
  void expect_no_fail(const std::string& id) const {
    const VerdictCell cell = judged(id);
    EXPECT_NE(cell.verdict, Verdict::fail) << cell.reason.en;
  }

  CampaignBuilder campaign{1, 1, 1};
};

TEST_F(DeviceLoss, TwiceInARowIsAFail) {
  lose(kTriad, 0, 0);
  lose(kTriad, 0, 1);
  expect_fail(kTriad);
  expect_no_fail(kOther);
}

TEST_F(DeviceLoss, OnceIsNot) {
  lose(kTriad, 0, 0);
  expect_no_fail(kTriad);
}

TEST_F(DeviceLoss, TwiceInACaseIsAFailThoughOthersEnd) {
  lose(kTriad, 0, 0);
  add(kOther, Status::ok, 0);
  lose(kTriad, 0, 1);
  expect_fail(kTriad);
  expect_no_fail(kOther);
}

TEST_F(DeviceLoss, InOneCaseAfterTheOtherIsAFailOfBoth) {
  lose(kTriad, 0, 0);
  lose(kOther, 0, 0);
  add(kTriad, Status::skipped, 0, 1);
  expect_fail(kTriad);
  expect_fail(kOther);
}

TEST_F(DeviceLoss, InTwoCasesWithAnEndBetweenIsNot) {
  lose(kTriad, 0, 0);
  add("memory/host/scale:f64,cold", Status::ok, 0);
  campaign.results.promises.push_back({0, "memory/host/scale:f64,cold", ""});
  lose(kOther, 0, 0);
  expect_no_fail(kTriad);
  expect_no_fail(kOther);
}

TEST_F(DeviceLoss, ThatWasMadeUpForIsAnIncident) {
  lose(kTriad, 0, 0);
  lose(kTriad, 0, 1);
  add(kTriad, Status::ok, 0, 2);
  EXPECT_EQ(judged(kTriad).verdict, Verdict::pass);
}

TEST_F(DeviceLoss, ThatAFreshProcessMeetsFirstSaysNothing) {
  for (const Phase phase : {Phase::launch, Phase::load}) {
    campaign.results.attempts.clear();
    lose(kTriad, 0, 0, phase);
    lose(kTriad, 0, 1, phase);
    expect_no_fail(kTriad);
  }
  campaign.results.attempts.clear();
  lose(kTriad, 0, 0);
  lose(kTriad, 0, 1, Phase::load);
  expect_no_fail(kTriad);
}

TEST_F(DeviceLoss, OfAControlTellsOfAnotherTarget) {
  lose(kTriad, -1, 0);
  lose(kTriad, 0, 0);
  expect_no_fail(kTriad);
}

TEST_F(DeviceLoss, InAGroupBlamesNoDevice) {
  const auto pair = campaign.target(Placement::pair, "pair", "n1+n2", {0, 0});
  campaign.promise(pair);
  for (int attempt = 0; attempt < 2; ++attempt) lose(kTriad, 0, attempt).target = pair;
  expect_no_fail(kTriad);
}

}  // namespace
}  // namespace rackproof
