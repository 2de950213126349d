#include "harness/verdict/trend/trend_charts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "harness/base/error.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/verdict/night_files.hpp"

namespace rackproof::test {

namespace {

constexpr int kNights = 16;

/// One rack of four nodes: all are a tenth slower on the last five nights, and the third was not measured on one.
class TrendChartsOfNights : public testing::Test {
 protected:
  TrendChartsOfNights() {
    site_.racks = 1;
    site_.nodes = 4;
    site_.planted = [](int night, int node, NightlyNode& state) {
      if (night >= kNights - 5) state.share = 0.9;
      if (node == 2 && night == 4) state.share = std::nan("");
    };
    for (int night = 0; night < kNights; ++night) site_.write(folder_.path(), night);
  }

  NightlySite site_;
  TemporaryFolder folder_;
};

std::vector<std::size_t> every_row(const Trend& trend) {
  std::vector<std::size_t> rows(trend.findings.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

TEST_F(TrendChartsOfNights, AreTheValuesThatWereScanned) {
  const NightlyHistory history(files_of(folder_.path()));
  const Trend found = trend(history, {});
  const TrendCharts charts = trend_charts(history, {}, found, every_row(found));
  ASSERT_EQ(charts.days.size(), std::size_t{kNights});
  EXPECT_EQ(charts.days.front(), kFirstDay);
  ASSERT_EQ(charts.charts.size(), found.findings.size());
  bool has_roll_up = false, has_gap = false;
  for (const TrendChart& chart : charts.charts) {
    const TrendFinding& finding = found.findings[chart.finding];
    has_roll_up = has_roll_up || finding.is_roll_up;
    ASSERT_EQ(chart.values.size(), std::size_t{kNights});
    std::vector<double> before, after;
    for (int night = 0; night < kNights; ++night) {
      const double value = chart.values[static_cast<std::size_t>(night)];
      if (std::isfinite(value)) (night < kNights - 5 ? before : after).push_back(value);
    }
    EXPECT_NEAR(median(before) / finding.before, 1, 1e-6) << finding.scope;
    EXPECT_NEAR(median(after) / finding.after, 1, 1e-6) << finding.scope;
    if (finding.subject == "rack1/node3") {
      has_gap = std::isnan(chart.values[4]);
      EXPECT_EQ(before.size(), std::size_t{kNights - 6});
    }
  }
  EXPECT_TRUE(has_roll_up);
  EXPECT_TRUE(has_gap);
}

TEST_F(TrendChartsOfNights, NightsBeforeALevelWasAcceptedAnewAreLeftOut) {
  const NightlyHistory history(files_of(folder_.path()));
  const Trend found = trend(history, {});
  const TrendEvents events = parse_trend_events(
      fmt::format(
          "schema = 1\n[[accepted_level]]\nmetric = \"*\"\nsubject = \"site\"\ndate = {}\nwho = \"me\"\n",
          date_text(kFirstDay + 2)),
      "events");
  for (const TrendChart& chart : trend_charts(history, events, found, every_row(found)).charts) {
    if (found.findings[chart.finding].is_roll_up)
      continue;  // a rack's own name is not covered by its members' cut
    EXPECT_TRUE(std::isnan(chart.values[1]));
    EXPECT_TRUE(std::isfinite(chart.values[2]));
  }
}

TEST_F(TrendChartsOfNights, WhatIsNotOfTheHistoryIsRefused) {
  const NightlyHistory history(files_of(folder_.path()));
  Trend found = trend(history, {});
  ASSERT_FALSE(found.findings.empty());
  const std::vector<std::size_t> beyond{found.findings.size()}, first{0};
  EXPECT_THROW(trend_charts(history, {}, found, beyond), Error);
  found.findings[0].key = "no such key";
  EXPECT_THROW(trend_charts(history, {}, found, first), Error);
  EXPECT_TRUE(trend_charts(history, {}, found, {}).charts.empty());
}

}  // namespace

}  // namespace rackproof::test
