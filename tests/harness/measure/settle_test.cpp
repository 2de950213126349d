#include "harness/measure/settle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace rackproof {
namespace {

/// A device whose state is a function of a time that passes only while the rule sleeps.
struct Simulated {
  std::function<MachineState(double)> at;
  double now = 0;
  int readings = 0;
  SettleRule rule{[this] {
                    ++readings;
                    return at(now);
                  },
                  [this](double seconds) { now += seconds; }};
};

TEST(Settle, NothingReadableIsNothingToWaitFor) {
  Simulated device{[](double) { return MachineState{{"load_1min", 3}}; }};
  const MachineState state = device.rule.wait();
  EXPECT_EQ(device.readings, 1);
  EXPECT_EQ(state, (MachineState{{"load_1min", 3}, {"settle_s", 0}, {"settled", 1}}));
}

TEST(Settle, WhatNeverChangesIsWaitedForOnce) {
  Simulated device{[](double) { return MachineState{{"clock_hz", 2e9}}; }};
  EXPECT_DOUBLE_EQ(device.rule.wait().at("settle_s"), SettleRule::kPause_s);
  const MachineState second = device.rule.wait();
  EXPECT_DOUBLE_EQ(second.at("settle_s"), 0);
  EXPECT_DOUBLE_EQ(second.at("settled"), 1);
  // It does change after all: the rule is in force again.
  device.at = [](double t) { return MachineState{{"clock_hz", 2e9 + 1e8 * std::min(t, 3.0)}}; };
  EXPECT_GT(device.rule.wait().at("settle_s"), 0);
}

TEST(Settle, AConstantTemperatureIsWatchedForAllReadings) {
  Simulated device{[](double) { return MachineState{{"clock_hz", 2e9}, {"temperature_k", 300.0}}; }};
  EXPECT_DOUBLE_EQ(device.rule.wait().at("settle_s"), (SettleRule::kReadings - 1) * SettleRule::kPause_s);
}

TEST(Settle, WaitsWhileTheDeviceCoolsDown) {
  Simulated device{[](double t) { return MachineState{{"temperature_k", 300 + 20 * std::exp(-t / 0.7)}}; }};
  const MachineState state = device.rule.wait();
  EXPECT_DOUBLE_EQ(state.at("settled"), 1);
  EXPECT_GT(state.at("settle_s"), 2);
  EXPECT_LT(state.at("settle_s"), SettleRule::kLongest_s);
  EXPECT_NEAR(state.at("temperature_k"), 300, 0.5);  // the last reading is the one that is kept
}

TEST(Settle, WaitsForTheClockToo) {
  Simulated device{[](double t) {
    return MachineState{{"temperature_k", 300.0}, {"clock_hz", t < 1.5 ? 1e9 + 5e8 * t : 1.75e9}};
  }};
  const MachineState state = device.rule.wait();
  EXPECT_DOUBLE_EQ(state.at("settled"), 1);
  EXPECT_GT(state.at("settle_s"), 1.5);
}

TEST(Settle, ADeviceThatNeverSettlesIsMeasuredAndSaysSo) {
  Simulated device{[](double t) { return MachineState{{"temperature_k", 300 + 3 * t}}; }};
  const MachineState state = device.rule.wait();
  EXPECT_DOUBLE_EQ(state.at("settled"), 0);
  EXPECT_DOUBLE_EQ(state.at("settle_s"), SettleRule::kLongest_s);
}

TEST(Settle, AnUnreadableValueIsNotSteady) {
  Simulated device{[](double) { return MachineState{{"temperature_k", std::nan("")}}; }};
  EXPECT_DOUBLE_EQ(device.rule.wait().at("settled"), 0);
}

}  // namespace
}  // namespace rackproof
