#include "reports/html/ratio_chart.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/reports/html/page_checks.hpp"

namespace rackproof::test {

namespace {

Ratio ratio_of(double value, double low, double high, RatioWord word) {
  Ratio ratio;
  ratio.value = value;
  ratio.interval = {low, high};
  ratio.word = word;
  return ratio;
}

Comparison comparison_of(const std::vector<Ratio>& ratios) {
  Comparison comparison;
  for (const Ratio& ratio : ratios) {
    ComparedRatio compared;
    compared.ratio = ratio;
    ComparedMetric metric;
    metric.ratios = {compared};
    comparison.metrics.push_back(metric);
  }
  return comparison;
}

TEST(RatioChart, DotsStandInTheOrderOfTheirRatiosOnOneAxis) {
  const std::vector<Ratio> ratios{
      ratio_of(0.5, 0.4, 0.6, RatioWord::slower), ratio_of(1, 0.99, 1.01, RatioWord::equivalent),
      ratio_of(1.2, 1.1, 1.3, RatioWord::faster), ratio_of(30, 20, 40, RatioWord::faster)};
  const RatioChart chart(comparison_of(ratios));
  double last = 0;
  for (const Ratio& ratio : ratios) {
    const std::string row = chart.row(ratio, ratio.word, "label");
    EXPECT_EQ(problems_of(row), "");
    const double x = numbers_of(row, "cx").at(0);
    EXPECT_GT(x, last);
    EXPECT_GE(numbers_of(row, "x1").at(1), 0);  // the whisker lies within the drawing
    EXPECT_LE(numbers_of(row, "x2").at(1), 200);
    EXPECT_LT(numbers_of(row, "x1").at(1), x);
    EXPECT_GT(numbers_of(row, "x2").at(1), x);
    last = x;
  }
}

TEST(RatioChart, TheAxisNamesOneAndItsLabelsDoNotOverlap) {
  for (const double largest : {1.001, 1.04, 1.5, 7.0, 90.0, 1e6}) {
    const RatioChart chart(comparison_of({ratio_of(largest, largest, largest, RatioWord::faster)}));
    const std::string axis = chart.axis("label");
    EXPECT_EQ(problems_of(axis), "");
    EXPECT_EQ(count_of(axis, ">1</text>"), 1u);
    std::vector<double> x;
    for (const double value : numbers_of(axis, "x")) x.push_back(value);
    x.erase(x.begin());  // of the band
    std::ranges::sort(x);
    for (std::size_t i = 1; i < x.size(); ++i) EXPECT_GE(x[i] - x[i - 1], 33.9) << largest;
  }
}

TEST(RatioChart, TheBandIsTheMarginAroundOne) {
  Comparison comparison = comparison_of({ratio_of(1.5, 1.4, 1.6, RatioWord::faster)});
  comparison.settings.ratio.margin = 0.1;
  const RatioChart chart(comparison);
  const std::string row = chart.row(comparison.metrics[0].ratios[0].ratio, RatioWord::faster, "label");
  EXPECT_NEAR(numbers_of(row, "x").at(0), chart.scale().at(1 / 1.1), 0.06);
  EXPECT_NEAR(numbers_of(row, "width").at(1), chart.scale().at(1.1) - chart.scale().at(1 / 1.1), 0.06);
}

TEST(RatioChart, HollowWhereNoDifferenceIsShownAndAbsentWithoutANumber) {
  const Ratio undecided = ratio_of(1.1, 0.9, 1.3, RatioWord::undecided);
  const RatioChart chart(comparison_of({undecided}));
  EXPECT_TRUE(contains(chart.row(undecided, RatioWord::undecided, "label"), "r=\"4\" fill=\"none\""));
  EXPECT_FALSE(contains(chart.row(undecided, RatioWord::faster, "label"), "r=\"4\" fill=\"none\""));
  const double none = std::nan("");
  EXPECT_EQ(chart.row(ratio_of(none, none, none, RatioWord::descriptive), RatioWord::descriptive, "label"),
            "");
  const std::string described =
      chart.row(ratio_of(1.1, none, none, RatioWord::descriptive), RatioWord::descriptive, "l");
  EXPECT_FALSE(contains(described, "nan"));
  EXPECT_EQ(numbers_of(described, "x1").size(), 1u);  // no whisker
}

}  // namespace

}  // namespace rackproof::test
