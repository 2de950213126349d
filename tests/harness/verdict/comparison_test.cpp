#include "harness/verdict/compare/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "harness/base/error.hpp"
#include "harness/base/random.hpp"
#include "harness/base/two_samples.hpp"
#include "harness/verdict/compare/rated_share.hpp"

namespace rackproof {
namespace {

constexpr const char* kMetric = "compute/device/gemm:f64#rate";

ComparedSeries series(std::vector<double> values, std::string metric = kMetric) {
  ComparedSeries out;
  out.metric = std::move(metric);
  out.scope = "device";
  out.division = "closed";
  out.definition_hash = "d1";
  out.unit = "flop/s";
  out.direction = Direction::higher_is_better;
  out.read = [values = std::move(values)] { return ReplicateValues{values, {}, {}}; };
  return out;
}

ComparisonSide side(std::string name, std::vector<ComparedSeries> rows) {
  ComparisonSide out;
  out.name = name;
  out.sha256 = name + "'s bytes";
  out.campaign = name + "'s campaign";
  out.series = std::move(rows);
  return out;
}

std::vector<double> noisy(double centre, std::size_t n, std::uint64_t seed, double sd = 0.01) {
  std::vector<double> out;
  RandomSequence random(seed, n);
  for (std::size_t i = 0; i < n; ++i) out.push_back(centre * std::exp(sd * random.normal()));
  return out;
}

std::string refusal(const std::vector<ComparisonSide>& sides) {
  try {
    compare(sides, {});
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Comparison, TheFirstFileIsTheReference) {
  const Comparison found =
      compare({side("a", {series(noisy(1, 32, 1))}), side("b", {series(noisy(1.1, 32, 2))}),
               side("c", {series(noisy(0.9, 32, 3))})},
              {});
  ASSERT_EQ(found.metrics.size(), 1u);
  ASSERT_EQ(found.metrics[0].ratios.size(), 2u);
  EXPECT_EQ(found.metrics[0].ratios[0].side, 1u);
  EXPECT_EQ(found.metrics[0].ratios[0].ratio.word, RatioWord::faster);
  EXPECT_EQ(found.metrics[0].ratios[1].ratio.word, RatioWord::slower);
  EXPECT_EQ(found.verdicts, 2u);
  EXPECT_DOUBLE_EQ(found.expected_false_different, 0.1);
}

TEST(Comparison, OneFileTwiceIsRefused) {
  ComparisonSide again = side("a", {});
  again.name = "copy of a";
  EXPECT_NE(refusal({side("a", {}), again}).find("identical, byte for byte"), std::string::npos);
  again.sha256 = "others";
  EXPECT_NE(refusal({side("a", {}), again}).find("of one campaign, a's campaign"), std::string::npos);
  EXPECT_NE(refusal({side("a", {})}).find("at least two"), std::string::npos);
}

TEST(Comparison, AnotherDefinitionIsRefusedWithBoth) {
  ComparedSeries other = series(noisy(1, 9, 1));
  other.definition_hash = "d2";
  const std::string why = refusal({side("a", {series(noisy(1, 9, 1))}), side("b", {other})});
  EXPECT_NE(why.find("definition d1"), std::string::npos) << why;
  EXPECT_NE(why.find("definition d2"), std::string::npos) << why;
  ComparedSeries unit = series(noisy(1, 9, 1));
  unit.unit = "B/s";
  EXPECT_NE(refusal({side("a", {series(noisy(1, 9, 1))}), side("b", {unit})}).find("not the same metric"),
            std::string::npos);
}

TEST(Comparison, AMetricTwiceOnOneSideIsRefused) {
  EXPECT_NE(refusal({side("a", {series({}), series({})}), side("b", {})}).find("twice"), std::string::npos);
}

TEST(Comparison, DivisionsAndScopesAreNeverMixed) {
  ComparedSeries open = series(noisy(2, 32, 2));
  open.division = "open";
  ComparedSeries node = series(noisy(1, 32, 2), "memory/host/triad#bandwidth");
  ComparedSeries device = node;
  node.scope = "node";
  const Comparison found =
      compare({side("a", {series(noisy(1, 32, 1)), node}), side("b", {open, device})}, {});
  EXPECT_TRUE(found.metrics.empty());
  ASSERT_EQ(found.unmatched.size(), 4u);
  EXPECT_EQ(found.unmatched[0].division, "closed");
  EXPECT_EQ(found.unmatched[0].sides, std::vector<std::size_t>{0});
  EXPECT_EQ(found.unmatched[1].sides, std::vector<std::size_t>{1});
  EXPECT_EQ(found.verdicts, 0u);
}

TEST(Comparison, WithoutNumbersNothingIsSaid) {
  const double none = std::nan("");
  const Comparison found =
      compare({side("a", {series(noisy(1, 32, 1))}), side("b", {series({none, none, 0, -1})})}, {});
  const ComparedRatio& ratio = found.metrics.at(0).ratios.at(0);
  EXPECT_EQ(ratio.left_out, 4u);
  EXPECT_EQ(ratio.ratio.word, RatioWord::descriptive);
  EXPECT_TRUE(std::isnan(ratio.ratio.value));
  EXPECT_EQ(compare({side("a", {}), side("b", {})}, {}).metrics.size(), 0u);
}

TEST(Comparison, DevicesPickedByHandAreDescribedOnly) {
  ComparisonSettings settings;
  settings.selection.chosen = Chosen::hand_picked;
  ComparedSeries dependent = series(noisy(1.2, 32, 3), "interconnect/host/pt2pt#bandwidth");
  dependent.scope = "pair";
  ComparedSeries reference = dependent;
  dependent.dependent = "its pairs share nodes";
  const std::vector<ComparisonSide> sides{side("a", {series(noisy(1, 32, 1)), reference}),
                                          side("b", {series(noisy(2, 32, 2)), dependent})};
  for (const ComparedMetric& metric : compare(sides, settings).metrics) {
    EXPECT_EQ(metric.ratios.at(0).ratio.word, RatioWord::descriptive);
    EXPECT_TRUE(std::isnan(metric.ratios.at(0).ratio.interval.lo));
    EXPECT_GE(metric.ratios.at(0).ratio.value, 1);
  }
  const Comparison found = compare(sides, {});
  EXPECT_EQ(found.metrics[0].ratios[0].ratio.word, RatioWord::faster);
  EXPECT_EQ(found.metrics[1].ratios[0].ratio.why, "its pairs share nodes");
}

TEST(Comparison, PerWattNeedsPowerOfOneScopeAndSource) {
  const auto with_power = [](double centre, const std::string& source, double watts) {
    ComparedSeries out = series({});
    out.read = [=] {
      return ReplicateValues{noisy(centre, 32, 1), {}, {{source, std::vector<double>(32, watts)}}};
    };
    return out;
  };
  const ComparedRatio same = compare({side("a", {with_power(1, "device, library", 100)}),
                                      side("b", {with_power(1.2, "device, library", 200)})},
                                     {})
                                 .metrics.at(0)
                                 .ratios.at(0);
  ASSERT_TRUE(same.per_watt);
  EXPECT_EQ(same.ratio.word, RatioWord::faster);
  EXPECT_EQ(same.per_watt->word, RatioWord::slower);
  EXPECT_NEAR(same.per_watt->value, 0.6, 1e-9);
  const ComparedRatio other = compare({side("a", {with_power(1, "device, library", 100)}),
                                       side("b", {with_power(1.2, "package, library", 200)})},
                                      {})
                                  .metrics.at(0)
                                  .ratios.at(0);
  EXPECT_FALSE(other.per_watt);
  EXPECT_EQ(other.power, "no power of equal scope and source");
}

TEST(Comparison, HolmTakesBackWhatOneOfManyShows) {
  // Sixty metrics of the same machines: some are called different, none after Holm but once in twenty runs.
  std::vector<ComparedSeries> a, b;
  for (int i = 0; i < 60; ++i) {
    const std::string metric = "case/m" + std::to_string(100 + i) + "#rate";
    a.push_back(series(noisy(1, 16, 1000 + static_cast<std::uint64_t>(i), 0.05), metric));
    b.push_back(series(noisy(1, 16, 2000 + static_cast<std::uint64_t>(i), 0.05), metric));
  }
  std::vector<double> logs = a[0].read().values;
  for (double& x : logs) x = std::log(x);
  // 2.5 standard errors: p below 0.05, far above 0.05 / 60.
  const double step = 2.5 * welch_difference(logs, logs).standard_error;
  std::vector<double> shifted;
  for (const double x : logs) shifted.push_back(std::exp(x + step));
  b[0] = series(shifted, a[0].metric);
  const ComparedRatio ratio = compare({side("a", a), side("b", b)}, {}).metrics.at(0).ratios.at(0);
  EXPECT_EQ(ratio.ratio.word, RatioWord::faster);
  EXPECT_EQ(ratio.adjusted, RatioWord::undecided);
  EXPECT_EQ(compare({side("a", {a[0]}), side("b", {b[0]})}, {}).metrics[0].ratios[0].adjusted,
            RatioWord::faster);
}

TEST(Comparison, ConditionsDifferBetweenSidesAndWithinOne) {
  ComparisonSide a = side("a", {}), b = side("b", {});
  a.conditions = {
      {"driver", {{"1", 8}}}, {"ecc", {{"on", 8}}}, {"governor", {{"x", 1}, {"y", 7}}}, {"cap", {{"w", 8}}}};
  b.conditions = {{"driver", {{"2", 8}}}, {"ecc", {{"on", 4}}}, {"governor", {{"x", 1}, {"y", 7}}}};
  const auto differing = differing_conditions({a, b});
  ASSERT_EQ(differing.size(), 3u);
  EXPECT_EQ(differing[0].item, "cap");
  EXPECT_TRUE(differing[0].found[1].empty());
  EXPECT_EQ(differing[1].item, "driver");
  EXPECT_EQ(differing[2].item, "governor");
  EXPECT_TRUE(differing_conditions({a, a}).size() == 1);  // mixed within
}

TEST(Comparison, AShareOfTheRatedPeakIsShownOfOneModelOnly) {
  RatedDevices rated;
  rated.add(
      "schema = 1\n[[device]]\nvendor = \"V\"\nmodel = \"m1\"\n[device.rated.f64_matrix_rate]\n"
      "value = \"2 FLOP/s\"\nconvention = \"dense\"\nsource = \"test\"\n",
      "devices.toml");
  ComparedSeries one = series(std::vector<double>(9, 1.0), "compute/device/gemm:f64,n=256,sustained#rate"),
                 two = one;
  one.models = {"m1"};
  two.models = {"m1", "m2"};
  Comparison found = compare({side("a", {one}), side("b", {two})}, {});
  add_rated_shares(found, rated);
  const ComparedMetric& metric = found.metrics.at(0);
  EXPECT_DOUBLE_EQ(metric.reference.value, 1);
  ASSERT_TRUE(metric.reference.of_rated);
  EXPECT_DOUBLE_EQ(*metric.reference.of_rated, 0.5);
  EXPECT_FALSE(metric.ratios.at(0).mean.of_rated);
}

TEST(Comparison, SameAnswerOnAnyNumberOfThreads) {
  const auto figures = [](unsigned threads) {
    std::vector<ComparedSeries> a, b;
    for (std::uint64_t i = 0; i < 9; ++i) {
      a.push_back(series(noisy(1, 20, i), "case/m" + std::to_string(i) + "#rate"));
      b.push_back(series(noisy(1, 20, 100 + i), "case/m" + std::to_string(i) + "#rate"));
    }
    ComparisonSettings settings;
    settings.threads = threads;
    std::vector<double> out;
    for (const auto& metric : compare({side("a", a), side("b", b)}, settings).metrics)
      out.insert(out.end(), {metric.ratios[0].ratio.value, metric.ratios[0].ratio.interval.lo});
    return out;
  };
  EXPECT_EQ(figures(1), figures(2));
  EXPECT_EQ(figures(1), figures(4));
}

}  // namespace
}  // namespace rackproof
