// The data of a page: what goes in comes out, bit by bit, and nothing in it can leave its element.
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "reports/escape.hpp"
#include "tests/reports/unpacked.hpp"

namespace rackproof {

namespace {

using nlohmann::json;
using test::block;
using test::unpacked;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

FleetData small_fleet() {
  FleetData fleet;
  fleet.racks = {"R1", "R2", "R3"};
  fleet.standing = {RackStanding::accepted, RackStanding::rejected, RackStanding::not_started};
  fleet.labels = {{"hall", {"north", "south"}, {0, 1, kNoLabel}}};
  FleetMetric metric;
  metric.metric = "memory/device/triad:f64,cold#bandwidth";
  metric.title = "triad";
  metric.scope = "device";
  metric.unit = "GB/s";
  metric.direction = Direction::higher_is_better;
  metric.limit = "≥ 1 GB/s";
  metric.lower = 1;
  metric.p1 = metric.p50 = metric.p99 = 1.5;
  metric.failing = 2;
  metric.value = {1.234F, 0.5F, kNone};
  metric.verdict = {0, 1, 3};
  fleet.metrics = {metric};
  return fleet;
}

json data_of(const std::vector<DataBlock>& blocks) { return json::parse(block(blocks, "rp-data").content); }

TEST(FleetBlocks, HoldTheData) {
  const auto blocks = fleet_blocks(small_fleet(), "acceptance");
  const json data = data_of(blocks);
  EXPECT_EQ(data["schema"], 1);
  EXPECT_EQ(data["shape"], "acceptance");
  EXPECT_EQ(data["fleet"]["racks"], 3);
  EXPECT_EQ(data["fleet"]["labels"], json::parse(R"([{"name": "hall", "values": ["north", "south"]}])"));
  const json& metric = data["fleet"]["metrics"][0];
  EXPECT_EQ(metric["direction"], "higher");
  EXPECT_EQ(metric["limit"], "≥ 1 GB/s");
  EXPECT_EQ(metric["lower"], 1);
  EXPECT_TRUE(metric["upper"].is_null());
  EXPECT_EQ(metric["failing"], 2);
  const auto names = test::unpacked_bytes(block(blocks, "rp-racks").content);
  EXPECT_EQ(json::parse(names.begin(), names.end()), json({"R1", "R2", "R3"}));
  EXPECT_EQ(unpacked<std::uint8_t>(block(blocks, "rp-standing").content),
            (std::vector<std::uint8_t>{0, 2, 4}));
  EXPECT_EQ(unpacked<std::uint16_t>(block(blocks, "rp-label-0").content),
            (std::vector<std::uint16_t>{0, 1, 0xffff}));
  EXPECT_EQ(unpacked<std::uint8_t>(block(blocks, "rp-verdict-0").content),
            (std::vector<std::uint8_t>{0, 1, 3}));
  const auto value = unpacked<float>(block(blocks, "rp-value-0").content);
  ASSERT_EQ(value.size(), 3u);
  EXPECT_EQ(value[0], 1.234F);
  EXPECT_EQ(value[1], 0.5F);
  EXPECT_TRUE(std::isnan(value[2]));
}

TEST(FleetBlocks, AreTheSameOnAnyNumberOfThreads) {
  FleetData fleet = small_fleet();
  for (int i = 1; i < 20; ++i) {
    fleet.metrics.push_back(fleet.metrics.front());
    fleet.metrics.back().value[0] = static_cast<float>(i);
  }
  fleet.metrics.back().value[2] = -kNone;  // other bits, still nothing
  const auto first = fleet_blocks(fleet, "acceptance", 1);
  for (const unsigned threads : {2u, 4u}) {
    const auto again = fleet_blocks(fleet, "acceptance", threads);
    ASSERT_EQ(again.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(again[i].id, first[i].id);
      EXPECT_EQ(again[i].content, first[i].content);
    }
  }
  fleet.metrics.back().value[2] = kNone;
  EXPECT_EQ(fleet_blocks(fleet, "acceptance").at(42).content, first.at(42).content);
}

TEST(FleetBlocks, NoNameLeavesItsElement) {
  FleetData fleet = small_fleet();
  const std::vector<std::string> hostile{"</script><script>window.__xss=1</script>",
                                         "<!--<script>",
                                         "]]>&lt;\"'",
                                         "a\xe2\x80\xa8"
                                         "b\xe2\x80\xa9",
                                         "invalid \xff\xfe",
                                         std::string("nul\0x", 5),
                                         "$& $` {{constructor}}"};
  for (const std::string& name : hostile) {
    fleet.labels[0].name = fleet.labels[0].values[0] = name;
    fleet.metrics[0].metric = fleet.metrics[0].limit = name;
    fleet.metrics[0].title = name;
    fleet.racks[0] = name;
    const auto blocks = fleet_blocks(fleet, "acceptance");
    const std::string& content = block(blocks, "rp-data").content;
    EXPECT_EQ(content.find_first_of("<>&"), std::string::npos) << content;
    for (const char byte : content) EXPECT_TRUE(byte >= 0x20 && byte < 0x7f) << int{byte};
    if (name.find('\xff') == std::string::npos) {
      EXPECT_EQ(data_of(blocks)["fleet"]["labels"][0]["name"], name);
    }
    for (const DataBlock& one : blocks) {
      if (one.json) continue;
      EXPECT_EQ(
          one.content.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="),
          std::string::npos);
    }
  }
}

TEST(FleetBlocks, AFleetThatIsNotThereIsNull) {
  const auto blocks = fleet_blocks({}, "nightly");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_TRUE(data_of(blocks)["fleet"].is_null());
}

TEST(FleetBlocks, RefuseAColumnOfAnotherLength) {
  FleetData fleet = small_fleet();
  fleet.metrics[0].verdict.pop_back();
  EXPECT_THROW(fleet_blocks(fleet, "acceptance"), Error);
}

TEST(JsonBlock, EscapesWhatEndsAScript) {
  EXPECT_EQ(json_block("[\"</script>&\"]"), "[\"\\u003c/script\\u003e\\u0026\"]");
  EXPECT_EQ(json_block("\"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa6\""), "\"\\u2028\\u2029\xe2\x80\xa6\"");
  EXPECT_EQ(json_block("\xe2\x80"), "\xe2\x80");
}

}  // namespace

}  // namespace rackproof
