// Telemetry in whole campaigns: it is there in every way of launching, and nothing that goes wrong in it costs a case.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "harness/record/telemetry.hpp"
#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

constexpr const char* kLatency = "interconnect/host/pt2pt:latency";

SmallCampaign campaign_with(const std::string& options, const std::string& more = {}, int nodes = 1) {
  PlanText plan;
  plan.cases = {kTriad};
  plan.launches = 1;
  plan.sample_time = "0.3 s";
  plan.more = more;
  SiteText site;
  site.options.assign(static_cast<std::size_t>(nodes), options);
  return SmallCampaign(plan.text(), site.text(),
                       limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
}

struct Told {
  std::set<std::string> sources, lost, reasons;
  std::set<int> ranks;
};

Told told_by(const SmallCampaign& campaign) {
  Told told;
  for (const auto& record : campaign.records("telemetry")) {
    const auto telemetry = record.get<Telemetry>();
    for (const auto& source : telemetry.sources) told.sources.insert(source.name);
    for (const auto& [source, why] : telemetry.reasons) told.reasons.insert(why);
    if (!telemetry.unavailable.empty()) told.lost.insert(telemetry.unavailable);
    told.ranks.insert(telemetry.rank);
  }
  return told;
}

/// One that was run, with a device that tells 300 W.
const SmallCampaign& run_campaign() {
  static const SmallCampaign campaign = campaign_with("fault=throttle,at=1000000");
  static const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  return campaign;
}

TEST(Telemetry, StandsInTheResultsOfACampaign) {
  const SmallCampaign& campaign = run_campaign();
  const Told told = told_by(campaign);
  EXPECT_TRUE(told.sources.contains("fault/0/power"));
  EXPECT_TRUE(told.sources.contains("memory/available"));
  EXPECT_TRUE(told.lost.empty());
  const Finished shown = run_command({rackproof_program(), "show", campaign.output(), "--telemetry", "r1/n1"},
                                     campaign.options());
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_TRUE(shown.out.starts_with("time,source,value,unit\n"));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, ",\"fault/0/power\",300,\"W\"\n", shown.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "% of one core", shown.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "fault/0/power: mean 300 W", shown.err);
  const Finished unknown = run_command(
      {rackproof_program(), "show", campaign.output(), "--telemetry", "r1/n9"}, campaign.options());
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "no target r1/n9; did you mean r1/n1?", unknown.err);
}

TEST(Telemetry, ThatDiesOrLiesInTheBackendCostsNoCase) {
  for (const char* options : {"fault=telemetry_crash", "fault=telemetry_hang", "fault=telemetry_lie"}) {
    const SmallCampaign campaign = campaign_with(options);
    const Finished finished = campaign.run();
    EXPECT_EQ(finished.exit_code, 0) << options << finished.out << finished.err;
    const auto attempts = campaign.attempts("r1/n1/dev0", kTriad);
    ASSERT_EQ(attempts.size(), 1u);
    EXPECT_EQ(attempts[0].outcome.status, Status::ok) << options << ": " << attempts[0].outcome.reason;
  }
}

TEST(Telemetry, OfABmcIsImportedBesideIt) {
  const SmallCampaign& campaign = run_campaign();
  const auto attempts = campaign.attempts("r1/n1/dev0", kTriad);
  ASSERT_EQ(attempts.size(), 1u);
  const std::filesystem::path readings = campaign.folder() / "bmc.csv", merged = campaign.folder() / "bmc.h5";
  const auto import = [&](const std::string& watts, const std::vector<std::string>& more = {}) {
    std::ofstream file(readings);
    file << "time,target,sensor,scope,value,unit\n";
    constexpr std::int64_t kTick = 5'000'000;
    for (std::int64_t at = attempts[0].begin_utc_ns; at <= attempts[0].end_utc_ns; at += kTick)
      file << fmt::format("{}.{:09},r1/n1,Total_Power,node,{},W\n", at / 1'000'000'000, at % 1'000'000'000,
                          watts);
    file.close();
    std::vector<std::string> arguments{
        rackproof_program(), "import", campaign.output(), readings, "-o", merged};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_command(arguments, campaign.options());
  };
  const Finished below = import("250");
  EXPECT_EQ(below.exit_code, 0) << below.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "launch 0: Total_Power of r1/n1 tells 250 W, its parts 300 W\n",
                      below.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "\n1 below their parts, marked implausible and not used: ", below.out);
  const Finished twice = import("350");
  EXPECT_EQ(twice.exit_code, 3) << "results are never replaced";
  std::filesystem::remove(merged);
  const Finished above = import("350");
  EXPECT_EQ(above.exit_code, 0) << above.err;
  const Finished shown =
      run_command({rackproof_program(), "show", merged, "--telemetry", "r1/n1"}, campaign.options());
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, ",\"r1/n1 imported/Total_Power\",350,\"W\"\n", shown.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "imported readings of r1/n1, from ", shown.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "imported/Total_Power: mean 350 W [350 W … 350 W], 100 % covered",
                      shown.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "fault/0/power: mean 300 W", shown.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, ",\"fault/0/power\",300,\"W\"\n", shown.out)
      << "what was there stays";
  EXPECT_EQ(run_command({rackproof_program(), "judge", merged, "--limits", campaign.output() / "limits.toml"},
                        campaign.options())
                .exit_code,
            0);
  std::filesystem::remove(merged);
  const Finished late = import("350", {"--clock-offset", "-1 h"});
  EXPECT_EQ(late.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "no reading lies within a case on its target", late.err);
  EXPECT_FALSE(std::filesystem::exists(merged));
}

TEST(Telemetry, OffIsOff) {
  PlanText plan;
  plan.cases = {kTriad};
  plan.launches = 1;
  std::string text = plan.text();
  text.insert(text.find("name ="), "telemetry = \"off\"\n");
  const SmallCampaign campaign(text, SiteText{{"fault=none"}}.text(),
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  EXPECT_EQ(campaign.run().exit_code, 0);
  EXPECT_TRUE(campaign.records("telemetry").empty());
}

TEST(Telemetry, OfAnMpiJobComesFromTheFirstRankOfANode) {
  const SmallCampaign campaign = campaign_with(
      "fault=none", fmt::format("[[run]]\ncases = [\"{}\"]\nplacement = \"pair\"\n", kLatency), 2);
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  std::set<std::string> pair_steps;
  for (const auto& record : campaign.records("case_begin")) {
    if (record.at("case") == kLatency) pair_steps.insert(record.at("step"));
  }
  ASSERT_FALSE(pair_steps.empty());
  std::size_t found = 0;
  for (const auto& record : campaign.records("telemetry")) {
    if (!pair_steps.contains(record.at("step"))) continue;
    ++found;
    EXPECT_EQ(record.at("rank"), 0) << "both entries are one machine";
  }
  EXPECT_GT(found, 0u);
}

}  // namespace

}  // namespace rackproof::e2e
