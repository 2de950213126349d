// Cells are judged as the campaign that they come from: the same verdict on every cell, roll-up and exit code, whatever went wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "harness/plan/target.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"
#include "tests/harness/verdict/drawn_campaign.hpp"

namespace rackproof {

namespace {

using test::CampaignBuilder;
using test::drawn_campaign;
using test::drawn_limits;
using test::limit_on;
using test::limits_of;

CellJudgement judged_as_cells(const Results& results, const Limits& limits, unsigned threads = 2,
                              const std::function<void(const VerdictRow&)>& take = {}) {
  const CellReader cells(results, case_outcomes(results));
  return judge_cells(cells, limits, threads, take);
}

/// "<target> <quantity> <limit>" → verdict.
std::map<std::string, std::uint8_t> by_name(const Verdicts& verdicts, const Results& results) {
  std::map<std::string, std::uint8_t> out;
  for (const VerdictCell& cell : verdicts.cells)
    out[fmt::format("{} {} {}", results.targets[cell.target].name, cell.quantity, cell.limit)] =
        static_cast<std::uint8_t>(cell.verdict);
  return out;
}

std::map<std::string, std::uint8_t> by_name(const Results& results, const Limits& limits) {
  std::map<std::string, std::uint8_t> out;
  judged_as_cells(results, limits, 2, [&](const VerdictRow& row) {
    const auto& columns = results.columns[static_cast<std::size_t>(row.placement)];
    const std::string quantity =
        row.series < 0 ? "" : results.series[static_cast<std::size_t>(row.series)].quantity;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (row.verdict[i] != kNoCell)
        out[fmt::format("{} {} {}", results.targets[columns[i]].name, quantity, row.limit)] = row.verdict[i];
    }
  });
  return out;
}

/// Where a disturbance decides, cells know less and say inconclusive.
bool is_left_open(std::uint8_t as_cells, std::uint8_t as_campaign) {
  return as_cells == static_cast<std::uint8_t>(Verdict::inconclusive) &&
         as_campaign == static_cast<std::uint8_t>(Verdict::fail);
}

TEST(CellJudge, DecidesAsJudgeDoes) {
  const std::uint64_t first = drawn_seed();
  std::size_t cells = 0, left_open = 0;
  for (std::uint64_t seed = first; seed < first + 400; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Results results = drawn_campaign(seed);
    const Limits limits = drawn_limits(seed);
    const Verdicts expected = judge(results, limits);
    const auto wanted = by_name(expected, results);
    const auto found = by_name(results, limits);
    ASSERT_EQ(found.size(), wanted.size());
    bool same = true;
    for (const auto& [name, verdict] : wanted) {
      ++cells;
      ASSERT_TRUE(found.contains(name)) << name;
      if (is_left_open(found.at(name), verdict)) {
        ++left_open;
        same = false;
        continue;
      }
      ASSERT_EQ(int{found.at(name)}, int{verdict}) << name;
    }
    if (!same) continue;
    const CellJudgement judgement = judged_as_cells(results, limits);
    EXPECT_EQ(judgement.exit_code, expected.exit_code);
    EXPECT_EQ(judgement.disposition, expected.disposition);
    for (const RollUp& row : expected.roll_ups) {
      if (row.kind != "rack" && row.kind != "campaign") continue;
      const RollUp* mine = &judgement.campaign;
      for (const RollUp& rack : judgement.racks) {
        if (row.kind == "rack" && rack.subject == row.subject) mine = &rack;
      }
      EXPECT_EQ(mine->subject, row.subject);
      EXPECT_EQ(mine->verdict, row.verdict) << row.subject;
      EXPECT_EQ(mine->passed, row.passed) << row.subject;
      EXPECT_EQ(mine->failed, row.failed) << row.subject;
      EXPECT_EQ(mine->inconclusive, row.inconclusive) << row.subject;
      EXPECT_EQ(mine->not_judged, row.not_judged) << row.subject;
      EXPECT_EQ(mine->not_applicable, row.not_applicable) << row.subject;
    }
    EXPECT_EQ(judgement.failing_total, expected.roll_ups.front().failed);
    EXPECT_EQ(judgement.error_budget.numbers, error_budget(expected, results, limits).numbers);
  }
  EXPECT_GT(cells, 4000u);
  EXPECT_LT(left_open, cells / 50);
}

/// Two racks of two nodes; of each the first node is measured, and all nodes together as the groups of one label. `suffix`: of the
/// groups' names, as merges write it.
Results grouped_campaign(const std::string& label, bool is_exempt, const std::string& suffix) {
  CampaignBuilder campaign(2, 2);
  auto& targets = campaign.results.targets;
  for (std::size_t node = 0; node < 4; ++node)
    targets[node].labels = {{"pdu", node % 2 == 0 ? "a" : "b"}, {"site", "s"}};
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(2, {2e9, 2e9});
  std::map<std::string, std::vector<std::uint32_t>> members;
  for (std::uint32_t node = 0; node < 4; ++node)
    members[group_name(label, label == "rack" ? targets[node].rack : targets[node].labels[label])].push_back(
        node);
  for (const auto& [name, nodes] : members) {
    const std::uint32_t group = campaign.target(Placement::group, "group:" + label, name + suffix, nodes);
    is_exempt ? campaign.promise(group, "not bought") : campaign.measured(group, {2e9, 2e9});
  }
  return campaign.results;
}

void expect_disposition(const Results& results, const Limits& limits, Disposition wanted) {
  const Verdicts verdicts = judge(results, limits);
  const CellJudgement judgement = judged_as_cells(results, limits);
  EXPECT_EQ(verdicts.disposition, wanted);
  EXPECT_EQ(judgement.disposition, wanted);
  for (const RollUp& row : verdicts.roll_ups) {
    if (row.kind != "rack") continue;
    EXPECT_EQ(row.disposition, wanted) << row.subject;
  }
  for (const RollUp& rack : judgement.racks) EXPECT_EQ(rack.disposition, wanted) << rack.subject;
}

TEST(CellJudge, ANodeStandsInTheCellsOfItsGroups) {
  const Limit of_nodes = limit_on("bandwidth", LowerLimit{1e9});
  for (const std::string label : {"rack", "site", "pdu"}) {
    const Limits limits = limits_of({of_nodes, limit_on("bandwidth", LowerLimit{1e9}, "group:" + label)});
    for (const std::string suffix : {"", "@hall2"}) {
      SCOPED_TRACE(label + suffix);
      expect_disposition(grouped_campaign(label, false, suffix), limits, Disposition::accepted);
    }
  }
  for (const std::string label : {"rack", "site", "pdu"}) {
    SCOPED_TRACE(label + ", exempt");
    expect_disposition(grouped_campaign(label, true, ""), limits_of({of_nodes}), Disposition::accepted);
  }
}

TEST(CellJudge, ANodeInNoCellHoldsItsRack) {
  CampaignBuilder campaign(2, 2);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(2, {2e9, 2e9});
  expect_disposition(campaign.results, test::floor_of_1_gb(), Disposition::undecided);
  // A group of the first nodes only holds nobody else.
  campaign.results.targets[0].labels = campaign.results.targets[2].labels = {{"pdu", "a"}};
  campaign.measured(campaign.target(Placement::group, "group:pdu", "pdu=a", {0, 2}), {2e9, 2e9});
  expect_disposition(campaign.results, test::floor_of_1_gb(), Disposition::undecided);
}

TEST(CellJudge, NaNNeverPasses) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  for (float CellValue::*field : {&CellValue::value, &CellValue::lo, &CellValue::hi}) {
    Results results = campaign.results;
    results.cells[static_cast<std::size_t>(Placement::node)][0].*field = std::nanf("");
    const CellJudgement judgement = judged_as_cells(results, test::floor_of_1_gb());
    EXPECT_EQ(judgement.exit_code, ExitCode::undecided);
    EXPECT_EQ(judgement.campaign.not_judged, 1u);
  }
  EXPECT_EQ(judged_as_cells(campaign.results, test::floor_of_1_gb()).exit_code, ExitCode::accepted);
}

TEST(CellJudge, AFailIsNamedWithItsNumbers) {
  CampaignBuilder campaign(2, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  const CellJudgement judgement = judged_as_cells(campaign.results, test::floor_of_1_gb());
  EXPECT_EQ(judgement.exit_code, ExitCode::rejected);
  ASSERT_EQ(judgement.failing.size(), 1u);
  const FailingCell& cell = judgement.failing.front();
  EXPECT_EQ(cell.placement, Placement::node);
  EXPECT_EQ(cell.subject, 1u);
  EXPECT_EQ(cell.failure, "limit");
  EXPECT_EQ(cell.value, 0.5e9);
  EXPECT_EQ(cell.launches, 2);
  EXPECT_EQ(judgement.racks[0].disposition, Disposition::accepted);
  EXPECT_EQ(judgement.racks[1].disposition, Disposition::rejected);
}

TEST(CellJudge, AGateThatHoldsNobodyAcceptsNobody) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  Limits limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}), limit_on("bandwidth", LowerLimit{1e9})});
  limits.limits[1].model = "mistyped";
  const CellJudgement judgement = judged_as_cells(campaign.results, limits);
  EXPECT_EQ(judgement.exit_code, ExitCode::undecided);
  EXPECT_TRUE(judgement.gate_holds_nobody);
  EXPECT_EQ(judgement.racks.at(0).verdict, Verdict::inconclusive);
  EXPECT_EQ(judgement.racks.at(0).disposition, Disposition::undecided);
  EXPECT_EQ(judgement.racks.at(0).passed, 2u);
  EXPECT_EQ(judgement.subjects[static_cast<std::size_t>(Placement::node)],
            (std::vector<Verdict>{Verdict::inconclusive}));
  ASSERT_EQ(judgement.findings.size(), 1u);
  EXPECT_EQ(judgement.findings.front().kind, "unused-limit");
  limits.limits[1].severity = Severity::score;
  EXPECT_EQ(judged_as_cells(campaign.results, limits).racks.at(0).disposition, Disposition::accepted);
}

TEST(CellJudge, AGateThatHoldsNobodyLeavesARejectedRackRejected) {
  CampaignBuilder campaign(2, 1);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  Limits limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}), limit_on("bandwidth", LowerLimit{1e9})});
  limits.limits[1].model = "mistyped";
  const CellJudgement judgement = judged_as_cells(campaign.results, limits);
  EXPECT_EQ(judgement.racks.at(0).disposition, Disposition::undecided);
  EXPECT_EQ(judgement.racks.at(1).disposition, Disposition::rejected);
  EXPECT_EQ(judgement.exit_code, ExitCode::rejected);
}

}  // namespace

}  // namespace rackproof
