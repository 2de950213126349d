// What the site promises against what was found; drift from the majority; devices that are not there.
#include "harness/verdict/promised.hpp"

#include <gtest/gtest.h>

#include "harness/results/unavailable.hpp"
#include "harness/verdict/drift.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using namespace test;

const std::string kThreads = kTriad + "#threads";
const std::string kTransport = kTriad + "#transport";

/// One node, measured, promised eight threads and one of two transports.
struct PromisedTest : ::testing::Test {
  PromisedTest() : campaign(1, 1) {
    campaign.measured(0, {2e9, 2e9});
    campaign.results.facts = {{0, kThreads, "8", "", "site"},
                              {0, kTransport, "tcp", "", "site"},
                              {0, kTransport, "rdma", "", "site"}};
    limits = limits_of({limit_on("threads", AsPromised{}), limit_on("transport", AsPromised{})});
  }
  Verdicts judged() { return judge(campaign.results, limits); }
  void found(std::int64_t threads, const std::string& transport) {
    campaign.results.exact = {{1, 0, threads, false}};
    campaign.results.facts.push_back({0, kTransport, "", transport, "measured"});
  }
  CampaignBuilder campaign;
  Limits limits;
};

TEST_F(PromisedTest, WhatIsAsPromisedPasses) {
  found(8, "rdma");
  const Verdicts verdicts = judged();
  EXPECT_EQ(cell(verdicts, 0, "threads").verdict, Verdict::pass);
  EXPECT_EQ(cell(verdicts, 0, "transport").verdict, Verdict::pass);
  EXPECT_EQ(cell(verdicts, 0, "transport").reason, "found rdma");
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_EQ(finding(verdicts, "promised, not judged"), nullptr);
}

TEST_F(PromisedTest, WhatDiffersFailsTheInventory) {
  found(7, "shm");
  const Verdicts verdicts = judged();
  EXPECT_EQ(cell(verdicts, 0, "threads").verdict, Verdict::fail);
  EXPECT_EQ(cell(verdicts, 0, "threads").failure, "inventory");
  EXPECT_EQ(cell(verdicts, 0, "threads").reason, "promised 8, found 7");
  EXPECT_EQ(cell(verdicts, 0, "transport").reason, "promised tcp or rdma, found shm");
  EXPECT_EQ(verdicts.exit_code, ExitCode::rejected);
}

TEST_F(PromisedTest, OneLaunchThatDiffersFails) {
  found(8, "tcp");
  campaign.results.facts.push_back({0, kTransport, "", "shm", "measured"});
  campaign.results.exact[0].differs = true;
  const Verdicts verdicts = judged();
  EXPECT_EQ(cell(verdicts, 0, "threads").verdict, Verdict::fail);
  EXPECT_EQ(cell(verdicts, 0, "transport").verdict, Verdict::fail);
}

TEST_F(PromisedTest, WhatCouldNotBeReadIsNotJudged) {
  campaign.results.facts.push_back({0, kThreads, "", "", std::string(kUnavailable) + "needs root"});
  const Verdicts verdicts = judged();
  EXPECT_EQ(cell(verdicts, 0, "threads").verdict, Verdict::not_judged);
  EXPECT_EQ(cell(verdicts, 0, "threads").reason, "promised 8; unavailable: needs root");
  EXPECT_EQ(cell(verdicts, 0, "transport").reason, "not measured");
  EXPECT_EQ(verdicts.exit_code, ExitCode::undecided);
}

TEST_F(PromisedTest, WhereNothingIsPromisedThereIsNoCell) {
  campaign.results.facts.clear();
  found(7, "shm");
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{1e9}));
  const Verdicts verdicts = judged();
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_THROW(cell(verdicts, 0, "threads"), Error);
  EXPECT_EQ(finding(verdicts, "unused-limit"), nullptr);
}

TEST_F(PromisedTest, AScoreNeverRejects) {
  for (Limit& limit : limits.limits) limit.severity = Severity::score;
  limits.limits.push_back(limit_on("bandwidth", LowerLimit{1e9}));
  found(7, "tcp");
  const Verdicts verdicts = judged();
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  ASSERT_NE(finding(verdicts, "score"), nullptr);
}

TEST_F(PromisedTest, APromiseWithoutALimitIsAFinding) {
  limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}), limit_on("threads", LowerLimit{1})});
  found(8, "tcp");
  const Verdicts verdicts = judged();
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  std::vector<std::string> metrics;
  for (const Finding& one : verdicts.findings) {
    if (one.kind == "promised, not judged") metrics.push_back(one.subjects.front());
  }
  EXPECT_EQ(metrics, (std::vector<std::string>{kThreads, kTransport}));
}

TEST_F(PromisedTest, ACaseThatWasWrongFailsWhateverWasFound) {
  found(8, "tcp");
  campaign.attempt(0, Status::wrong, 1, 1);
  EXPECT_EQ(cell(judged(), 0, "threads").failure, "correctness");
}

TEST(MissingDevice, FailsTheInventoryOnlyWhenTheWorkerSaysSo) {
  for (const bool is_certain : {true, false}) {
    CampaignBuilder campaign(1, 2, 1);
    const auto device = campaign.target(Placement::device, "device", "rack1/node1/dev7", {0});
    campaign.promise(device);
    campaign.attempt(device, Status::failed, 0).outcome.phase = Phase::load;
    if (is_certain)
      campaign.results.facts.push_back(
          {device, std::string(kMissingDevice), "", "7 devices; number 8 was promised", ""});
    campaign.measured(1, {2e9});
    const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
    const VerdictCell& missing = cell(verdicts, device);
    EXPECT_EQ(missing.verdict, is_certain ? Verdict::fail : Verdict::not_judged);
    EXPECT_EQ(missing.failure, is_certain ? "inventory" : "");
    if (!is_certain) continue;
    EXPECT_EQ(missing.reason, "missing: 7 devices; number 8 was promised");
  }
  CampaignBuilder campaign(1, 1, 1);  // it was there the next time
  const auto device = campaign.target(Placement::device, "device", "rack1/node1/dev7", {0});
  campaign.measured(device, {2e9});
  campaign.results.facts.push_back({device, std::string(kMissingDevice), "", "7 devices", ""});
  EXPECT_EQ(
      cell(judge(campaign.results, limits_of({limit_on("bandwidth", LowerLimit{1e9}, "device")})), device)
          .verdict,
      Verdict::pass);
}

/// Kernels of nodes, as the inventory found them.
Findings drift_of(const std::vector<std::string>& kernels, const std::string& other_model = "") {
  CampaignBuilder campaign(1, static_cast<int>(kernels.size()));
  SeriesRow cores;
  cores.case_id = "inventory/host/cpu";
  cores.quantity = "cores";
  cores.kind = QuantityKind::exact;
  campaign.results.series = {cores};
  for (std::uint32_t i = 0; i < kernels.size(); ++i) {
    campaign.results.facts.push_back({i, "inventory/host/system#kernel", "", kernels[i], "measured"});
    campaign.results.facts.push_back(
        {i, "inventory/host/system#serial", "", "S" + std::to_string(i), "measured"});
    campaign.results.exact.push_back({0, i, i == 0 ? 63 : 64, false});
  }
  if (!other_model.empty()) campaign.results.targets[0].model = other_model;
  Findings findings;
  add_drift(campaign.results, findings);
  return findings;
}

TEST(Drift, NamesThoseThatDifferFromMost) {
  const auto found = drift_of({"6.1.0-28", "6.1.0-30", "6.1.0-30", "6.1.0-30"}).sorted();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"inventory/host/cpu#cores", "m1"}));
  EXPECT_EQ(found[0].evidence, "3 of 4 nodes say 64; rack1/node1: 63");
  EXPECT_EQ(found[1].evidence, "3 of 4 nodes say 6.1.0-30; rack1/node1: 6.1.0-28");
}

TEST(Drift, NeedsAMajorityOfThree) {
  EXPECT_EQ(drift_of({"a", "b", "b"}).sorted().size(), 2U);  // two of three are two thirds
  EXPECT_EQ(drift_of({"a", "b"}).sorted().size(), 0U);
  EXPECT_EQ(drift_of({"a", "a", "b", "b"}).sorted().size(), 1U);        // cores only
  EXPECT_EQ(drift_of({"a", "b", "b", "b"}, "m2").sorted().size(), 0U);  // another model may differ
}

}  // namespace
}  // namespace rackproof
