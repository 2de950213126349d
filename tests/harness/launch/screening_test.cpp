#include "harness/launch/screening.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace rackproof {
namespace {

const std::string kScreenedCase = "memory/host/copy:f64";

class ScreeningTest : public ::testing::Test {
 protected:
  ScreeningTest() {
    for (const auto* name : {"n1", "n2", "n3", "n4", "n5"}) {
      SiteNode node;
      node.name = name;
      node.model = std::string(name) == "n5" ? "other" : "m";
      site_.nodes.push_back(node);
    }
  }

  Target target(std::uint32_t node) const {
    return {site_.nodes[node].name, Placement::node, "node", {node}, -1, site_.nodes[node].model};
  }
  void see(std::uint32_t node, Status status, double bandwidth = 10, Phase phase = Phase::measure) {
    CaseEnd end;
    end.case_id = kScreenedCase;
    end.target = site_.nodes[node].name;
    end.outcome = {status, phase, ""};
    if (status == Status::ok) end.values["bandwidth"] = {bandwidth, bandwidth, bandwidth, 5};
    history_.add(end);
    screening_.see(target(node), end);
  }
  void see_thrice(std::uint32_t node, Status status, Phase phase = Phase::measure) {
    for (int i = 0; i < 3; ++i) see(node, status, 10, phase);
  }
  std::optional<Target> control(std::uint32_t node) {
    return screening_.control(target(node), kScreenedCase,
                              [this](std::uint32_t at) { return at != unusable_; });
  }

  Site site_;
  History history_;
  std::uint32_t unusable_ = 99;
  Screening screening_{site_, history_,
                       [](const Target&, const std::string&, const std::string&, double value) {
                         return std::optional(!(value >= 5));
                       }};
};

TEST_F(ScreeningTest, AGoodNodeIsTaken) {
  see(0, Status::ok);
  EXPECT_EQ(screening_.reason(0), "");
}

TEST_F(ScreeningTest, AWrongAnswerLeavesTheNodeOutAtOnce) {
  see(0, Status::wrong);
  EXPECT_EQ(screening_.reason(0), kScreenedCase + " was wrong on n1");
  EXPECT_EQ(screening_.reason(1), "");
}

TEST_F(ScreeningTest, EveryLaunchMustBeBelow) {
  see(0, Status::ok, 4);
  EXPECT_NE(screening_.reason(0), "");
  see(0, Status::ok, 6);
  EXPECT_EQ(screening_.reason(0), "");
  see(1, Status::ok, std::nan(""));
  EXPECT_NE(screening_.reason(1), "");
}

TEST_F(ScreeningTest, TroubleIsTheNodesOwnOnlyWhenItEndsElsewhereSince) {
  see(1, Status::ok);
  see_thrice(0, Status::timeout);
  EXPECT_EQ(screening_.reason(0), "") << "n2 ended it before: it might not now";
  see(1, Status::ok);
  EXPECT_NE(screening_.reason(0), "");
}

TEST_F(ScreeningTest, AnotherModelIsNoControl) {
  see_thrice(0, Status::timeout);
  see(4, Status::ok);
  EXPECT_EQ(screening_.reason(0), "");
}

TEST_F(ScreeningTest, TroubleOfTheLauncherIsNotTheNodes) {
  see_thrice(0, Status::failed, Phase::launch);
  see(1, Status::ok);
  EXPECT_EQ(screening_.reason(0), "");
  EXPECT_FALSE(control(0));
}

TEST_F(ScreeningTest, ControlsAreAskedForOneAfterTheOther) {
  see(0, Status::timeout);
  EXPECT_FALSE(control(0)) << "it may still be an accident";
  see(0, Status::timeout);
  see(0, Status::timeout);
  const auto first = control(0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->name, "n2");
  unusable_ = 2;
  const auto second = control(0);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->name, "n4") << "n3 cannot be used";
  EXPECT_FALSE(control(0)) << "n5 is of another model";
}

TEST_F(ScreeningTest, WhatTheCampaignShowsNeedsNoControl) {
  see_thrice(0, Status::timeout);
  see(2, Status::ok);
  EXPECT_FALSE(control(0));
}

TEST_F(ScreeningTest, OnOneMachineThereIsNoControl) {
  site_.virtual_on = "here";
  see_thrice(0, Status::timeout);
  see(1, Status::ok);
  EXPECT_EQ(screening_.reason(0), "");
  EXPECT_FALSE(control(0));
  site_.attribute_virtual = true;
  EXPECT_NE(screening_.reason(0), "");
}

}  // namespace
}  // namespace rackproof
