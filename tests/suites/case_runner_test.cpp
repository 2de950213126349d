// Memory and matrix cases on the fault backend: right numbers when it works, no number when it does not.
#include <gtest/gtest.h>

#include "tests/suites/case_fixture.hpp"

namespace rackproof {
namespace {

class CaseRunnerTest : public CaseFixture {};

TEST_F(CaseRunnerTest, ReportsEveryQuantityOfTheCatalogueAndNoOther) {
  for (const std::string id :
       {"memory/host/copy:f64,cold", "memory/device/triad:f64,cold", "memory/device/triad:f64,cold,event",
        "compute/device/gemm:f64,n=256,sustained", "compute/device/gemm:f32,n=256,sustained"}) {
    EXPECT_EQ(run(id, "").status, Status::ok) << id;
    expect_every_quantity(id);
    EXPECT_GT(end.elements_checked, 0) << id;
    EXPECT_TRUE(end.after.contains("runqueue_delay")) << id;
    EXPECT_TRUE(end.after.contains("steal_share")) << id;
    EXPECT_GT(end.after["busy"], 0) << id;
    EXPECT_LE(end.after["busy"], 1) << id;
  }
}

TEST_F(CaseRunnerTest, EveryDeviceIsCheckedInEverySample) {
  ASSERT_EQ(run("compute/device/gemm:f64,n=256,sustained", "", 2).status, Status::ok);
  EXPECT_GE(end.elements_checked, end.iterations * 2 * 4 * 256);  // four rows of each, and more of some
  for (const std::string id : {"memory/host/triad:f64,cold", "compute/device/gemm:f64,n=256,sustained"}) {
    EXPECT_EQ(run(id, "fault=flip,at=5,device=fault-1", 2).status, Status::wrong) << id;
  }
}

TEST_F(CaseRunnerTest, AWrongAnswerHasNoNumber) {
  for (const std::string id :
       {"memory/host/copy:f64,cold", "memory/host/scale:f64,cold", "memory/host/add:f64,cold",
        "memory/host/triad:f64,cold", "compute/device/gemm:f32,n=256,sustained"}) {
    for (const std::string fault : {"stale,at=6", "nan,at=5", "wrong", "flip,at=4"}) {
      const Outcome outcome = run(id, "fault=" + fault);
      EXPECT_EQ(outcome.status, Status::wrong) << id << ", " << fault << ": " << outcome.reason;
      EXPECT_TRUE(end.values.empty()) << id << ", " << fault;
    }
  }
}

TEST_F(CaseRunnerTest, AnEventClockIsHeldAgainstTheHosts) {
  const std::string id = "memory/device/triad:f64,cold,event";
  // On a quiet host the lie is flagged; on a busy one it cannot be told. It is never believed.
  const Outcome lying = run(id, "fault=lying_clock,factor=4");
  if (lying.status == Status::ok) {
    EXPECT_TRUE(end.clocks_disagree);
  } else {
    EXPECT_EQ(lying.status, Status::skipped);
    EXPECT_NE(lying.reason.find("quiet host"), std::string::npos) << lying.reason;
  }
  const Outcome slow = run(id, "fault=slow_clock,factor=3");
  EXPECT_EQ(slow.status, Status::wrong);
  EXPECT_NE(slow.reason.find("clocks disagree"), std::string::npos) << slow.reason;
  EXPECT_EQ(run(id, "fault=no_event").status, Status::unsupported);
}

TEST_F(CaseRunnerTest, LinksBetweenDevicesAreAsTold) {
  const std::string id = "inventory/device/topology";
  ASSERT_EQ(run(id, "fault=none,links=4", 2).status, Status::ok);
  EXPECT_EQ(end.text.at("matrix"), "- | cable x4; cable x4 | -");
  EXPECT_EQ(end.exact.at("fewest_links"), 4);
  EXPECT_EQ(end.exact.at("pairs_without_peer_access"), 0);
  ASSERT_EQ(run(id, "", 2).status, Status::ok);
  EXPECT_EQ(end.text.at("matrix"), "- | ?; ? | -");
  for (const char* const untold : {"fewest_links", "pairs_without_peer_access"})
    EXPECT_EQ(end.unavailable.at(untold), "this device says nothing about its links") << untold;
}

TEST_F(CaseRunnerTest, WhatTheDeviceCannotDoIsUnsupportedOrFailed) {
  EXPECT_EQ(run("compute/device/gemm:f64,n=256,sustained", "fault=dtype_missing").status,
            Status::unsupported);
  const Outcome full = run("memory/device/triad:f64,cold", "fault=oom,above=1024");
  EXPECT_EQ(full.status, Status::failed);
  EXPECT_NE(full.reason.find("out of memory"), std::string::npos);
}

}  // namespace
}  // namespace rackproof
