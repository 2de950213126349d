#include "harness/verdict/compare/comparison_side.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/results/merge_cells.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/compare/comparison_json.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;
using test::CampaignBuilder;
using test::kTriad;

const std::string kBandwidth = kTriad + "#bandwidth";

/// A results file, written and read again, and its side.
class WrittenSide {
 public:
  WrittenSide(Results written, const std::string& name) {
    path_ =
        fs::temp_directory_path() / ("rackproof-compare-" + std::to_string(::getpid()) + "-" + name + ".h5");
    written.provenance.campaign_id = name;
    write_results(written, path_);
    results_ = read_results(path_, ReadSamples::none);
    cells_.emplace(path_);
    side = comparison_side(*cells_, &results_, results_.file_sha256);
  }
  ~WrittenSide() { fs::remove(path_); }

  ComparisonSide side;

 private:
  fs::path path_;
  Results results_;
  std::optional<CellReader> cells_;
};

/// Nodes in two launches each around `centre`, each its own machine.
CampaignBuilder builder_of(int nodes, double centre) {
  CampaignBuilder builder(1, nodes);
  builder.results.series[0].direction = Direction::higher_is_better;
  builder.results.provenance.plan_text = "schema = 1\nname = \"p\"\nlaunches = 2\nsample_time = \"0.5 s\"\n";
  for (std::uint32_t node = 0; node < static_cast<std::uint32_t>(nodes); ++node) {
    const double value = centre * (1 + 0.004 * (node % 5));
    builder.measured(node, {value, value});
    builder.results.facts.push_back({node, "identity/boot_id", "", "boot" + std::to_string(node), ""});
    builder.results.facts.push_back({node, "preflight/governor", "", "performance", "accepted"});
    builder.results.facts.push_back({node, "preflight/load", "", "0.0" + std::to_string(node), "accepted"});
  }
  for (AttemptRow& attempt : builder.results.attempts) {
    attempt.division = "closed";
    attempt.implementation = "portable";
  }
  return builder;
}

TEST(ComparisonSide, HoldsWhatTheFileMeasured) {
  const WrittenSide a(builder_of(10, 2e9).results, "a"), b(builder_of(10, 2.4e9).results, "b");
  const Comparison found = compare({a.side, b.side}, {});
  ASSERT_EQ(found.metrics.size(), 1u);
  const ComparedMetric& metric = found.metrics[0];
  EXPECT_EQ(metric.of.metric, kBandwidth);
  EXPECT_EQ(metric.of.division, "closed");
  EXPECT_EQ(metric.of.implementations, std::set<std::string>{"portable"});
  EXPECT_NEAR(metric.ratios.at(0).ratio.value, 1.2, 1e-4);
  EXPECT_EQ(metric.ratios[0].ratio.n, 10u);
  EXPECT_EQ(metric.ratios[0].ratio.word, RatioWord::faster);
  EXPECT_EQ(metric.ratios[0].power, kNoEqualPower);
  EXPECT_TRUE(found.unmatched.empty());
  EXPECT_TRUE(found.differing.empty()) << found.differing.front().item;
  EXPECT_EQ(a.side.conditions.at("plan/sample_time").begin()->first, "0.5 s");
  EXPECT_EQ(a.side.conditions.at("preflight/governor").at("performance"), 10u);
  EXPECT_FALSE(a.side.conditions.contains("preflight/load"));  // never twice the same
  EXPECT_FALSE(a.side.conditions.contains("plan/name"));
}

TEST(ComparisonSide, AnUnknownDivisionIsNotComparedWithAKnownOne) {
  Results untold = builder_of(10, 2e9).results;
  for (AttemptRow& attempt : untold.attempts) attempt.division.clear();
  const WrittenSide a(untold, "a"), b(builder_of(10, 2e9).results, "b");
  const Comparison found = compare({a.side, b.side}, {});
  EXPECT_TRUE(found.metrics.empty());
  ASSERT_EQ(found.unmatched.size(), 2u);
  EXPECT_EQ(found.unmatched[0].division, "closed");
  EXPECT_EQ(found.unmatched[1].division, "unknown");
}

TEST(ComparisonSide, CellsKeepTheDivision) {
  Results open = builder_of(10, 2e9).results;
  for (AttemptRow& attempt : open.attempts) {
    if (attempt.target == 9 && attempt.launch == 1) attempt.division = "open";
  }
  const WrittenSide whole(open, "a");
  const auto cells =
      fs::temp_directory_path() / ("rackproof-compare-" + std::to_string(::getpid()) + "-cells.h5");
  std::vector<std::unique_ptr<CellReader>> one;
  one.push_back(std::make_unique<CellReader>(open, case_outcomes(open)));
  merge_cells(std::move(one), cells);
  const CellReader read(cells);
  const ComparisonSide side = comparison_side(read, nullptr, "");
  ASSERT_EQ(side.series.size(), whole.side.series.size());
  for (std::size_t i = 0; i < side.series.size(); ++i)
    EXPECT_EQ(side.series[i].division, whole.side.series[i].division);
  EXPECT_EQ(side.series.at(0).division, "closed");
  EXPECT_EQ(side.series.at(1).division, "mixed");
  fs::remove(cells);
}

TEST(ComparisonSide, NodesOnOneMachineAreOneReplicate) {
  CampaignBuilder shared = builder_of(10, 2e9);
  for (FactRow& fact : shared.results.facts) {
    if (fact.key == "identity/boot_id") fact.found = "one machine";
  }
  for (TargetRow& target : shared.results.targets) target.is_virtual = true;
  const WrittenSide a(builder_of(10, 2e9).results, "a"), b(shared.results, "b");
  const ComparedRatio ratio = compare({a.side, b.side}, {}).metrics.at(0).ratios.at(0);
  EXPECT_EQ(ratio.ratio.n, 1u);
  EXPECT_EQ(ratio.ratio.word, RatioWord::descriptive);
  EXPECT_NEAR(ratio.ratio.value, 1, 1e-4);  // the geometric mean of all
  ASSERT_EQ(b.side.notes.size(), 1u);
  EXPECT_NE(b.side.notes[0].en.find("10 of scope node are 1 machines"), std::string::npos)
      << b.side.notes[0].en;
  EXPECT_EQ(b.side.conditions.at("virtual").at("yes"), 10u);
}

TEST(ComparisonSide, WhatWasToBeMeasuredAndWasNotIsCounted) {
  CampaignBuilder failed = builder_of(10, 2e9);
  const std::uint32_t extra = failed.target(Placement::group, "group:rack", "rack1", {0, 1});
  failed.promise(extra);
  failed.attempt(extra, Status::failed, 0).division = "closed";
  failed.cell_of(3).value = std::nanf("");
  const WrittenSide a(builder_of(10, 2e9).results, "a"), b(failed.results, "b");
  const Comparison found = compare({a.side, b.side}, {});
  EXPECT_EQ(found.metrics.at(0).ratios.at(0).left_out, 1u);
  EXPECT_EQ(found.metrics.at(0).ratios.at(0).ratio.n, 9u);
  ASSERT_EQ(found.unmatched.size(), 1u);
  EXPECT_EQ(found.unmatched[0].scope, "group:rack");
  EXPECT_EQ(found.unmatched[0].sides, std::vector<std::size_t>{1});
}

TEST(ComparisonSide, DivisionsOfATargetAreNotMixed) {
  CampaignBuilder open = builder_of(20, 2e9);
  for (AttemptRow& attempt : open.results.attempts) {
    if (attempt.target < 9) attempt.division = "open";
    if (attempt.target == 9 && attempt.launch == 1) attempt.division = "open";
  }
  const WrittenSide a(open.results, "a"), b(open.results, "b");
  const Comparison found = compare({a.side, b.side}, {});
  ASSERT_EQ(found.metrics.size(), 3u);
  EXPECT_EQ(found.metrics[0].of.division, "closed");
  EXPECT_EQ(found.metrics[0].ratios[0].ratio.n, 10u);
  EXPECT_EQ(found.metrics[1].of.division, "mixed");
  EXPECT_EQ(found.metrics[1].ratios[0].ratio.word, RatioWord::descriptive);
  EXPECT_EQ(found.metrics[2].ratios[0].ratio.n, 9u);
}

/// A power of 100 W and the node's number beside every attempt.
void add_power(Results& results, const std::string& scope, double coverage) {
  for (std::uint32_t attempt = 0; attempt < results.attempts.size(); ++attempt) {
    TelemetrySegment segment;
    segment.node = segment.target = results.attempts[attempt].target;
    segment.period_s = 0.1;
    TelemetrySourceRow source;
    source.segment = static_cast<std::uint32_t>(results.telemetry.segments.size());
    source.name = "power_meter/hwmon" + std::to_string(segment.node) + "/power1";
    source.quantity = "power";
    source.unit = "W";
    source.scope = scope;
    TelemetrySummary summary;
    summary.attempt = attempt;
    summary.source = static_cast<std::uint32_t>(results.telemetry.sources.size());
    summary.n = 10;
    summary.min = summary.mean = summary.max = 100;
    summary.coverage = coverage;
    results.telemetry.segments.push_back(segment);
    results.telemetry.sources.push_back(source);
    results.telemetry.summaries.push_back(summary);
  }
}

TEST(ComparisonSide, PowerOfTheSameScopeAndSourceIsComparedPerWatt) {
  Results node = builder_of(10, 2e9).results, board = node, silent = node;
  add_power(node, "node", 1);
  add_power(board, "board", 1);
  add_power(silent, "node", 0.5);
  const WrittenSide a(node, "a"), b(node, "b"), c(board, "c"), d(silent, "d");
  const ComparedRatio same = compare({a.side, b.side}, {}).metrics.at(0).ratios.at(0);
  ASSERT_TRUE(same.per_watt);
  EXPECT_EQ(same.power, "node, power_meter/hwmon/power");
  EXPECT_NEAR(same.per_watt->value, 1, 1e-6);
  EXPECT_EQ(same.per_watt->n, 10u);
  for (const WrittenSide* other : {&c, &d})
    EXPECT_FALSE(compare({a.side, other->side}, {}).metrics.at(0).ratios.at(0).per_watt);
}

TEST(ComparisonSide, PowerOfTheMostCompleteScopeIsTaken) {
  Results results = builder_of(10, 2e9).results;
  for (const char* scope : {"package", "node", "board"}) add_power(results, scope, 1);
  const WrittenSide a(results, "a"), b(results, "b");
  EXPECT_EQ(compare({a.side, b.side}, {}).metrics.at(0).ratios.at(0).power, "node, power_meter/hwmon/power");
}

TEST(ComparisonSide, PowerIsOfWhatNearlyAllTold) {
  for (const std::uint32_t told : {3u, 19u}) {  // of 20 nodes
    Results results = builder_of(20, 2e9).results;
    for (const char* scope : {"device", "package", "node"}) add_power(results, scope, 1);
    for (TelemetrySummary& summary : results.telemetry.summaries) {
      const bool is_node = results.telemetry.sources[summary.source].scope == "node";
      if (is_node && results.attempts[summary.attempt].target >= told) summary.implausible = true;
    }
    const WrittenSide a(results, "a"), b(results, "b");
    const ComparedRatio ratio = compare({a.side, b.side}, {}).metrics.at(0).ratios.at(0);
    const bool is_most = told == 19;
    EXPECT_EQ(ratio.power, is_most ? "node, power_meter/hwmon/power" : "package, power_meter/hwmon/power");
    ASSERT_TRUE(ratio.per_watt);
    EXPECT_EQ(ratio.per_watt->n, is_most ? 19u : 20u);
  }
}

TEST(ComparisonSide, DevicesThatIdleAreNoPowerOfAHostCase) {
  Results results = builder_of(10, 2e9).results;
  add_power(results, "device", 1);
  const WrittenSide a(results, "a"), b(results, "b");
  const ComparedRatio ratio = compare({a.side, b.side}, {}).metrics.at(0).ratios.at(0);
  EXPECT_FALSE(ratio.per_watt);
  EXPECT_NE(ratio.power, "device, power_meter/hwmon/power");
}

TEST(ComparisonSide, JsonTellsConditionsBeforeRatios) {
  CampaignBuilder other = builder_of(10, 2e9);
  other.results.provenance.program_version = "another";
  const WrittenSide a(builder_of(10, 2e9).results, "a"), b(other.results, "b");
  const std::vector<ComparisonSide> sides{a.side, b.side};
  const auto json = comparison_json(sides, compare(sides, {}));
  EXPECT_EQ(json, comparison_json(sides, compare(sides, {})));
  EXPECT_EQ(json.at("differing_conditions").at(0).at("item"), "program");
  EXPECT_EQ(json.at("metrics").at(0).at("ratios").at(0).at("verdict"), "equivalent");
  EXPECT_TRUE(json.at("metrics").at(0).at("ratios").at(0).at("per_watt").is_null());
  const std::string text = json.dump();
  EXPECT_LT(text.find("differing_conditions"), text.find("\"metrics\""));
}

}  // namespace
}  // namespace rackproof
