#include "reports/html/nightly_page.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "tests/reports/html/page_checks.hpp"
#include "tests/reports/html/sample_trend.hpp"

namespace rackproof::test {

namespace {

std::string page_of(const Trend& trend, const TrendCharts& charts = {}, Language language = Language::en) {
  const Page page = nightly_page(trend, charts, Words(language));
  EXPECT_EQ(problems_of(page.body), "");
  EXPECT_EQ(page.language, language);
  EXPECT_TRUE(page.data.empty());
  return page.body;
}

/// The class of the strip: the colour of the headline.
std::string colour_of(const std::string& page) {
  static const std::regex strip(R"re(<section class="strip ([a-z]+)")re");
  std::smatch match;
  return std::regex_search(page, match, strip) ? match[1].str() : std::string();
}

TrendCharts charts_of(const Trend& trend) {
  TrendCharts charts;
  charts.days = trend_days();
  for (const std::size_t finding : charted_changes(trend))
    charts.charts.push_back({finding, stepped_values()});
  return charts;
}

TrendCause sample_cause() {
  TrendCause cause;
  cause.id = "0123456789ab";
  cause.scope = "node";
  cause.levels = {{"host/driver", "13.0.1"}};
  cause.changed = date_text(kTrendFirstDay + 11);
  cause.members = 7;
  cause.changed_subjects = 8;
  cause.unchanged_with = 1;
  cause.unchanged = 22;
  cause.p_value = 0.00012;
  cause.metrics = {"memory/host/triad:f64,cold#bandwidth"};
  return cause;
}

TEST(NightlyPage, IsOfThePassOnlyWhenAllWasMeasuredAndNothingGotWorse) {
  const std::string page = page_of(quiet_trend());
  EXPECT_EQ(colour_of(page), "pass");
  EXPECT_TRUE(contains(page, "✓ No new change for the worse"));
  EXPECT_TRUE(contains(page, "16 nights from 16 runs, 2026-10-24 to 2026-11-08"));
  EXPECT_TRUE(contains(page, "60 / 60"));
  EXPECT_TRUE(contains(page, "None is new or confirmed."));
  EXPECT_FALSE(contains(page, "<h2>Suspects"));
  EXPECT_FALSE(contains(page, "<h2>Night by night"));
}

TEST(NightlyPage, OneUnmeasuredCaseIsNoPass) {
  Trend trend = quiet_trend();
  trend.coverage.measured = 59;
  const std::string page = page_of(trend);
  EXPECT_EQ(colour_of(page), "open");
  EXPECT_TRUE(contains(page, "No new change for the worse in what was measured"));
  EXPECT_TRUE(contains(page, "1 promised cases of the last night were not measured."));
  trend.coverage = {0, 0};
  EXPECT_EQ(colour_of(page_of(trend)), "open");
}

TEST(NightlyPage, TooLittleIsSaidWithItsReasons) {
  Trend trend = quiet_trend();
  trend.coverage.measured = 29;
  std::string page = page_of(trend);
  EXPECT_EQ(colour_of(page), "open");
  EXPECT_TRUE(contains(page, "! Too little was measured"));
  EXPECT_TRUE(contains(page, "Less than half of what was promised"));
  trend = quiet_trend();
  trend.nights.resize(5);
  EXPECT_TRUE(contains(page_of(trend), "There are 5 nights; nothing can be said before there are 10."));
  trend = quiet_trend();
  trend.series_watched = 0;
  EXPECT_TRUE(contains(page_of(trend), "No series has enough nights"));
  trend = Trend{};
  page = page_of(trend);
  EXPECT_EQ(colour_of(page), "open");
  EXPECT_TRUE(contains(page, "no nights"));
}

TEST(NightlyPage, AConfirmedChangeForTheWorseIsTheHeadlineAlsoWhenLittleWasMeasured) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1)};
  EXPECT_EQ(colour_of(page_of(trend)), "fail");
  trend.coverage.measured = 10;
  const std::string page = page_of(trend);
  EXPECT_EQ(colour_of(page), "fail");
  EXPECT_TRUE(contains(page, "✕ Confirmed changes for the worse: 1"));
  EXPECT_TRUE(contains(page, "<p class=\"banner\" role=\"note\"><b>⚠ Too little was measured.</b>"));
  EXPECT_TRUE(contains(page, "50 promised cases of the last night were not measured."));
}

TEST(NightlyPage, WhatIsNewOpensAndWhatIsBetterOrKnownDoesNot) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1, TrendState::fresh)};
  EXPECT_EQ(colour_of(page_of(trend)), "open");
  trend.findings = {sample_finding(1, TrendState::confirmed, Change::better),
                    sample_finding(2, TrendState::acknowledged), sample_finding(3, TrendState::went_away)};
  EXPECT_EQ(colour_of(page_of(trend)), "pass");
}

TEST(NightlyPage, ListsConfirmedBeforeNewAndWorseBeforeBetter) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1, TrendState::fresh),
                    sample_finding(2, TrendState::confirmed, Change::better),
                    sample_finding(3, TrendState::confirmed, Change::changed), sample_finding(4),
                    sample_finding(5, TrendState::acknowledged)};
  EXPECT_EQ(listed_changes(trend), (std::vector<std::size_t>{3, 2, 1, 0}));
}

TEST(NightlyPage, ARowSaysWhatSinceWhenAndWhere) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(7)};
  trend.findings[0].cause = 0;
  trend.causes = {sample_cause()};
  const std::string page = page_of(trend, charts_of(trend));
  for (const char* text :
       {"-10.0 %</b><small class=\"v\">[-10.4 %, -9.6 %]", "2 GB/s →</span><br><span class=\"v\">1.8 GB/s",
        "2026-11-04", "rack1/node7", "SN0007", "host07", "✕ confirmed</span> worse", "href=\"#cause-1\"",
        "href=\"#chart-1\"", "000000000007"})
    EXPECT_TRUE(contains(page, text)) << text;
}

TEST(NightlyPage, CausesStandBeforeChangesWithTheirCounts) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1)};
  trend.causes = {sample_cause()};
  trend.causes[0].levels.push_back({"hall", "A"});
  const std::string page = page_of(trend);
  EXPECT_LT(page.find("id=\"cause-1\""), page.find("id=\"change-1\""));
  EXPECT_TRUE(contains(page, "<bdi>host/driver</bdi> = <bdi>13.0.1</bdi>"));
  EXPECT_TRUE(contains(page, "7 / 8<small><bdi>node</bdi>"));
  EXPECT_TRUE(contains(page, "1 / 22<small><bdi>node</bdi>"));
  EXPECT_TRUE(contains(page, "0.00012"));
  EXPECT_TRUE(contains(page, "cannot be told apart"));
  EXPECT_FALSE(contains(page, "in common with others"));  // the finding is not of it
  trend.findings[0].cause = 0;
  EXPECT_TRUE(contains(page_of(trend), "1 of them have a cause in common with others; causes: 1."));
  // Only what a node told of itself is its environment.
  EXPECT_TRUE(contains(page, "on 7 of the 8 that changed, and on 1 of the 22 that did not."));
  EXPECT_EQ(count_of(page, "of the 8 that changed"), 1u);
}

TEST(NightlyPage, ALargeCauseDoesNotHideWhatElseChanged) {
  Trend trend = quiet_trend();
  trend.causes = {sample_cause()};
  for (int i = 0; i < 300; ++i) {
    trend.findings.push_back(sample_finding(i));
    trend.findings.back().cause = 0;
  }
  trend.findings.push_back(sample_finding(999));
  const std::string page = page_of(trend, charts_of(trend));
  EXPECT_EQ(listed_changes(trend).size(), kMostChangesOfCause + 1);
  EXPECT_TRUE(contains(page, "rack1/node999"));
  EXPECT_TRUE(contains(page, "+295 more changes are not listed here"));
}

TEST(NightlyPage, ListsAreCutAndCounted) {
  Trend trend = quiet_trend();
  for (int i = 0; i < 150; ++i) trend.findings.push_back(sample_finding(i));
  for (int i = 0; i < 60; ++i) trend.findings.push_back(sample_finding(200 + i, TrendState::acknowledged));
  for (int i = 0; i < 60; ++i) trend.findings.push_back(sample_finding(300 + i, TrendState::went_away));
  for (int i = 0; i < 40; ++i)
    trend.suspects.push_back({"node", fmt::format("rack2/node{}", i), "K", "a/b/c#d", "far"});
  trend.notes.assign(70, "a note");
  const TrendCharts charts = charts_of(trend);
  EXPECT_EQ(charts.charts.size(), kMostCharts);
  const std::string page = page_of(trend, charts);
  EXPECT_EQ(count_of(page, "<tr id=\"change-"), kMostChanges + 2 * kMostSettled);
  EXPECT_TRUE(contains(page, "+50 more changes"));
  EXPECT_EQ(count_of(page, "+10 more changes"), 2u);
  EXPECT_TRUE(contains(page, "Acknowledged: 60"));
  EXPECT_TRUE(contains(page, "<p class=\"note\">+10 more</p>"));
  EXPECT_TRUE(contains(page, "<li>+20 more</li>"));
  EXPECT_EQ(count_of(page, "<svg"), kMostCharts);
  EXPECT_LT(page.size(), std::size_t{1} << 20);
}

TEST(NightlyPage, SettledIsFoldedWithWhoKnowsOfIt) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1, TrendState::acknowledged), sample_finding(2, TrendState::went_away)};
  const std::string page = page_of(trend);
  const std::size_t fold = page.find("<details><summary><b>Acknowledged: 1");
  ASSERT_NE(fold, std::string::npos);
  EXPECT_GT(page.find("E. Example, OPS-4711, until 2026-12-24"), fold);
  EXPECT_TRUE(contains(page, "gone 2026-11-07"));
}

TEST(NightlyPage, WhatIsNotKnownIsNotMeasured) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1)};
  trend.findings[0].before = trend.findings[0].after = trend.findings[0].effect = std::nan("");
  const std::string page = page_of(trend);
  EXPECT_TRUE(contains(page, "not measured →</span><br><span class=\"v\">not measured"));
  EXPECT_TRUE(contains(page, "<b class=\"v\">not measured</b>"));
  EXPECT_FALSE(contains(page, "nan"));
}

TEST(NightlyPage, NamesAreTextWhateverTheyAre) {
  Trend trend = quiet_trend();
  TrendFinding finding = sample_finding(1);
  finding.subject = finding.key = finding.host = finding.metric = finding.acknowledged = finding.scope =
      kHostile;
  finding.host += std::string(1'000'000, 'x');
  finding.cause = 0;
  trend.findings = {finding, finding};
  trend.findings[1].state = TrendState::acknowledged;
  trend.causes = {sample_cause()};
  trend.causes[0].levels = {{kHostile, kHostile}, {"a/" + kHostile, kHostile}};
  trend.causes[0].metrics = {kHostile};
  trend.suspects = {{kHostile, kHostile, kHostile, kHostile, kHostile}};
  trend.notes = {kHostile};
  for (const Language language : {Language::en, Language::zh, Language::both}) {
    const std::string page = page_of(trend, charts_of(trend), language);
    EXPECT_FALSE(contains(page, "<script"));
    EXPECT_FALSE(contains(page, "\xE2\x80\xAE"));
    EXPECT_TRUE(contains(page, "characters in all"));
    EXPECT_LT(page.size(), 100'000u);
  }
}

TEST(NightlyPage, SpeaksChineseOrBoth) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1)};
  EXPECT_TRUE(contains(page_of(trend, charts_of(trend), Language::zh), "✕ 已确认的劣化：1 项"));
  const std::string both = page_of(trend, charts_of(trend), Language::both);
  EXPECT_TRUE(
      contains(both, "<span lang=\"en\">Confirmed changes for the worse: 1</span><span lang=\"zh-CN\">"));
  EXPECT_FALSE(contains(both, "<text><span"));
}

TEST(NightlyPage, SameTrendSameBytes) {
  Trend trend = quiet_trend();
  trend.findings = {sample_finding(1), sample_finding(2, TrendState::fresh)};
  EXPECT_EQ(page_of(trend, charts_of(trend)), page_of(trend, charts_of(trend)));
}

}  // namespace

}  // namespace rackproof::test
