#include "suites/telemetry_sampler.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rackproof {
namespace {

constexpr std::int64_t kTick = 100'000'000;

class ScriptedSensor final : public Sensor {
 public:
  using Script = std::function<Reading<double>(int)>;
  ScriptedSensor(SensorSource source, Script script)
      : Sensor(std::move(source)), script_(std::move(script)) {}
  Reading<double> read(std::int64_t) override { return script_(count_++); }

 private:
  Script script_;
  int count_ = 0;
};

std::unique_ptr<Sensor> sensor(const char* name, bool slow, ScriptedSensor::Script script) {
  SensorSource source{name, "power", "W", SensorScope::package, "test"};
  source.slow = slow;
  return std::make_unique<ScriptedSensor>(std::move(source), std::move(script));
}

TEST(TelemetrySampler, MakesARecordASecond) {
  Sensors sensors;
  sensors.push_back(sensor("fast", false, [](int i) { return Reading<double>(100.0 + i); }));
  sensors.push_back(sensor("slow", true, [](int i) { return Reading<double>(10.0 + i); }));
  TelemetrySampler sampler(std::move(sensors), {}, kTick, 0);
  int blocks = 0;
  for (int i = 1; i <= 30; ++i) {
    sampler.tick(i * kTick + (i % 3) * 1'000'000);  // a clock is never exact
    if (!sampler.has_block()) continue;
    const Telemetry block = sampler.take_block();
    ++blocks;
    ASSERT_EQ(block.groups.size(), 2u);
    EXPECT_EQ(block.groups[0].times_ns.size(), 10u);
    EXPECT_EQ(block.groups[1].times_ns.size(), 1u) << "once a second is enough for it";
    if (blocks > 1) continue;
    EXPECT_EQ(block.groups[0].values[0].front(), 101) << "the first reading is not kept";
    EXPECT_EQ(block.groups[0].values[0].back(), 110);
  }
  EXPECT_EQ(blocks, 3);
}

TEST(TelemetrySampler, AtALongPeriodEachReadingIsARecord) {
  Sensors sensors;
  sensors.push_back(sensor("fast", false, [](int) { return Reading<double>(1.0); }));
  TelemetrySampler sampler(std::move(sensors), {}, 50 * kTick, 0);
  sampler.tick(50 * kTick);
  EXPECT_TRUE(sampler.has_block());
}

TEST(TelemetrySampler, WhatIsUnavailableIsNoNumberAndSaysWhyOnce) {
  Sensors sensors;
  sensors.push_back(sensor("a", false, [](int i) {
    return i % 2 == 0 ? Reading<double>(5.0) : Reading<double>::unavailable("the counter went back");
  }));
  sensors.push_back(sensor("b", false, [](int i) {
    return Reading<double>::unavailable("another each time: " + std::to_string(i));
  }));
  TelemetrySampler sampler(std::move(sensors), {}, kTick, 0);
  std::size_t told_of_a = 0, told_of_b = 0;
  for (int i = 1; i <= 200; ++i) {
    sampler.tick(i * kTick);
    if (!sampler.has_block()) continue;
    const Telemetry block = sampler.take_block();
    EXPECT_TRUE(std::isnan(block.groups[0].values[0][0]));
    EXPECT_EQ(block.groups[0].values[0][1], 5);
    told_of_a += block.reasons.count(0);
    told_of_b += block.reasons.count(1);
  }
  EXPECT_EQ(told_of_a, 1u);
  EXPECT_GE(told_of_b, 1u);
  EXPECT_LE(told_of_b, 4u) << "a reason that changes each time must not fill a journal";
}

TEST(TelemetrySampler, AClockThatStandsOrGoesBackAddsNothing) {
  Sensors sensors;
  sensors.push_back(sensor("a", false, [](int) { return Reading<double>(5.0); }));
  TelemetrySampler sampler(std::move(sensors), {}, kTick, 0);
  for (const std::int64_t at : {kTick, kTick, kTick / 2, 2 * kTick}) sampler.tick(at);
  EXPECT_EQ(sampler.take_block().groups[0].times_ns, (std::vector<std::int64_t>{kTick, 2 * kTick}));
}

}  // namespace
}  // namespace rackproof
