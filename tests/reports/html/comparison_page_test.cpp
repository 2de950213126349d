#include "reports/html/comparison_page.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "harness/base/error.hpp"
#include "harness/base/random.hpp"
#include "tests/reports/html/page_checks.hpp"

namespace rackproof::test {

namespace {

constexpr const char* kRate = "compute/device/gemm:f64#rate";

ComparedSeries series(std::vector<double> values, const std::string& division = "closed",
                      const std::string& metric = kRate) {
  ComparedSeries out;
  out.metric = metric;
  out.scope = "device";
  out.division = division;
  out.definition_hash = "d1";
  out.unit = "flop/s";
  out.direction = Direction::higher_is_better;
  out.models = {"m1"};
  out.read = [values = std::move(values)] { return ReplicateValues{values, {}, {}}; };
  return out;
}

ComparisonSide side(const std::string& name, std::vector<ComparedSeries> rows) {
  ComparisonSide out;
  out.name = name;
  out.sha256 = name + "'s bytes";
  out.campaign = name + "'s campaign";
  out.models = {"model of " + name};
  out.series = std::move(rows);
  return out;
}

std::vector<double> noisy(double centre, std::size_t n, std::uint64_t seed, double sd = 0.01) {
  std::vector<double> out;
  RandomSequence random(seed, n);
  for (std::size_t i = 0; i < n; ++i) out.push_back(centre * std::exp(sd * random.normal()));
  return out;
}

std::string page_of(const std::vector<ComparisonSide>& sides, const Comparison& comparison,
                    Language language = Language::en) {
  const Page page = comparison_page(sides, comparison, Words(language));
  EXPECT_EQ(problems_of(page.body), "");
  EXPECT_TRUE(page.data.empty());
  return page.body;
}

std::string page_of(const std::vector<ComparisonSide>& sides, const ComparisonSettings& settings = {}) {
  return page_of(sides, compare(sides, settings));
}

/// What says that one is better than another.
bool names_a_winner(const std::string& page) {
  return contains(page, "▲") || contains(page, "▼") || contains(page, "<b>faster") ||
         contains(page, "<b>slower") || contains(page, "fill=\"#4a86c5\"");
}

TEST(ComparisonPage, SaysFasterWithTheIntervalAndTheNumberOfDevices) {
  const std::string page =
      page_of({side("a", {series(noisy(1e12, 32, 1))}), side("b", {series(noisy(1.1e12, 24, 2))})});
  EXPECT_TRUE(contains(page, "<b>▲ faster</b>"));
  EXPECT_TRUE(contains(page, "24 : 32<small>P(better) 1.000</small>"));
  EXPECT_TRUE(contains(page, "1 ratios: faster or higher 1, slower or lower 0"));
  EXPECT_TRUE(std::regex_search(page, std::regex(R"re(<b>1\.\d+</b><small>\[1\.0\d+, 1\.1\d+\]</small>)re")));
  EXPECT_TRUE(contains(page, "1 ratios have a verdict. Taken alone, 0.05 of them"));
  EXPECT_TRUE(contains(page, "95 % interval"));
}

TEST(ComparisonPage, NamesNoWinnerWhereNoDifferenceIsShown) {
  const std::vector<ComparisonSide> sides{side("a", {series(noisy(1e12, 8, 1, 0.1))}),
                                          side("b", {series(noisy(1.02e12, 8, 3, 0.1))})};
  const Comparison found = compare(sides, {});
  ASSERT_EQ(found.metrics.front().ratios.front().ratio.word, RatioWord::undecided);
  for (const Language language : {Language::en, Language::zh, Language::both}) {
    const std::string page = page_of(sides, found, language);
    EXPECT_FALSE(names_a_winner(page));
    EXPECT_TRUE(contains(page, language == Language::zh ? "未显示差异" : "no difference shown"));
  }
}

TEST(ComparisonPage, AWordThatDoesNotHoldForAllTogetherStandsBehind) {
  const std::vector<ComparisonSide> sides{side("a", {series(noisy(1e12, 32, 1))}),
                                          side("b", {series(noisy(1.1e12, 32, 2))})};
  Comparison found = compare(sides, {});
  found.metrics.front().ratios.front().adjusted = RatioWord::undecided;
  const std::string page = page_of(sides, found);
  EXPECT_FALSE(names_a_winner(page));
  EXPECT_TRUE(contains(page, "<b>○ no difference shown</b><small>taken alone: faster</small>"));
  EXPECT_TRUE(contains(page, "no difference shown 1"));
}

TEST(ComparisonPage, FewDevicesAreDescribedOnlyWithTheReason) {
  const std::string page =
      page_of({side("a", {series(noisy(1e12, 4, 1))}), side("b", {series(noisy(2e12, 4, 2))})});
  EXPECT_FALSE(names_a_winner(page));
  EXPECT_TRUE(contains(page, "described only"));
  EXPECT_TRUE(contains(page, "a verdict needs 8 on each side"));
}

TEST(ComparisonPage, DivisionsAreNeverMixed) {
  const auto rows = [](double centre, std::uint64_t seed) {
    return std::vector{series(noisy(centre, 16, seed), "open"),
                       series(noisy(centre, 16, seed + 10), "closed"),
                       series(noisy(centre, 16, seed + 20), "unknown")};
  };
  const std::string page = page_of({side("a", rows(1e12, 1)), side("b", rows(1.1e12, 2))});
  const std::size_t closed = page.find("<h2>Closed division"), open = page.find("<h2>Open division"),
                    unknown = page.find("<h2>Division: <bdi>unknown");
  ASSERT_NE(unknown, std::string::npos);
  EXPECT_LT(closed, open);
  EXPECT_LT(open, unknown);
  EXPECT_EQ(count_of(page.substr(closed, open - closed), "<b>▲ faster</b>"), 1u);
  EXPECT_EQ(count_of(page.substr(open, unknown - open), "<b>▲ faster</b>"), 1u);
}

TEST(ComparisonPage, ConditionsThatDifferComeBeforeAnyRatio) {
  std::vector<ComparisonSide> sides{side("a", {series(noisy(1e12, 16, 1))}),
                                    side("b", {series(noisy(1e12, 16, 2))})};
  sides[0].conditions["device/driver"] = {{"580.1", 15}, {"581.0", 1}};
  const std::string page = page_of(sides);
  EXPECT_LT(page.find("<h2>Conditions that differ"), page.find("<h2>Closed division"));
  EXPECT_TRUE(contains(page, "Conditions that differ: 1"));
  EXPECT_TRUE(contains(page, "<bdi>580.1</bdi> (15)<br><bdi>581.0</bdi> (1)"));
  EXPECT_TRUE(contains(page, "<td>not known</td>"));
  sides[0].conditions.clear();
  EXPECT_TRUE(contains(page_of(sides), "No known condition differs"));
}

TEST(ComparisonPage, DevicesPickedByHandGiveNoVerdict) {
  ComparisonSettings settings;
  settings.selection.chosen = Chosen::hand_picked;
  const std::string page =
      page_of({side("a", {series(noisy(1e12, 32, 1))}), side("b", {series(noisy(2e12, 32, 2))})}, settings);
  EXPECT_FALSE(names_a_winner(page));
  EXPECT_LT(page.find("The devices were picked by hand"), page.find("class=\"strip"));
  settings.selection = {Chosen::random, 42};
  EXPECT_TRUE(
      contains(page_of({side("a", {series(noisy(1, 9, 1))}), side("b", {series(noisy(1, 9, 2))})}, settings),
               "Devices chosen: random with seed 42"));
}

TEST(ComparisonPage, WhatIsMissingIsNotMeasuredAndCounted) {
  const double none = std::nan("");
  const std::string page =
      page_of({side("a", {series({none, none})}), side("b", {series({1e12, none, -1})})});
  EXPECT_TRUE(contains(page, "not measured →</span><br><span class=\"v\">1 Tflop/s"));
  EXPECT_TRUE(contains(page, "left out: 2 : 2"));
  EXPECT_TRUE(contains(page, "<b>not measured</b>"));
  EXPECT_FALSE(contains(page, "nan"));
}

TEST(ComparisonPage, OfRatedIsShownAndPowerNamesItsSource) {
  const std::vector<ComparisonSide> sides{side("a", {series(noisy(1e12, 16, 1))}),
                                          side("b", {series(noisy(1e12, 16, 2))})};
  Comparison found = compare(sides, {});
  ComparedMetric& metric = found.metrics.front();
  EXPECT_TRUE(contains(page_of(sides, found),
                       "Per watt: 1 of 1 ratios of rates have no power of equal scope and source."));
  metric.reference.of_rated = 0.801;
  metric.reference.rated = "flops, f64";
  metric.ratios.front().power = "device, nvml";
  metric.ratios.front().per_watt = metric.ratios.front().ratio;
  const std::string page = page_of(sides, found);
  EXPECT_TRUE(contains(page, "80.1 % of <bdi>flops, f64</bdi>"));
  EXPECT_TRUE(contains(page, "per watt (<bdi>device, nvml</bdi>)"));
  EXPECT_FALSE(contains(page, "Per watt: "));
}

TEST(ComparisonPage, WhatOnlySomeHaveIsListed) {
  const std::vector<ComparisonSide> sides{
      side("a", {series(noisy(1, 9, 1)), series(noisy(1, 9, 3), "closed", "compute/device/gemm:f32#rate")}),
      side("b", {series(noisy(1, 9, 2))})};
  const std::string page = page_of(sides);
  EXPECT_GT(page.find("f32#<wbr>rate"), page.find("<h2>Not in every file"));
  const std::vector<ComparisonSide> nothing{side("a", {series(noisy(1, 9, 1))}),
                                            side("b", {series(noisy(1, 9, 1), "closed", "a/b/c#d")})};
  EXPECT_TRUE(contains(page_of(nothing), "No metric of the reference is in another file."));
}

TEST(ComparisonPage, ListsAreCutAndCounted) {
  std::vector<ComparisonSide> sides{side("a", {series(noisy(1, 9, 1))}), side("b", {series(noisy(1, 9, 2))})};
  Comparison found = compare(sides, {});
  found.metrics.resize(kMostRatios + 7, found.metrics.front());
  found.differing.assign(kMostConditions + 5, {"device/driver", {{{"1", 1}}, {{"2", 1}}}});
  found.unmatched.assign(kMostUnmatched + 3, {"a/b/c#d", "node", "closed", {1}});
  sides[0].notes.assign(kMostSideNotes + 2, "a note");
  const std::string page = page_of(sides, found);
  EXPECT_TRUE(contains(page, "+7 more ratios"));
  for (const int more : {5, 3, 2})
    EXPECT_TRUE(contains(page, fmt::format("<p class=\"note\">+{} more</p>", more)));
}

TEST(ComparisonPage, NamesAreTextWhateverTheyAre) {
  std::vector<ComparisonSide> sides{side("a", {series(noisy(1e12, 9, 1))}),
                                    side("b", {series(noisy(1e12, 9, 2))})};
  Comparison found = compare(sides, {});
  for (ComparisonSide& one : sides) {
    one.name = one.sha256 = one.campaign = kHostile + std::string(1'000'000, 'x');
    one.models = {kHostile};
    one.notes = {kHostile};
  }
  ComparedMetric& metric = found.metrics.front();
  metric.of.metric = metric.of.scope = metric.of.division = metric.reference.rated = kHostile;
  metric.of.implementations = {kHostile};
  metric.reference.of_rated = 0.5;
  metric.ratios.front().power = metric.ratios.front().ratio.why = kHostile;
  metric.ratios.front().per_watt = metric.ratios.front().ratio;
  found.differing = {{kHostile, {{{kHostile, 1}, {"2", 1}}, {}}}};
  found.unmatched = {{kHostile, kHostile, kHostile, {0}}};
  for (const Language language : {Language::en, Language::zh, Language::both}) {
    const std::string page = page_of(sides, found, language);
    EXPECT_FALSE(contains(page, "<script"));
    EXPECT_FALSE(contains(page, "\xE2\x80\xAE"));
    EXPECT_LT(page.size(), 100'000u);
  }
}

TEST(ComparisonPage, RefusesAComparisonOfOtherFiles) {
  const std::vector<ComparisonSide> sides{side("a", {series(noisy(1, 9, 1))}),
                                          side("b", {series(noisy(1, 9, 2))})};
  const Comparison found = compare(sides, {});
  EXPECT_THROW(comparison_page({sides[0]}, found, Words(Language::en)), Error);
}

}  // namespace

}  // namespace rackproof::test
