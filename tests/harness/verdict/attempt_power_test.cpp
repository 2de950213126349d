// The power of a group is that of all its nodes, or none.
#include "harness/verdict/compare/attempt_power.hpp"

#include <gtest/gtest.h>

namespace rackproof {

namespace {

/// Two nodes and their rack, with one attempt on the rack.
Results rack_of_two() {
  Results results;
  results.targets.resize(3);
  results.targets[0].placement = results.targets[1].placement = Placement::node;
  results.targets[0].members = {0};
  results.targets[1].members = {1};
  results.targets[2].placement = Placement::group;
  results.targets[2].members = {0, 1};
  AttemptRow attempt;
  attempt.target = 2;
  attempt.case_id = "ai/gpt/train";
  attempt.outcome.status = Status::ok;
  results.attempts = {attempt};
  return results;
}

void add_power(Results& results, std::uint32_t of, const std::string& scope, double watts) {
  TelemetrySegment segment;
  segment.node = segment.target = of;
  TelemetrySourceRow source;
  source.segment = static_cast<std::uint32_t>(results.telemetry.segments.size());
  source.name = "meter";
  source.quantity = "power";
  source.scope = scope;
  TelemetrySummary summary;
  summary.source = static_cast<std::uint32_t>(results.telemetry.sources.size());
  summary.n = 10;
  summary.min = summary.mean = summary.max = watts;
  summary.coverage = 1;
  results.telemetry.segments.push_back(segment);
  results.telemetry.sources.push_back(source);
  results.telemetry.summaries.push_back(summary);
}

TEST(AttemptPower, OfAGroupIsTheSumOverAllItsNodes) {
  Results results = rack_of_two();
  add_power(results, 0, "node", 3000);
  EXPECT_TRUE(powers_of(results).empty()) << "half of a rack would seem to need half of its power";
  add_power(results, 1, "node", 3100);
  EXPECT_DOUBLE_EQ(powers_of(results).at("ai/gpt/train").at("node, meter").at(2), 6100);
}

TEST(AttemptPower, OfARackIsOfAllThatIsInIt) {
  Results results = rack_of_two();
  add_power(results, 2, "rack", 6500);
  EXPECT_DOUBLE_EQ(powers_of(results).at("ai/gpt/train").at("rack, meter").at(2), 6500);
}

TEST(AttemptPower, IsOfEveryLaunchOrOfNone) {
  Results results = rack_of_two();
  add_power(results, 2, "rack", 6500);
  results.attempts.push_back(results.attempts[0]);
  results.attempts[1].launch = 1;
  EXPECT_TRUE(powers_of(results).empty()) << "a rate of two launches over the watts of one";
  results.attempts[1].outcome.status = Status::crashed;
  EXPECT_EQ(powers_of(results).size(), 1u);
}

TEST(AttemptPower, OfAPartIsNone) {
  for (const char* scope : {"board", "die"}) {
    Results results = rack_of_two();
    add_power(results, 0, scope, 40);
    add_power(results, 1, scope, 40);
    EXPECT_TRUE(powers_of(results).empty()) << scope << ": of its fans";
  }
}

TEST(AttemptPower, ImportedNamesAreNotAddedUp) {
  Results results = rack_of_two();
  for (const char* name : {"imported/Power_1s", "imported/Power_60s"}) {
    for (const std::uint32_t node : {0u, 1u}) {
      add_power(results, node, "node", 3000);
      results.telemetry.sources.back().name = name;
    }
  }
  const auto powers = powers_of(results).at("ai/gpt/train");
  EXPECT_EQ(powers.size(), 2u);
  EXPECT_DOUBLE_EQ(powers.at("node, imported/Power_1s").at(2), 6000);
}

TEST(AttemptPower, ImportedDevicesAreNotThePowerOfTheirNodes) {
  Results results = rack_of_two();
  for (const std::uint32_t node : {0u, 1u}) {
    add_power(results, node, "device", 700);
    results.telemetry.sources.back().name = "imported/GPU0_Power";
  }
  EXPECT_TRUE(powers_of(results).empty()) << "one of eight in each";
}

TEST(AttemptPower, OfADeviceIsWhatIsToldOfItself) {
  Results results = rack_of_two();
  results.targets[2].placement = Placement::device;
  results.targets[2].members = {0};
  add_power(results, 0, "node", 3000);
  add_power(results, 0, "device", 700);
  EXPECT_TRUE(powers_of(results).empty()) << "a device of no name may be any";
  results.telemetry.sources.back().name = "imported/GPU_Power";
  results.telemetry.segments.back().target = 2;
  EXPECT_DOUBLE_EQ(powers_of(results).at("ai/gpt/train").at("device, imported/GPU_Power").at(2), 700);
  results.facts.push_back({2, "device/uuid", "", "GPU-0", ""});
  results.telemetry.sources.back().device = "GPU-0";
  EXPECT_EQ(powers_of(results).size(), 1u);
}

}  // namespace
}  // namespace rackproof
