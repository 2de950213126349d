// Relative and calibrated limits on cells are what they are on the campaign that the cells come from; the error budget of both.
#include <gtest/gtest.h>

#include "harness/verdict/calibrated_on.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/error_budget.hpp"
#include "harness/verdict/gate_error.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::limit_on;
using test::limits_of;

Limits relative(const std::string& text, Severity severity) {
  Limits limits = limits_of({limit_on("bandwidth", LowerLimit{std::nan("")}, "node", severity)});
  limits.limits[0].relative = parse_relative_bound(text);
  limits.limits[0].unresolved = "not known here";
  return limits;
}

RatedDevices devices() {
  RatedDevices out;
  out.add(
      "schema = 1\n[[device]]\nvendor = \"V\"\nmodel = \"m1\"\n[device.rated.memory_bandwidth]\nvalue = \"2 "
      "GB/s\"\n"
      "convention = \"decimal\"\nsource = \"datasheet\"\n",
      "d.toml");
  return out;
}

/// Nine nodes of 2 GB/s but for the first, with 1 GB/s.
CampaignBuilder nine() {
  CampaignBuilder campaign(3, 3);
  for (std::uint32_t node = 0; node < 9; ++node) {
    const double value = node == 0 ? 1e9 : 2e9;
    campaign.measured(node, {value, value});
    campaign.results.targets[node].serial = "s" + std::to_string(node);
  }
  return campaign;
}

CellReader cells_of(const Results& results) { return CellReader(results, case_outcomes(results)); }

TEST(RelativeCells, HaveTheNumbersOfTheCampaign) {
  const CampaignBuilder campaign = nine();
  const CellReader cells = cells_of(campaign.results);
  for (const char* text : {"90 % of rated.memory_bandwidth", "0.97 x median of peers"}) {
    const Limits limits = relative(text, Severity::score);
    const Limits of_results = resolved(limits, campaign.results, devices());
    const Limits of_cells = resolved(limits, cells, devices());
    ASSERT_EQ(of_cells.limits.size(), 1u) << text;
    EXPECT_EQ(to_string(of_cells.limits[0]), to_string(of_results.limits[0]));
    EXPECT_EQ(of_cells.limits[0].provenance, of_results.limits[0].provenance);
    EXPECT_EQ(of_cells.limits[0].model, "m1");
  }
}

TEST(RelativeCells, AreJudgedByTheRatedValueOrNotAtAll) {
  const CampaignBuilder campaign = nine();
  const CellReader cells = cells_of(campaign.results);
  const Limits limits = relative("90 % of rated.memory_bandwidth", Severity::gate);
  const CellJudgement judgement = judge_cells(cells, resolved(limits, cells, devices()));
  EXPECT_EQ(judgement.exit_code, ExitCode::rejected);
  EXPECT_EQ(judgement.failing_total, 1u);
  for (const Limits& unknown : {limits, resolved(limits, cells, RatedDevices{})}) {
    const CellJudgement open = judge_cells(cells, unknown);
    EXPECT_EQ(open.exit_code, ExitCode::undecided);
    EXPECT_EQ(open.campaign.not_judged, 9u);
  }
}

TEST(RelativeCells, NoDevicePassesAGateThatItHasSet) {
  const CampaignBuilder campaign = nine();
  Limits limits = test::floor_of_1_gb();
  limits.calibration = CalibratedOn{"c", "2026-11-29", {"s3", "s4"}, hash_of_serials({"s3", "s4"})};
  EXPECT_EQ(judge_cells(cells_of(campaign.results), limits).campaign.not_judged, 2u);
  EXPECT_EQ(judge(campaign.results, limits).roll_ups.front().not_judged, 2u);
  limits.calibration->serials = {"others"};
  EXPECT_EQ(judge_cells(cells_of(campaign.results), limits).campaign.not_judged, 0u);
}

TEST(ErrorBudget, CountsGatesThatWereDecidedByAnInterval) {
  CampaignBuilder campaign = nine();
  campaign.cell_of(5).value = std::nanf("");  // not judged, so it cannot be wrong
  const Limits limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}),
                                   limit_on("bandwidth", LowerLimit{1e9}, "node", Severity::score),
                                   limit_on("threads", ExactNumber{1})});
  const ErrorBudget budget = error_budget(judge(campaign.results, limits), campaign.results, limits);
  EXPECT_EQ(budget.numbers, 8u);
  EXPECT_DOUBLE_EQ(budget.expected, 8 * kGateError);
  EXPECT_EQ(to_string(budget),
            "8 gates on numbers, each with an error of 0.001 at most: 0.008 false fails expected at most");
}

}  // namespace
}  // namespace rackproof
