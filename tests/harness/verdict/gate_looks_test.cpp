// With how many launches the gate on a target's number is looked at next.
#include "harness/verdict/gate_looks.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::kTriad;
using test::limit_on;
using test::limits_of;

const std::string kBandwidth = kTriad + "#bandwidth";

std::vector<LaunchInterval> launches(std::initializer_list<double> values) {
  std::vector<LaunchInterval> out;
  for (const double value : values) out.push_back({value, value, value});
  return out;
}

Limit with(Bound bound, const std::string& model = "", Severity severity = Severity::gate) {
  Limit limit = limit_on("bandwidth", bound);
  limit.model = model;
  limit.severity = severity;
  return limit;
}

constexpr PlannedLaunches kPlanned{2, 13, 0.1};

std::size_t looked_at(const GateLooks& looks, const std::vector<LaunchInterval>& series,
                      const std::string& model = "m1") {
  return looks.at(kBandwidth, "node", model, series).at;
}

TEST(GateLooks, AsMoreSays) {
  const GateLooks looks(limits_of({with(LowerLimit{1e9})}), {}, kPlanned);
  const auto near = launches({1.05e9, 1.06e9});
  const More expected = more(near, LowerLimit{1e9}, 0.1, 13);
  ASSERT_TRUE(expected.another);
  EXPECT_EQ(looked_at(looks, near), expected.at);
  EXPECT_EQ(looked_at(looks, launches({2e9, 2e9})), 0u) << "it passes";
  EXPECT_EQ(looked_at(looks, launches({0.1e9, 0.1e9})), 0u) << "it fails";
  EXPECT_EQ(looked_at(GateLooks(limits_of({with(LowerLimit{1e9})}), {}, {2, 2, 0.1}), near), 0u)
      << "no launch is left";
}

TEST(GateLooks, AFailIsTold) {
  const GateLooks looks(limits_of({with(LowerLimit{1e9})}), {}, kPlanned);
  EXPECT_TRUE(looks.at(kBandwidth, "node", "m1", launches({0.1e9, 0.1e9})).failed);
  EXPECT_TRUE(looks.at(kBandwidth, "node", "m1", launches({0.1e9, 0.1e9, 0.1e9})).failed);
  EXPECT_FALSE(looks.at(kBandwidth, "node", "m1", launches({2e9, 2e9})).failed);
  EXPECT_FALSE(looks.at(kBandwidth, "node", "m1", launches({1.05e9, 1.06e9})).failed);
}

// What the planned launches decide stays decided, also where their number is none of the looks.
TEST(GateLooks, ThePlannedLaunchesAreALook) {
  for (const std::size_t planned : {1u, 4u, 6u}) {
    const GateLooks looks(limits_of({with(LowerLimit{1e9})}), {}, {planned, 13, 0.1});
    EXPECT_EQ(looked_at(looks, std::vector<LaunchInterval>(planned, {2e9, 2e9, 2e9})), 0u) << planned;
    EXPECT_GT(looked_at(looks, std::vector<LaunchInterval>(planned, {1.01e9, 1.01e9, 1.01e9})), planned);
  }
}

TEST(GateLooks, OneWithConditionsAsksForNothing) {
  Limit limit = with(LowerLimit{1e9});
  limit.when = {{"governor", "performance"}};
  EXPECT_FALSE(GateLooks(limits_of({limit}), {}, kPlanned).concerns(kBandwidth));
}

TEST(GateLooks, NoNumberAsksForNothing) {
  const GateLooks looks(limits_of({with(LowerLimit{1e9})}), {}, kPlanned);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(looked_at(looks, launches({nan, 1e9})), 0u);
}

TEST(GateLooks, OnlyGatesOnNumbersConcern) {
  EXPECT_TRUE(GateLooks(limits_of({with(LowerLimit{1e9})}), {}, kPlanned).concerns(kBandwidth));
  EXPECT_FALSE(GateLooks(limits_of({with(LowerLimit{1e9})}), {}, kPlanned).concerns(kBandwidth + "x"));
  EXPECT_FALSE(GateLooks(limits_of({with(LowerLimit{1e9})}), {}, kPlanned).concerns(kTriad));
  EXPECT_FALSE(
      GateLooks(limits_of({with(LowerLimit{1e9}, "", Severity::score)}), {}, kPlanned).concerns(kBandwidth));
  const GateLooks exact(limits_of({with(ExactNumber{8})}), {}, kPlanned);
  EXPECT_FALSE(exact.concerns(kBandwidth));
  EXPECT_EQ(looked_at(exact, launches({1, 2})), 0u);
}

TEST(GateLooks, ALimitOfTheModelReplacesTheGeneralOne) {
  const GateLooks looks(limits_of({with(LowerLimit{1e9}), with(LowerLimit{0.1e9}, "m2")}), {}, kPlanned);
  const auto near = launches({1.05e9, 1.06e9});
  EXPECT_GT(looked_at(looks, near, "m1"), 2u);
  EXPECT_EQ(looked_at(looks, near, "m2"), 0u);
  EXPECT_EQ(looks.at(kBandwidth, "device", "m1", near).at, 0u) << "another placement";
}

TEST(GateLooks, RelativeToRatedValuesOrNotAtAll) {
  Limit relative = with(LowerLimit{std::numeric_limits<double>::quiet_NaN()});
  relative.relative = RelativeBound{0.5, RelativeBound::To::rated, "memory_bandwidth"};
  RatedDevices devices;
  devices.add(
      "schema = 1\n[[device]]\nvendor = \"v\"\nmodel = \"m1\"\n[device.rated.memory_bandwidth]\nvalue = \"2 "
      "GB/s\"\n"
      "convention = \"decimal\"\nsource = \"datasheet\"\n",
      "devices.toml");
  const auto near = launches({1.05e9, 1.06e9});
  EXPECT_GT(looked_at(GateLooks(limits_of({relative}), devices, kPlanned), near), 2u);
  EXPECT_EQ(looked_at(GateLooks(limits_of({relative}), {}, kPlanned), near), 0u) << "nobody knows the model";
}

}  // namespace
}  // namespace rackproof
