// From the targets of a metric to the worst of each rack; from labels of nodes to those of racks.
#include "reports/fleet_metric.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reports/display_unit.hpp"
#include "reports/fleet_labels.hpp"

namespace rackproof {

namespace {

constexpr float kNoFigure = std::numeric_limits<float>::quiet_NaN();

std::uint8_t number(Verdict verdict) { return static_cast<std::uint8_t>(verdict); }

SeriesRow bandwidth(Direction direction = Direction::higher_is_better) {
  SeriesRow series;
  series.case_id = "memory/device/triad:f64,cold";
  series.quantity = "bandwidth";
  series.unit = "B/s";
  series.direction = direction;
  return series;
}

Limit limit_of(Bound bound) {
  Limit limit;
  limit.bound = std::move(bound);
  limit.dimension = kBytePerSecond;
  return limit;
}

/// Rack 0 has four targets, rack 1 one without a figure, rack 2 none; one target lies in no rack.
struct Targets {
  std::vector<std::uint32_t> rack{0, 0, 0, 0, 1, kNoRack};
  std::vector<float> value{3e9F, 1.23456e9F, kNoFigure, 2e9F, kNoFigure, 0.5e9F};
  std::vector<std::uint8_t> verdict{number(Verdict::pass),       number(Verdict::inconclusive),
                                    number(Verdict::not_judged), number(Verdict::pass),
                                    number(Verdict::not_judged), number(Verdict::fail)};
  TargetColumn view() const { return {rack, value, verdict}; }
};

TEST(FleetMetric, HasTheWorstOfEachRack) {
  const Targets targets;
  const Limit limit = limit_of(LowerLimit{1e9});
  const FleetMetric metric = fleet_metric(bandwidth(), "device", &limit, targets.view(), 3);
  EXPECT_EQ(metric.unit, "GB/s");
  EXPECT_EQ(metric.lower, 1);
  EXPECT_TRUE(std::isnan(metric.upper));
  EXPECT_EQ(metric.value[0], 1.235F);  // four digits
  EXPECT_TRUE(std::isnan(metric.value[1]));
  EXPECT_TRUE(std::isnan(metric.value[2]));
  EXPECT_EQ(metric.verdict, (std::vector<std::uint8_t>{number(Verdict::inconclusive),
                                                       number(Verdict::not_judged), kNoVerdict}));
  EXPECT_EQ(metric.failing, 1u);  // also one that lies in no rack
  EXPECT_DOUBLE_EQ(metric.p50, 1.617);
}

TEST(FleetMetric, TheLimitSaysWhichIsWorse) {
  const Targets targets;
  const auto worst = [&](const Limit* limit, Direction direction) {
    return fleet_metric(bandwidth(direction), "device", limit, targets.view(), 3).value[0];
  };
  const Limit upper = limit_of(UpperLimit{5e9}), band = limit_of(BandLimit{1.5e9, 2.9e9});
  EXPECT_EQ(worst(&upper, Direction::higher_is_better), 3);
  EXPECT_EQ(worst(&band, Direction::higher_is_better), 1.235F);
  EXPECT_EQ(worst(nullptr, Direction::higher_is_better), 1.235F);
  EXPECT_EQ(worst(nullptr, Direction::lower_is_better), 3);
  EXPECT_EQ(worst(nullptr, Direction::neither), 3);  // the median of all is 1.617
}

TEST(FleetMetric, WithoutAFigureNothingIsZero) {
  Targets targets;
  targets.value.assign(6, kNoFigure);
  const Limit limit = limit_of(LowerLimit{1e9});
  const FleetMetric metric = fleet_metric(bandwidth(), "device", &limit, targets.view(), 3);
  EXPECT_TRUE(std::isnan(metric.p1) && std::isnan(metric.p50) && std::isnan(metric.p99));
  for (const float value : metric.value) EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(metric.unit, "GB/s");  // of the limit
}

TEST(FleetMetric, FailIsWorstAndNoCellIsNone) {
  const std::vector<std::uint8_t> order{kNoVerdict,
                                        number(Verdict::not_applicable),
                                        number(Verdict::pass),
                                        number(Verdict::not_judged),
                                        number(Verdict::inconclusive),
                                        number(Verdict::fail)};
  for (std::size_t a = 0; a < order.size(); ++a) {
    for (std::size_t b = 0; b < order.size(); ++b)
      EXPECT_EQ(worse_verdict(order[a], order[b]), order[std::max(a, b)]);
  }
}

TEST(FleetMetric, LongNamesAreCut) {
  SeriesRow series = bandwidth();
  series.title = std::string(1'000'000, 'x');
  const FleetMetric metric = fleet_metric(series, "device", nullptr, Targets{}.view(), 3);
  EXPECT_LT(metric.title.en.size(), 2 * kLongestFleetText);
  EXPECT_NE(metric.title.en.find("1000000"), std::string::npos);
}

TEST(DisplayUnit, IsOneForAColumn) {
  const DisplayUnit unit = display_unit(2.5e12, kBytePerSecond);
  EXPECT_EQ(unit.name, "TB/s");
  EXPECT_DOUBLE_EQ(unit.of(0.5e12), 0.5);
  EXPECT_EQ(display_unit(3e-6, kSecond).name, "us");
  EXPECT_EQ(display_unit(std::nan(""), kByte).name, "B");
  EXPECT_EQ(display_unit(7, kNumber).name, "");
}

TEST(FleetLabel, IsWhatTheNodesOfARackAgreeOn) {
  const std::vector<std::uint32_t> rack{0, 0, 1, 1, 2, 2, kNoRack};
  const std::vector<std::string_view> value{"south", "south", "north", "", "south", "north", "west"};
  const auto label = fleet_label("hall", rack, value, 4);
  ASSERT_TRUE(label);
  EXPECT_EQ(label->values, (std::vector<std::string>{"south", "north"}));
  EXPECT_EQ(label->of, (std::vector<std::uint16_t>{0, 1, kNoLabel, kNoLabel}));
}

TEST(FleetLabel, IsNoneWhenNoRackHasOne) {
  const std::vector<std::uint32_t> rack{0, 0};
  EXPECT_FALSE(fleet_label("leaf", rack, std::vector<std::string_view>{"a", "b"}, 1));
  EXPECT_FALSE(fleet_label("leaf", rack, std::vector<std::string_view>{"", ""}, 1));
}

TEST(FleetLabel, IsNoneWhenThereAreMoreValuesThanNumbers) {
  const auto with = [](std::uint32_t count) {
    std::vector<std::uint32_t> rack;
    std::vector<std::string> texts;
    for (std::uint32_t i = 0; i < count; ++i) {
      rack.push_back(i);
      texts.push_back(std::to_string(i));
    }
    return fleet_label("asset", rack, std::vector<std::string_view>(texts.begin(), texts.end()), count);
  };
  const auto most = with(65535);
  ASSERT_TRUE(most);
  EXPECT_EQ(most->of.back(), 65534);
  EXPECT_FALSE(with(65536));
}

}  // namespace

}  // namespace rackproof
