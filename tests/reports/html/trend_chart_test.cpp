#include "reports/html/trend_chart.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "harness/base/error.hpp"
#include "tests/reports/html/page_checks.hpp"
#include "tests/reports/html/sample_trend.hpp"

namespace rackproof::test {

namespace {

const Words kEnglish(Language::en);

std::string path_of(const std::string& chart) {
  static const std::regex path(R"re(<path d="([^"]*)")re");
  std::smatch match;
  return std::regex_search(chart, match, path) ? match[1].str() : std::string();
}

std::string drawn(const TrendFinding& finding, const std::vector<std::int32_t>& days,
                  const std::vector<double>& values, const Words& words = kEnglish) {
  const std::string chart = trend_chart(finding, days, values, "chart-1", words);
  EXPECT_EQ(problems_of(chart), "");
  return chart;
}

TEST(TrendChart, DrawsEveryMeasuredNightInItsPlace) {
  const std::string chart = drawn(sample_finding(1), trend_days(), stepped_values());
  const std::vector<double> x = numbers_of(chart, "cx"), y = numbers_of(chart, "cy");
  ASSERT_EQ(x.size(), std::size_t{kTrendNights});
  for (std::size_t i = 1; i < x.size(); ++i) EXPECT_GT(x[i], x[i - 1]);
  EXPECT_LT(y[9], y[12]);  // larger values stand higher
  EXPECT_LT(y[10], y[9]);
  EXPECT_EQ(count_of(path_of(chart), "M"), 1u);
  EXPECT_TRUE(contains(chart, "16 nights from 2026-10-24 to 2026-11-08, 16 of them measured"));
  EXPECT_TRUE(contains(chart, "▼ -10.0 % [-10.4 %, -9.6 %] · 2026-11-04"));
  EXPECT_TRUE(contains(chart, "1.8 GB/s"));
}

TEST(TrendChart, TheAxisDoesNotBeginAtZero) {
  const std::string chart = drawn(sample_finding(1), trend_days(), stepped_values());
  EXPECT_FALSE(contains(chart, ">0 B/s<"));
}

TEST(TrendChart, AMissingNightIsAGapAndNeverZero) {
  std::vector<double> values = stepped_values();
  values[5] = std::nan("");
  const std::string chart = drawn(sample_finding(1), trend_days(), values);
  EXPECT_EQ(numbers_of(chart, "cx").size(), std::size_t{kTrendNights - 1});
  EXPECT_EQ(count_of(path_of(chart), "M"), 2u);
  EXPECT_EQ(count_of(chart, ">not measured</td>"), 1u);
  EXPECT_FALSE(contains(chart, "0 B/s"));
}

TEST(TrendChart, NightsWithoutARunAreAGapToo) {
  std::vector<std::int32_t> days = trend_days();
  for (std::size_t i = 8; i < days.size(); ++i) days[i] += 3;
  TrendFinding finding = sample_finding(1);
  finding.changed = date_text(days[11]);
  EXPECT_EQ(count_of(path_of(drawn(finding, days, stepped_values())), "M"), 2u);
}

TEST(TrendChart, TwoNightsOfOneDayStandBesideEachOther) {
  EXPECT_EQ(night_positions({4, 5, 5, 6}), (std::vector<double>{4, 5, 5.5, 6}));
  std::vector<std::int32_t> days = trend_days();
  days[4] = days[3];
  const std::vector<double> x = numbers_of(drawn(sample_finding(1), days, stepped_values()), "cx");
  EXPECT_LT(x[3], x[4]);
}

TEST(TrendChart, TheLabelOfTheChangeIsNeverClipped) {
  static const std::regex label(
      R"re(<text x="([0-9.]+)" y="[0-9.]+" text-anchor="(start|end)" font-weight="600">([^<]*)<)re");
  for (int night = 0; night < kTrendNights; ++night) {
    TrendFinding finding = sample_finding(1);
    finding.changed = date_text(kTrendFirstDay + night);
    finding.effect = -0.9999;
    finding.effect_range = {-1.2345, -0.8765};
    const std::string chart = drawn(finding, trend_days(), stepped_values());
    std::smatch match;
    ASSERT_TRUE(std::regex_search(chart, match, label));
    const double x = std::stod(match[1]), width = 6.8 * static_cast<double>(match[3].length());
    EXPECT_GE(match[2] == "start" ? x : x - width, 0) << night;
    EXPECT_LE(match[2] == "start" ? x + width : x, 680) << night;
  }
}

TEST(TrendChart, ALevelThatWentAwayEndsThere) {
  static const std::regex band(R"re(<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)")re");
  const auto end_of_band = [&](TrendState state) {
    const std::string chart = drawn(sample_finding(1, state), trend_days(), stepped_values());
    std::smatch match;
    EXPECT_TRUE(std::regex_search(chart, match, band));
    return std::stod(match[1]) + std::stod(match[2]);
  };
  const std::vector<double> x = numbers_of(drawn(sample_finding(1), trend_days(), stepped_values()), "cx");
  EXPECT_NEAR(end_of_band(TrendState::confirmed), x.back(), 0.11);
  EXPECT_NEAR(end_of_band(TrendState::went_away), x[14], 0.11);  // on which it had gone away
}

TEST(TrendChart, WithoutAnyNightItSaysSo) {
  const std::vector<double> none(kTrendNights, std::nan(""));
  const std::string chart = drawn(sample_finding(1), trend_days(), none);
  EXPECT_TRUE(contains(chart, "No night of this series was measured."));
  EXPECT_FALSE(contains(chart, "<svg"));
  EXPECT_TRUE(contains(drawn(sample_finding(1), {}, {}), "No night"));
}

TEST(TrendChart, LevelsThatAreNotKnownAreNotDrawn) {
  TrendFinding finding = sample_finding(1);
  finding.before = finding.after = finding.effect = std::nan("");
  finding.effect_range = {std::nan(""), std::nan("")};
  const std::string chart = drawn(finding, trend_days(), stepped_values());
  EXPECT_FALSE(contains(chart, "nan"));
  EXPECT_FALSE(contains(chart, "<rect"));
  EXPECT_TRUE(contains(chart, "level not measured before and not measured after"));
}

TEST(TrendChart, OneNightAloneIsAPoint) {
  const std::string chart = drawn(sample_finding(1), {kTrendFirstDay}, {2e9});
  EXPECT_EQ(numbers_of(chart, "cx").size(), 1u);
  EXPECT_FALSE(contains(chart, "nan"));
}

TEST(TrendChart, NamesAreTextWhateverTheyAre) {
  TrendFinding finding = sample_finding(1);
  finding.subject = kHostile;
  for (const Language language : {Language::en, Language::zh, Language::both}) {
    const std::string chart = drawn(finding, trend_days(), stepped_values(), Words(language));
    EXPECT_FALSE(contains(chart, "<script"));
    EXPECT_TRUE(contains(chart, "\\u202e"));
  }
}

TEST(TrendChart, ValuesOfOtherNightsAreRefused) {
  EXPECT_THROW(trend_chart(sample_finding(1), trend_days(), {1, 2}, "chart-1", kEnglish), Error);
}

}  // namespace

}  // namespace rackproof::test
