#include "reports/certificate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::accepted_campaign;
using test::Campaign;
using test::rejected_campaign;

const CertificateRow& row_of(const std::vector<CertificateRow>& rows, const std::string& metric) {
  for (const auto& row : rows) {
    if (row.metric == metric) return row;
  }
  throw std::out_of_range(metric);
}

const std::string kTriadBandwidth = std::string(test::kHostTriad) + "#bandwidth";
const std::string kLatency = std::string(test::kPingPong) + "#latency";

TEST(Certificate, SortsClausesByNumberAndEmptyLast) {
  EXPECT_TRUE(clause_less("4.9", "4.10"));
  EXPECT_FALSE(clause_less("4.10", "4.9"));
  EXPECT_TRUE(clause_less("4", "4.1"));
  EXPECT_TRUE(clause_less("4.1", ""));
  EXPECT_FALSE(clause_less("", "4.1"));
  EXPECT_FALSE(clause_less("", ""));
  EXPECT_TRUE(clause_less("99999999999999999999999", "100000000000000000000000"));
  const auto c = accepted_campaign();
  const auto rows = certificate(c.results, c.limits, c.verdicts, false);
  EXPECT_EQ(rows.at(0).clause, "4.2");
  EXPECT_EQ(rows.at(1).clause, "4.10");
  EXPECT_EQ(rows.at(2).clause, "5.1");
  EXPECT_EQ(rows.at(3).clause, "");
}

TEST(Certificate, WorstFollowsTheDirectionOfTheLimit) {
  const auto c = rejected_campaign();
  const auto rows = certificate(c.results, c.limits, c.verdicts, false);
  const auto& triad = row_of(rows, kTriadBandwidth);
  EXPECT_EQ(triad.worst, "7.2 GB/s");
  EXPECT_EQ(triad.worst_target, "rack2/node2");
  EXPECT_EQ(triad.worst_interval, "[7.056, 7.344] GB/s");
  EXPECT_EQ(triad.failed, 1U);
  EXPECT_EQ(triad.cells, 4U);
  EXPECT_EQ(triad.verdict, Verdict::fail);
  EXPECT_EQ(triad.direction, "higher is better");
  const auto& latency = row_of(rows, kLatency);
  EXPECT_EQ(latency.worst, "19.6 us");
  EXPECT_EQ(latency.verdict, Verdict::inconclusive);
}

TEST(Certificate, WorstOfABandIsTheWiderMiss) {
  auto c = accepted_campaign();
  c.limits.limits[0].bound = BandLimit{10.15e9, 10.25e9};
  const auto rows = certificate(c.results, c.limits, c.verdicts, false);
  EXPECT_EQ(row_of(rows, kTriadBandwidth).worst_target, "rack2/node1");  // 9.95: 0.2 below
}

TEST(Certificate, MedianAndSpreadAreOverTargets) {
  const auto c = accepted_campaign();
  const auto apart = certificate(c.results, c.limits, c.verdicts, false);
  const auto& triad = row_of(apart, kTriadBandwidth);
  EXPECT_EQ(triad.median, "10.15 GB/s");
  EXPECT_EQ(triad.spread, "1.5 %");  // deviations 50, 150, 200, 50 MB/s: median 100; 1.4826 × 100 / 10150
  const auto together = certificate(c.results, c.limits, c.verdicts, true);
  EXPECT_EQ(row_of(together, kTriadBandwidth).spread, "1.5 % (same host, not informative)");
}

TEST(Certificate, WhatWasNotMeasuredIsNotAPass) {
  auto c = accepted_campaign();
  c.make_unmeasured("rack2/node1/dev0", test::kGemm, "rate", "unreachable");
  const auto rows = certificate(c.results, c.limits, c.verdicts, false);
  const auto& gemm = row_of(rows, std::string(test::kGemm) + "#rate");
  EXPECT_EQ(gemm.worst, "not measured");
  EXPECT_EQ(gemm.median, "not measured");
  EXPECT_EQ(gemm.verdict, Verdict::not_judged);
  std::size_t open = 0;
  for (const auto& row : rows)
    open += row.metric == "completion" && row.verdict == Verdict::not_judged ? 1 : 0;
  EXPECT_EQ(open, 1U);
}

TEST(Certificate, P1IsOnTheBadSideAndNeedsEnoughTargets) {
  const auto values = [](Bound bound, std::size_t n) {
    Campaign c = accepted_campaign();
    c.limits.limits[0].bound = std::move(bound);
    c.verdicts.cells.clear();
    VerdictCell cell;
    cell.case_id = test::kHostTriad;
    cell.quantity = "bandwidth";
    cell.limit = 0;
    cell.verdict = Verdict::pass;
    for (std::size_t i = 0; i < n; ++i) {
      cell.value = 1e9 * static_cast<double>(100 + i);
      c.verdicts.cells.push_back(cell);
    }
    const auto rows = certificate(c.results, c.limits, c.verdicts, false);
    return row_of(rows, kTriadBandwidth).p1;
  };
  EXPECT_EQ(values(LowerLimit{1}, 101), "101 GB/s");
  EXPECT_EQ(values(UpperLimit{1e15}, 101), "199 GB/s");
  EXPECT_EQ(values(BandLimit{1, 1e15}, 101), "");
  EXPECT_EQ(values(LowerLimit{1}, kSmallestForP1 - 1), "");
}

TEST(FleetStrip, HasEveryTargetAndItsBounds) {
  std::vector<double> values{std::nan("")};
  for (int i = 0; i <= 1000; ++i) values.push_back(100 + i);
  values.push_back(1e6);
  const FleetStrip strip = fleet_strip(values, LowerLimit{50});
  EXPECT_EQ(strip.counts.size(), kStripParts);
  EXPECT_EQ(std::accumulate(strip.counts.begin(), strip.counts.end(), 0U), 1002U);
  EXPECT_EQ(strip.low, 50);
  EXPECT_LT(strip.high, 2000);
  EXPECT_EQ(strip.counts[0], 0U);
  EXPECT_EQ(strip.bounds, (std::vector<double>{50}));
}

TEST(FleetStrip, IsAbsentWhereNothingCanBeSeen) {
  EXPECT_TRUE(fleet_strip({}, LowerLimit{1}).counts.empty());
  EXPECT_TRUE(fleet_strip({2}, LowerLimit{1}).counts.empty());
  EXPECT_TRUE(fleet_strip({2, 2}, LowerLimit{1}).counts.empty());
  EXPECT_TRUE(fleet_strip({2, std::nan("")}, LowerLimit{1}).counts.empty());
  EXPECT_EQ(fleet_strip({2, 3}, BandLimit{1, 4}).bounds.size(), 2U);
  EXPECT_TRUE(fleet_strip({2, 3}, LowerLimit{std::nan("")}).bounds.empty());
}

TEST(Certificate, ALimitThatNoCellMeetsIsNotAPass) {
  auto c = accepted_campaign();
  Limit other = c.limits.limits[0];
  other.clause = "9.1";
  other.model = "a model that is not here";
  c.limits.limits.push_back(other);
  const auto rows = certificate(c.results, c.limits, c.verdicts, false);
  const auto& row = rows.at(3);  // after 4.2, 4.10 and 5.1
  EXPECT_EQ(row.clause, "9.1");
  EXPECT_EQ(row.cells, 0U);
  EXPECT_EQ(row.verdict, Verdict::not_judged);
  EXPECT_EQ(row.worst, "not measured");
}

}  // namespace
}  // namespace rackproof
