#include "harness/record/telemetry.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "harness/record/framing.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {
namespace {

using nlohmann::json;

Telemetry sample() {
  Telemetry telemetry;
  telemetry.rank = 3;
  telemetry.start = 1;
  telemetry.begin_utc_ns = 1'700'000'000'000'000'000;
  telemetry.period_ns = 100'000'000;
  telemetry.sources = {
      {"rapl/0/package-0", "power", "W", "package", 0, "/sys/…", "", 205, false},
      {"memory/available", "memory", "B", "node", 0, "/proc/meminfo", "", std::nan(""), true}};
  telemetry.groups = {{{0}, {100'000'000, 200'000'111, 300'000'222}, {{199.954, std::nan(""), 201.5}}},
                      {{1}, {100'000'000}, {{1.23456789e11}}}};
  telemetry.reasons = {{0, "the counter went back"}};
  telemetry.cost = {0.001, 0.02, 10, 7, 70};
  return telemetry;
}

TEST(TelemetryRecord, KeepsFiveSignificantDigits) {
  const auto again = json::parse(json(sample()).dump()).get<Telemetry>();
  EXPECT_EQ(again.rank, 3);
  EXPECT_EQ(again.start, 1);
  ASSERT_EQ(again.sources.size(), 2u);
  EXPECT_EQ(again.sources[0].limit, 205);
  EXPECT_TRUE(std::isnan(again.sources[1].limit));
  ASSERT_EQ(again.groups.size(), 2u);
  EXPECT_EQ(again.groups[0].times_ns, sample().groups[0].times_ns);
  ASSERT_EQ(again.groups[0].values[0].size(), 3u);
  EXPECT_DOUBLE_EQ(again.groups[0].values[0][0], 199.95);
  EXPECT_TRUE(std::isnan(again.groups[0].values[0][1])) << "not readable is no 0";
  EXPECT_DOUBLE_EQ(again.groups[0].values[0][2], 201.5);
  EXPECT_DOUBLE_EQ(again.groups[1].values[0][0], 1.2346e11);
  EXPECT_EQ(again.reasons.at(0), "the counter went back");
  EXPECT_EQ(again.cost.reads, 70);
}

TEST(TelemetryRecord, MakesNoZeroOfWhatIsSmall) {
  Telemetry telemetry = sample();
  telemetry.groups[0].values[0] = {9000, 0.5, 1e-6};
  const auto values = json::parse(json(telemetry).dump()).get<Telemetry>().groups[0].values[0];
  EXPECT_DOUBLE_EQ(values[0], 9000);
  EXPECT_DOUBLE_EQ(values[1], 0.5);
  EXPECT_TRUE(std::isnan(values[2]));
}

TEST(TelemetryRecord, IsSmall) {
  Telemetry block;
  block.begin_utc_ns = 1'700'000'000'000'000'000;
  TelemetryGroup group;
  for (std::uint32_t source = 0; source < 20; ++source) {
    group.sources.push_back(source);
    group.values.emplace_back();
    for (int i = 0; i < 10; ++i)
      group.values.back().push_back(source < 10 ? 300 : 200 + source + 0.37 * (i * 7 % 5));
  }
  for (int i = 1; i <= 10; ++i) group.times_ns.push_back(i * 100'003'117);
  block.groups = {group};
  const std::size_t bytes = frame(block).size();
  EXPECT_LT(bytes, 1500u) << "a second of twenty sources at 10 Hz: 5 MB an hour";
  EXPECT_EQ(json(block)["groups"][0]["values"][0].size(), 2u) << "one that does not change has one entry";
}

TEST(TelemetryRecord, RefusesWhatNoSamplerWrites) {
  const auto refused = [](const std::function<void(json&)>& change) {
    json record = sample();
    change(record);
    try {
      record.get<Telemetry>();
    } catch (const std::exception&) {
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused([](json&) {}));
  EXPECT_TRUE(refused([](json& r) { r["type"] = "samples"; }));
  EXPECT_TRUE(refused([](json& r) { r.erase("cost"); }));
  EXPECT_TRUE(refused([](json& r) { r["rank"] = -1; }));
  EXPECT_TRUE(refused([](json& r) { r["sources"][0]["name"] = std::string(300, 'x'); }));
  EXPECT_TRUE(refused([](json& r) { r["sources"][0]["level"] = 4; }));
  EXPECT_TRUE(refused([](json& r) { r["groups"][0]["times"] = {1, 0, 1}; })) << "times grow";
  EXPECT_TRUE(refused([](json& r) { r["groups"][0]["times"] = json::array(); }));
  EXPECT_TRUE(refused([](json& r) {
    r["groups"][0]["times"] = {1, std::numeric_limits<std::int64_t>::max(), 2};
  }));
  EXPECT_TRUE(refused([](json& r) { r["groups"][0]["values"][0] = {-2, 1, 2}; })) << "neither one nor all";
  EXPECT_TRUE(refused([](json& r) { r["groups"][0]["values"][0][0] = 400; }));
  EXPECT_TRUE(refused([](json& r) { r["groups"][0]["values"][0][1] = 1e15; }));
  EXPECT_TRUE(refused([](json& r) { r["groups"][0]["values"] = json::array(); }));
  EXPECT_TRUE(refused([](json& r) { r["groups"][0]["sources"] = {100'000}; }));
  EXPECT_TRUE(refused([](json& r) { r["reasons"]["a"] = "b"; }));
  EXPECT_TRUE(refused([](json& r) { r["cost"][0] = -1; }));
}

TEST(TelemetryRecord, StandsBetweenTheRecordsOfAStepAndCountsForNothing) {
  BundleStep step;
  step.step = "s000001.0";
  step.target = "t";
  step.cases = {"c"};
  StepLedger ledger(step);
  json record = sample();
  record["step"] = step.step;
  EXPECT_FALSE(ledger.see(record)) << "who speaks is not known yet";
  json hello = Hello{};
  hello["step"] = step.step;
  ASSERT_TRUE(ledger.see(hello));
  const std::string before = json(ledger.end()).dump();
  EXPECT_TRUE(ledger.see(record));
  EXPECT_EQ(json(ledger.end()).dump(), before);
  record["groups"] = 5;
  EXPECT_FALSE(ledger.see(record));
}

}  // namespace
}  // namespace rackproof
