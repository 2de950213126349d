// What is counted around a case: a finding, and evidence when the case ended badly.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

std::vector<std::string> counter_findings(const nlohmann::json& judged) {
  std::vector<std::string> found;
  for (const auto& finding : judged.at("findings")) {
    if (finding.at("kind") == "counter") found.push_back(finding.at("evidence"));
  }
  return found;
}

TEST(Counters, ErrorsOfADeviceAreAFindingOfIt) {
  PlanText plan;
  plan.cases = {kTriad};
  const SmallCampaign campaign(plan.text(), SiteText{{"fault=ecc,op=triad", "fault=none"}}.text(),
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  for (const CaseEnd& attempt : campaign.attempts("r1/n1/dev0", kTriad)) {
    const auto errors = attempt.counters.find("device0/ecc_uncorrected");
    ASSERT_NE(errors, attempt.counters.end());
    EXPECT_GT(errors->second.delta.value_or(0), 0);
  }
  for (const CaseEnd& attempt : campaign.attempts("r1/n2/dev0", kTriad))
    EXPECT_FALSE(attempt.counters.contains("device0/ecc_uncorrected"));
  const auto found = counter_findings(campaign.judged());
  ASSERT_GE(found.size(), 1u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "in 2 attempts; most of device0/ecc_uncorrected", found[0]);
}

TEST(Counters, ACrashWhileErrorsWereCountedIsTheNodesFail) {
  const TemporaryFolder machine;
  const auto folder = machine.path() / "sys/devices/system/edac/mc/mc0";
  std::filesystem::create_directories(folder);
  const auto errors = folder / "ue_count";
  write_durably(errors, "0\n");
  std::string site = SiteText{{"fault=hang"}}.text();
  site.insert(site.find("[[node.device]]"), fmt::format("system_root = \"{}\"\n", machine.path().string()));
  PlanText plan;
  plan.cases = {kTriad};
  plan.launches = 1;
  plan.case_time_limit = "3 s";
  const SmallCampaign campaign(plan.text(), site,
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  RunningCommand running(campaign.run_arguments(), campaign.options());
  const auto begun = [&] {
    return std::filesystem::exists(campaign.output() / "journal.jsonl") &&
           !campaign.records("case_begin").empty();
  };
  while (running.is_running() && !begun()) ::usleep(20'000);
  ::usleep(500'000);
  write_durably(errors, "1\n");
  const Finished finished = running.wait();
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  const auto cell = cell_of(campaign.judged(), "r1/n1/dev0", kTriad);
  EXPECT_EQ(cell.at("verdict"), "fail");
  EXPECT_EQ(cell.at("failure"), "stability");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "uncorrected memory errors (edac/mc0/ue +1)",
                      cell.at("reason").get<std::string>());
}

}  // namespace

}  // namespace rackproof::e2e
