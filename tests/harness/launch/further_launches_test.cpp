// Launches beyond the planned ones: asked for once, only when every launch ended ok, and again after an interruption.
#include "harness/launch/further_launches.hpp"

#include <gtest/gtest.h>

#include "harness/launch/job_queue.hpp"
#include "tests/harness/launch/job_ends.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

const Target kDevice{"rack1/node1/dev0", Placement::device, "device", {0}, 0, "m1"};
const std::string kMetric = kCopy + "#bandwidth";

CaseEnd end(int launch, Status status = Status::ok, double value = 2e9) {
  CaseEnd end;
  end.case_id = kCopy;
  end.target = kDevice.name;
  end.launch = launch;
  end.outcome.status = status;
  if (status == Status::ok) end.values["bandwidth"] = {value, value, value, 10};
  return end;
}

/// Looks at 2, 3 and 5 launches, is content when one is above 3e9, and fails one below 1e9. Of both quantities.
LookAgain until_one_is_fast() {
  return {[](const std::string& metric) { return metric == kMetric || metric == kCopy + "#latency"; },
          [](const Target&, const std::string&, std::span<const Value> launches) -> LookAgain::Answer {
            for (const Value& launch : launches) {
              if (launch.value > 3e9) return {};
              if (launch.value < 1e9) return {0, true};
            }
            for (const std::size_t look : {2u, 3u, 5u}) {
              if (look > launches.size()) return {look, false};
            }
            return {};
          }};
}

TEST(FurtherLaunches, AreAskedForOnceEveryLaunchEndedOk) {
  FurtherLaunches further(2, until_one_is_fast());
  EXPECT_TRUE(further.due(kDevice, kCopy).empty()) << "nothing was measured";
  further.see(end(0));
  EXPECT_TRUE(further.due(kDevice, kCopy).empty()) << "one planned launch is to come";
  further.see(end(1));
  EXPECT_EQ(further.due(kDevice, kCopy), std::vector<int>{2});
  EXPECT_TRUE(further.due(kDevice, kCopy).empty()) << "it was asked for";
  further.see(end(2));
  EXPECT_EQ(further.due(kDevice, kCopy), (std::vector<int>{3, 4}));
  further.see(end(3));
  EXPECT_TRUE(further.due(kDevice, kCopy).empty());
  further.see(end(4));
  EXPECT_TRUE(further.due(kDevice, kCopy).empty()) << "no look is left";
}

TEST(FurtherLaunches, EndWhenTheVerdictIsDecided) {
  FurtherLaunches further(2, until_one_is_fast());
  further.see(end(0));
  further.see(end(1, Status::ok, 4e9));
  EXPECT_TRUE(further.due(kDevice, kCopy).empty());
}

TEST(FurtherLaunches, NoneIsMadeWhereAnotherNumberOfTheCaseFails) {
  for (const double latency : {2e9, 0.5e9}) {
    FurtherLaunches further(2, until_one_is_fast());
    for (const int launch : {0, 1}) {
      CaseEnd both = end(launch);
      both.values["latency"] = {latency, latency, latency, 10};
      further.see(both);
    }
    EXPECT_EQ(further.due(kDevice, kCopy).empty(), latency < 1e9);
  }
}

TEST(FurtherLaunches, NoneIsMadeWhereClocksDisagree) {
  FurtherLaunches further(2, until_one_is_fast());
  CaseEnd odd = end(0);
  odd.clocks_disagree = true;
  further.see(odd);
  further.see(end(1));
  EXPECT_TRUE(further.due(kDevice, kCopy).empty());
}

TEST(FurtherLaunches, NobodyAsksBesideALaunchThatDidNotEndOk) {
  for (const Status status : {Status::crashed, Status::wrong, Status::skipped, Status::unsupported}) {
    FurtherLaunches further(2, until_one_is_fast());
    further.see(end(0));
    further.see(end(1, status));
    EXPECT_TRUE(further.due(kDevice, kCopy).empty()) << to_string(status);
  }
}

TEST(FurtherLaunches, WhatNoGateConcernsAsksForNothing) {
  FurtherLaunches further(1, until_one_is_fast());
  CaseEnd other = end(0);
  other.case_id = kScale;
  further.see(other);
  EXPECT_TRUE(further.due(kDevice, kScale).empty());
  CaseEnd control = end(Job::kControlLaunch);
  further.see(control);
  EXPECT_TRUE(further.due(kDevice, kCopy).empty()) << "a control is no launch";
  FurtherLaunches without(1, {});
  without.see(end(0));
  EXPECT_TRUE(without.due(kDevice, kCopy).empty());
}

TEST(FurtherLaunches, AfterAnInterruptionThoseThatAreMissingAreLeft) {
  FurtherLaunches further(2, until_one_is_fast());
  for (const int launch : {0, 1, 2, 4}) further.see(end(launch));
  EXPECT_EQ(further.left(kDevice, kCopy), std::vector<int>{3});
  EXPECT_TRUE(further.due(kDevice, kCopy).empty());
}

class FurtherSteps : public testing::Test {
 protected:
  FurtherSteps() { campaign_.settings = "launches = 2\nmost_launches = 5\nretries = 0"; }
  /// Takes the next job, ends its cases so, and returns its launch; -2: there is none.
  int next(JobQueue& queue, Status status = Status::ok) {
    const auto job = queue.next();
    if (!job) return -2;
    std::vector<CaseEnd> ends = ends_of(*job, Outcome{status, Phase::measure, ""});
    for (CaseEnd& end : ends) {
      if (status == Status::ok) end.values["bandwidth"] = {2e9, 2e9, 2e9, 10};
      records_.push_back(end);
    }
    queue.finished(*job, ends, true);
    return job->step.launch;
  }
  JournalContent journal() const {
    JournalContent content;
    for (const CaseEnd& end : records_) content.entries.push_back({0, nlohmann::json(end)});
    return content;
  }

  SmallCampaign campaign_;
  std::vector<CaseEnd> records_;
};

TEST_F(FurtherSteps, ComeAfterThePlannedOnesInOrder) {
  const Plan plan = campaign_.plan();
  const Site site = campaign_.site();
  JobQueue queue(plan, site, fake_catalogue(), false, {}, until_one_is_fast());
  EXPECT_EQ(queue.steps_total(), 2u);
  for (const int launch : {0, 1, 2, 3, 4}) EXPECT_EQ(next(queue), launch);
  EXPECT_EQ(next(queue), -2);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.steps_total(), 5u);
  EXPECT_EQ(queue.steps_done(), 5u);
  EXPECT_DOUBLE_EQ(queue.done_estimate_s(), queue.estimate_s());
}

TEST_F(FurtherSteps, AreNotMadeWithoutTheLimitsWord) {
  const Plan plan = campaign_.plan();
  const Site site = campaign_.site();
  JobQueue queue(plan, site, fake_catalogue());
  for (const int launch : {0, 1, -2}) EXPECT_EQ(next(queue), launch);
}

TEST_F(FurtherSteps, EndWhenOneGoesWrong) {
  const Plan plan = campaign_.plan();
  const Site site = campaign_.site();
  JobQueue queue(plan, site, fake_catalogue(), false, {}, until_one_is_fast());
  for (const int launch : {0, 1}) EXPECT_EQ(next(queue), launch);
  EXPECT_EQ(next(queue, Status::crashed), 2);
  EXPECT_EQ(next(queue), -2);
}

/// A campaign that goes on after its planned launches.
class FurtherStepsOnNodesThatAreAsked : public FurtherSteps {
 protected:
  FurtherStepsOnNodesThatAreAsked() {
    JobQueue before(plan_, site_, fake_catalogue(), false, {}, until_one_is_fast());
    for (const int launch : {0, 1}) EXPECT_EQ(next(before), launch);
    after_.take_up(journal());
  }
  SmallCampaign on_real_machines() {
    campaign_.site_settings = "";
    return campaign_;
  }

  const Plan plan_ = campaign_.plan();
  const Site site_ = on_real_machines().site();
  JobQueue after_{plan_, site_, fake_catalogue(), true, {}, until_one_is_fast()};
};

TEST_F(FurtherStepsOnNodesThatAreAsked, ComeAfterTheAnswer) {
  const auto question = after_.next();
  ASSERT_TRUE(question);
  EXPECT_EQ(question->kind, Job::Kind::answer);
  EXPECT_FALSE(after_.next());
  after_.answered(*question, "", true);
  for (const int launch : {2, 3, 4, -2}) EXPECT_EQ(next(after_), launch);
}

TEST_F(FurtherStepsOnNodesThatAreAsked, AreNotEvenRecordedWithoutOne) {
  while (const auto question = after_.next()) {
    ASSERT_EQ(question->kind, Job::Kind::answer);
    after_.answered(*question, "no route to host", true);
  }
  EXPECT_TRUE(after_.empty());
  EXPECT_EQ(after_.steps_done(), after_.steps_total());
}

TEST_F(FurtherSteps, GoOnWhenTheCampaignGoesOn) {
  const Plan plan = campaign_.plan();
  const Site site = campaign_.site();
  for (const std::size_t made : {1u, 2u, 3u, 4u, 5u}) {
    records_.clear();
    JobQueue before(plan, site, fake_catalogue(), false, {}, until_one_is_fast());
    for (std::size_t i = 0; i < made; ++i) next(before);
    ASSERT_EQ(records_.size(), made);
    JobQueue after(plan, site, fake_catalogue(), false, {}, until_one_is_fast());
    after.take_up(journal());
    while (next(after) != -2) {
    }
    std::vector<int> launches;
    for (const CaseEnd& end : records_) launches.push_back(end.launch);
    EXPECT_EQ(launches, (std::vector<int>{0, 1, 2, 3, 4})) << made << " before the interruption";
    EXPECT_TRUE(after.empty());
  }
}

}  // namespace
}  // namespace rackproof
