// Devices that hang, crash, run out of memory or decline a case: nothing is accepted, nothing else is lost,
// and a target is blamed only when three fresh launches went wrong there while another of its model did the
// same case.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/fault_campaign.hpp"

namespace rackproof::e2e {

namespace {

struct Trouble {
  const char* name;
  const char* options;
  std::vector<std::string> cases;  ///< that it hits; every other case must pass
  Status status;
  const char* reason;
};

const std::vector<Trouble> kTroubles{
    {"hang", "fault=hang,op=gemm", {kGemm}, Status::timeout, "did not end within 2 s"},
    {"crash", "fault=crash,op=gemm", {kGemm}, Status::crashed, "signal 6 (ABRT)"},
    {"segmentation_fault",
     "fault=crash,op=gemm,at=5,signal=segv",
     {kGemm},
     Status::crashed,
     "signal 11 (SEGV)"},
    {"out_of_memory", "fault=oom,above=1000000", {kTriad, kEventTriad}, Status::failed, "out of memory"},
    {"dtype_missing", "fault=dtype_missing", {kGemm}, Status::unsupported, ""},
};

bool hits(const Trouble& trouble, const std::string& id) {
  return std::ranges::find(trouble.cases, id) != trouble.cases.end();
}

class FaultTrouble : public testing::TestWithParam<Trouble> {};

TEST_P(FaultTrouble, LeavesTheCampaignUndecided) {
  PlanText plan;
  plan.case_time_limit = "2 s";
  const FaultCampaign campaign(plan, SiteText{{GetParam().options, GetParam().options}});
  EXPECT_EQ(campaign.finished().exit_code, 2) << campaign.finished().out << campaign.finished().err;
  for (const std::string target : {"r1/n1/dev0", "r1/n2/dev0"}) {
    for (const std::string id : {kTriad, kGemm, kEventTriad}) {
      const auto completion = campaign.cell(target, id);
      const auto attempts = campaign.attempts(target, id);
      if (!hits(GetParam(), id)) {
        EXPECT_EQ(completion.at("verdict"), "pass") << id << ": " << completion.dump();
        EXPECT_EQ(campaign.cell(target, rate_metric(id)).at("verdict"), "pass") << id;
        continue;
      }
      EXPECT_EQ(completion.at("verdict"), "not_judged") << completion.dump();
      EXPECT_PRED_FORMAT2(testing::IsSubstring, GetParam().reason,
                          completion.at("reason").get<std::string>());
      const auto rate = campaign.cell(target, rate_metric(id));
      EXPECT_EQ(rate.at("verdict"), "not_judged");
      EXPECT_TRUE(rate.at("value").is_null()) << rate.dump();
      ASSERT_EQ(attempts.size(), 2u) << "two launches, no retries";
      for (const auto& attempt : attempts) {
        EXPECT_EQ(attempt.outcome.status, GetParam().status) << attempt.outcome.reason;
        EXPECT_FALSE(attempt.outcome.reason.empty());
        EXPECT_TRUE(attempt.values.empty());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultTrouble, testing::ValuesIn(kTroubles),
                         [](const auto& test) { return std::string(test.param.name); });
// Run by ./quickstart test --full.
INSTANTIATE_TEST_SUITE_P(
    DISABLED_MoreFaults, FaultTrouble,
    testing::Values(Trouble{
        "hang_in_sampling", "fault=hang,op=gemm,at=6", {kGemm}, Status::timeout, "did not end within 2 s"}),
    [](const auto& test) { return std::string(test.param.name); });

/// Evidence on the device: no other of its model is needed, not even one that does what it does.
TEST(FaultLoss, OfADeviceTwiceInARowIsAFail) {
  PlanText plan;
  plan.retries = 1;
  const SmallCampaign campaign(plan.text(), SiteText{{"fault=lost,op=gemm", "fault=lost,op=gemm"}}.text(),
                               limits_text({{std::string(kGemm) + "#wrong_elements", "exact = 0"}}));
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  const auto verdicts = campaign.judged();
  for (const std::string target : {"r1/n1/dev0", "r1/n2/dev0"}) {
    const auto cell = cell_of(verdicts, target, kGemm);
    EXPECT_EQ(cell.at("verdict"), "fail") << cell.dump();
    EXPECT_EQ(cell.at("failure"), "stability");
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "the device was lost in two attempts in a row",
                        cell.at("reason").get<std::string>());
    for (const CaseEnd& attempt : campaign.attempts(target, kGemm)) {
      EXPECT_EQ(attempt.outcome.device_lost, attempt.outcome.status == Status::failed);
    }
  }
}

struct Blame {
  const char* name;
  const char* options;
  Status status;
  bool attribute_virtual;
};

const std::vector<Blame> kBlames{
    {"crash_with_control", "fault=crash,op=gemm", Status::crashed, true},
    {"crash_on_the_same_machine", "fault=crash,op=gemm", Status::crashed, false},
};

class FaultAttribution : public testing::TestWithParam<Blame> {};

TEST_P(FaultAttribution, NeedsThreeFreshLaunchesAndAControl) {
  PlanText plan;
  plan.case_time_limit = "2 s";
  plan.retries = 2;
  const FaultCampaign campaign(plan,
                               SiteText{{GetParam().options, "fault=none"}, 1, GetParam().attribute_virtual});
  const auto cell = campaign.cell("r1/n1/dev0", kGemm);
  EXPECT_EQ(campaign.finished().exit_code, GetParam().attribute_virtual ? 1 : 2) << campaign.finished().out;
  EXPECT_EQ(cell.at("verdict"), GetParam().attribute_virtual ? "fail" : "not_judged") << cell.dump();
  EXPECT_EQ(cell.at("failure"), GetParam().attribute_virtual ? "stability" : "");
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      GetParam().attribute_virtual ? "reproduced in 3 fresh launches" : "no control",
                      cell.at("reason").get<std::string>());
  EXPECT_EQ(campaign.cell("r1/n2/dev0", kGemm).at("verdict"), "pass");

  const auto attempts = campaign.attempts("r1/n1/dev0", kGemm);
  EXPECT_EQ(
      std::ranges::count(attempts, GetParam().status, [](const CaseEnd& end) { return end.outcome.status; }),
      3);
  std::vector<std::int64_t> processes;  // each launch in a process of its own
  for (const auto& hello : campaign.records("hello")) processes.push_back(hello.get<Hello>().ranks.at(0).pid);
  std::ranges::sort(processes);
  EXPECT_TRUE(std::ranges::adjacent_find(processes) == processes.end());
  for (const auto& id : {kTriad, kEventTriad}) {
    EXPECT_EQ(campaign.attempts("r1/n1/dev0", id).size(), 2u) << id << " ended ok and is not repeated";
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultAttribution, testing::ValuesIn(kBlames),
                         [](const auto& test) { return std::string(test.param.name); });
// Run by ./quickstart test --full.
INSTANTIATE_TEST_SUITE_P(
    DISABLED_MoreFaults, FaultAttribution,
    testing::Values(Blame{"hang_with_control", "fault=hang,op=gemm", Status::timeout, true},
                    Blame{"hang_on_the_same_machine", "fault=hang,op=gemm", Status::timeout, false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(FaultDeclined, IsAcceptedOnlyWhenThePlanExemptsIt) {
  PlanText plan;
  plan.more = "[[exempt]]\ncase = \"" + std::string(kGemm) +
              "\"\nmodel = \"fault-device\"\nreason = \"no f64 units\"\n";
  const FaultCampaign campaign(plan, SiteText{{"fault=dtype_missing", "fault=dtype_missing"}});
  EXPECT_EQ(campaign.finished().exit_code, 0) << campaign.finished().out;
  const auto cell = campaign.cell("r1/n1/dev0", kGemm);
  EXPECT_EQ(cell.at("verdict"), "not_applicable");
  EXPECT_EQ(cell.at("reason"), "no f64 units");
  EXPECT_TRUE(campaign.attempts("r1/n1/dev0", kGemm).empty()) << "an exempt case is not run";
}

TEST(FaultDeclined, ExemptionOfAnotherModelDoesNotHelp) {
  PlanText plan;
  plan.more = "[[exempt]]\ncase = \"" + std::string(kGemm) +
              "\"\nmodel = \"other-device\"\nreason = \"no f64 units\"\n";
  const FaultCampaign campaign(plan, SiteText{{"fault=dtype_missing", "fault=dtype_missing"}});
  EXPECT_EQ(campaign.finished().exit_code, 2) << campaign.finished().out;
  EXPECT_EQ(campaign.cell("r1/n1/dev0", kGemm).at("verdict"), "not_judged");
}

}  // namespace

}  // namespace rackproof::e2e
