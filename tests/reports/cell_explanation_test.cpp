// What a file of cells tells of one target and case: the same verdict as the whole campaign has, and why.
#include "reports/cell_explanation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::floor_of_1_gb;
using test::kTriad;

CellExplanation explained(const CampaignBuilder& campaign, const Limits& limits, std::string_view target,
                          std::string_view case_id = kTriad) {
  const CellReader cells(campaign.results, case_outcomes(campaign.results));
  CellExplanation out = explain_cell(cells, limits, target, case_id);
  for (ExplainedCell& cell : out.quantities) cell.series = nullptr;  // the cells are gone
  return out;
}

std::string text_of(const CampaignBuilder& campaign, const Limits& limits, std::string_view target) {
  const CellReader cells(campaign.results, case_outcomes(campaign.results));
  return explanation_text(explain_cell(cells, limits, target, kTriad), limits);
}

CampaignBuilder slow_second_node() {
  CampaignBuilder campaign(1, 3);
  campaign.results.series[0].direction = Direction::higher_is_better;
  campaign.measured(0, {2e9, 2.1e9});
  campaign.measured(1, {0.5e9, 0.52e9});
  campaign.promise(2);  // never tried
  return campaign;
}

TEST(CellExplanation, OfAFail) {
  const CellExplanation e = explained(slow_second_node(), floor_of_1_gb(), "rack1/node2");
  EXPECT_EQ(e.place, "rack1");
  EXPECT_EQ(e.model, "m1");
  EXPECT_EQ(e.outcome, CaseOutcome::complete);
  EXPECT_EQ(e.completion, Verdict::pass);
  ASSERT_EQ(e.quantities.size(), 3U);
  const ExplainedCell& bandwidth = e.quantities[0];
  EXPECT_NEAR(bandwidth.value, 0.51e9, 1e5);
  EXPECT_NEAR(bandwidth.least, 0.5e9, 1e5);
  EXPECT_NEAR(bandwidth.most, 0.52e9, 1e5);
  EXPECT_EQ(bandwidth.launches, 2);
  ASSERT_EQ(bandwidth.judged.size(), 1U);
  EXPECT_EQ(bandwidth.judged[0].verdict, Verdict::fail);
  EXPECT_EQ(bandwidth.judged[0].failure, "limit");
  EXPECT_FALSE(bandwidth.judged[0].reason.empty());
  EXPECT_TRUE(e.quantities[1].judged.empty());
}

TEST(CellExplanation, OfAPassAndOfWhatWasNeverTried) {
  const CellExplanation good = explained(slow_second_node(), floor_of_1_gb(), "rack1/node1");
  EXPECT_EQ(good.quantities[0].judged[0].verdict, Verdict::pass);
  const CellExplanation none = explained(slow_second_node(), floor_of_1_gb(), "rack1/node3");
  EXPECT_EQ(none.outcome, CaseOutcome::not_measured);
  EXPECT_TRUE(std::isnan(none.quantities[0].value));
  ASSERT_EQ(none.quantities[0].judged.size(), 1U);
  EXPECT_EQ(none.quantities[0].judged[0].verdict, Verdict::not_judged);
  EXPECT_EQ(none.quantities[0].judged[0].reason, "the case is not measured");
}

TEST(CellExplanation, SaysTheSameAsTheCampaignsVerdicts) {
  const CampaignBuilder campaign = slow_second_node();
  const Verdicts verdicts = judge(campaign.results, floor_of_1_gb());
  for (const VerdictCell& cell : verdicts.cells) {
    const CellExplanation e =
        explained(campaign, floor_of_1_gb(), campaign.results.targets[cell.target].name);
    EXPECT_EQ(cell.completion() ? e.completion : e.quantities[0].judged.at(0).verdict, cell.verdict);
  }
}

TEST(CellExplanation, InWords) {
  const std::string text = text_of(slow_second_node(), floor_of_1_gb(), "rack1/node2");
  for (const char* const part :
       {"memory/host/triad:f64,cold at rack1/node2\n", "completion: pass (complete)\n",
        "launch-to-launch component 2 %\n", "#bandwidth: 510 MB/s [",
        "2 launches between 500 MB/s and 520 MB/s", "gate ≥ 1 GB/s: fail (limit)\n",
        "rule: ", "limit from: test\n", "#threads: not measured\n", "no limit: for information\n"}) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, part, text);
  }
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "#bandwidth: not measured\n",
                      text_of(slow_second_node(), floor_of_1_gb(), "rack1/node3"));
  CampaignBuilder hostile = slow_second_node();
  hostile.results.targets[1].model = "\x1b[31m";
  EXPECT_EQ(text_of(hostile, floor_of_1_gb(), "rack1/node2").find('\x1b'), std::string::npos);
}

TEST(CellExplanation, RefusesWhatIsNotThere) {
  const auto refused = [](std::string_view target, std::string_view case_id) -> std::string {
    try {
      explained(slow_second_node(), floor_of_1_gb(), target, case_id);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(refused("rack1/node9x", kTriad),
            "the file has no target \"rack1/node9x\"; did you mean \"rack1/node1\"?");
  EXPECT_EQ(
      refused("rack1/node1", "memory/host/triad:f64,hot"),
      "the file has no case \"memory/host/triad:f64,hot\"; did you mean \"memory/host/triad:f64,cold\"?");
  CampaignBuilder unplanned = slow_second_node();
  unplanned.results.promises.pop_back();
  const CellReader cells(unplanned.results, case_outcomes(unplanned.results));
  EXPECT_THROW(explain_cell(cells, floor_of_1_gb(), "rack1/node3", kTriad), Error);
}

}  // namespace
}  // namespace rackproof
