#include "harness/verdict/calibrate/calibration.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/random.hpp"
#include "harness/verdict/calibrate/plan_risk.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/judge.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::kTriad;

/// Nodes of about 2 GB/s, in two launches each, with serials.
Results campaign(int nodes, std::uint64_t seed, const std::string& serials = "S") {
  CampaignBuilder builder(1, nodes);
  builder.results.series[0].direction = Direction::higher_is_better;
  builder.results.series[0].definition_hash = "0123456789abcdef";
  builder.results.provenance.finished_utc = "2026-11-28T01:02:03Z";
  RandomSequence random(seed, 0);
  for (std::uint32_t node = 0; node < static_cast<std::uint32_t>(nodes); ++node) {
    builder.results.targets[node].serial = serials.empty() ? "" : fmt::format("{}{}", serials, node);
    const double device = 2e9 * std::exp(0.01 * random.normal());
    builder.measured(
        node, {device * std::exp(0.003 * random.normal()), device * std::exp(0.003 * random.normal())});
  }
  return builder.results;
}

Calibration calibrated(const Results& results, const CalibrationSettings& settings = {}) {
  return calibrate(calibration_cohorts({{"a.h5", &results}}), settings);
}

std::string refusal(const std::function<void()>& what) {
  try {
    what();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Calibration, LimitIsTheBoundOfTheQuantileAndJudgeTakesIt) {
  const Results results = campaign(320, 1);
  const Calibration found = calibrated(results);
  const std::vector<CalibratedLimit>& limits = found.limits;
  ASSERT_EQ(limits.size(), 1u);
  EXPECT_EQ(limits[0].why_none, "");
  double least = 1e300;
  for (const auto& [serial, values] : limits[0].cohort.values) least = std::min(least, values.front());
  EXPECT_NEAR(limits[0].bound, least, 6e-5 * least);  // of 320 values the least one
  EXPECT_LE(limits[0].bound, least);
  EXPECT_NEAR(limits[0].launch.sd, 0.003, 0.001);
  EXPECT_GT(limits[0].launch.upper, limits[0].launch.sd);
  EXPECT_NEAR(limits[0].device_sd, 0.01, 0.003);

  const std::string text = limits_toml(found, calibration_text({{"a.h5", &results}}, "mine"));
  const Limits read = parse_limits(text, "limits.toml", measurable(results));
  ASSERT_EQ(read.limits.size(), 1u);
  EXPECT_EQ(std::get<LowerLimit>(read.limits[0].bound).bound, limits[0].bound);
  EXPECT_EQ(read.limits[0].severity, Severity::score);
  EXPECT_EQ(read.limits[0].model, "m1");
  EXPECT_NE(read.limits[0].provenance.en.find(
                "measured: n = 320, 2026-11-28, 0.01 quantile, 95 % lower bound, launch-to-launch sd"),
            std::string::npos)
      << read.limits[0].provenance.en;
  ASSERT_TRUE(read.calibration);
  EXPECT_EQ(read.calibration->serials.size(), 320u);
  EXPECT_EQ(read.calibration->date, "2026-11-28");
  for (const VerdictCell& cell : judge(results, read).cells) {
    EXPECT_TRUE(cell.completion() || cell.verdict != Verdict::fail) << cell.reason.en;
  }
}

TEST(Calibration, TooFewDevicesMakeNoLimitButALine) {
  const Results results = campaign(9, 2);
  const Calibration found = calibrated(results);
  EXPECT_EQ(found.limits.at(0).why_none,
            "9 devices; a bound of the 0.01 quantile that holds with 0.95 confidence needs 299");
  const std::string text = limits_toml(found, calibration_text({{"a.h5", &results}}, "mine"));
  EXPECT_NE(text.find("# no limit on " + kTriad), std::string::npos) << text;
  EXPECT_EQ(text.find("[[limit]]"), std::string::npos);
  EXPECT_EQ(calibrated(results, {.quantile = 0.3}).limits.at(0).why_none, "");
}

TEST(Calibration, LowerIsBetterIsMirrored) {
  Results results = campaign(40, 3);
  results.series[0].direction = Direction::lower_is_better;
  const Calibration found = calibrated(results, {.quantile = 0.1});
  EXPECT_TRUE(found.limits.at(0).is_upper);
  EXPECT_GT(found.limits[0].bound, found.limits[0].middle);
  const std::string text = limits_toml(found, calibration_text({{"a.h5", &results}}, "mine"));
  EXPECT_NE(text.find("\nupper = \""), std::string::npos);
  EXPECT_NE(text.find("0.9 quantile, 95 % upper bound"), std::string::npos);
  results.series[0].direction = Direction::neither;
  EXPECT_EQ(calibrated(results).limits.at(0).why_none, "neither more nor less of it is better");
}

TEST(Calibration, FilesAreUnitedBySerial) {
  const Results first = campaign(20, 4), same = campaign(20, 5), others = campaign(20, 6, "T");
  const auto cohorts = calibration_cohorts({{"a", &first}, {"b", &same}, {"c", &others}});
  ASSERT_EQ(cohorts.size(), 1u);
  EXPECT_EQ(cohorts[0].values.size(), 40u);
  EXPECT_EQ(cohorts[0].values.at("S3").size(), 2u);
  EXPECT_EQ(cohorts[0].launches.size(), 60u);
}

TEST(Calibration, BadInput) {
  const Results good = campaign(10, 7);
  Results other = good;
  other.series[0].definition_hash = "fedcba9876543210";
  const std::string why = refusal([&] { calibration_cohorts({{"a", &good}, {"b", &other}}); });
  EXPECT_NE(why.find("0123456789ab"), std::string::npos) << why;
  EXPECT_NE(why.find("fedcba987654"), std::string::npos) << why;
  Results twice = good;
  twice.targets[1].serial = twice.targets[0].serial;
  EXPECT_NE(refusal([&] { calibrated(twice); }).find("stands for two targets"), std::string::npos);
  EXPECT_NE(refusal([&] { calibrated(good, {.pattern = "compute/*"}); }).find("nothing was measured"),
            std::string::npos);
  EXPECT_NE(refusal([&] { calibrated(good, {.pattern = "*a*"}); }).find("more than one *"),
            std::string::npos);
  EXPECT_THROW(calibrated(good, {.quantile = 0}), Error);
  EXPECT_THROW(calibrated(good, {.confidence = 1}), Error);

  Results unmeasured = good;
  for (auto& cells : unmeasured.cells) {
    for (CellValue& cell : cells) cell.value = cell.lo = cell.hi = std::nanf("");
  }
  EXPECT_EQ(calibrated(unmeasured).limits.at(0).why_none, "no device has a value");

  const Results nameless = campaign(10, 8, "");
  const CalibrationSettings gate{.quantile = 0.3, .severity = Severity::gate};
  EXPECT_NE(refusal([&] {
              limits_toml(calibrated(nameless, gate), calibration_text({{"a", &nameless}}, "x"));
            }).find("no target has a serial"),
            std::string::npos);
}

TEST(LaunchComponentTest, IsWhatWasPlanted) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  RandomSequence random(seed, 0);
  std::vector<DeviceLaunches> devices(400);
  for (DeviceLaunches& device : devices) {
    const double level = std::exp(0.05 * random.normal());
    for (int launch = 0; launch < 5; ++launch) {
      device.values.push_back(level * std::exp(0.02 * random.normal() + 0.01 * random.normal()));
      device.half_widths.push_back(1.96 * 0.01 * device.values.back());
    }
  }
  devices.push_back({{1}, {0}});                          // one launch tells nothing
  devices.push_back({{std::nan(""), -1, 2}, {0, 0, 0}});  // nor do numbers that are none
  const LaunchComponent found = launch_component(devices);
  EXPECT_EQ(found.degrees, 1600u);
  EXPECT_EQ(found.devices, 400u);
  EXPECT_NEAR(found.sd, 0.02, 0.002);        // its standard error is 0.0005
  EXPECT_NEAR(found.upper, 0.0224, 0.0025);  // √(0.02² + 0.01²), and some
  EXPECT_GE(found.upper, found.sd);
  EXPECT_TRUE(std::isnan(launch_component({}).sd));
  EXPECT_EQ(launch_component({{{1, 1}, {0, 0}}}).sd, 0);
  EXPECT_THROW(launch_component({{{1}, {}}}), Error);
}

/// Shares of fails and passes of random devices that are `slow`, judged as judge() does.
std::pair<double, double> simulated(const RiskModel& model, std::size_t launches, double slow,
                                    std::uint64_t seed) {
  constexpr std::uint64_t kDevices = 8000;
  std::uint64_t fails = 0, passes = 0;
  for (std::uint64_t i = 0; i < kDevices; ++i) {
    RandomSequence random(seed, i);
    const double device = model.margin + std::log1p(-slow) + model.device_sd * random.normal();
    std::vector<double> values;
    for (std::size_t l = 0; l < launches; ++l)
      values.push_back(std::exp(device + model.launch_sd * random.normal()));
    const double value = median(values);
    const Interval interval = widened(value, {value, value}, model.component, launches);
    const Verdict verdict =
        judge_number(LowerLimit{1}, value, interval.lo, interval.hi, values, model.component).verdict;
    fails += verdict == Verdict::fail;
    passes += verdict == Verdict::pass;
  }
  return {binomial_lower_bound(fails, kDevices, 0.99999), binomial_lower_bound(passes, kDevices, 0.99999)};
}

TEST(PlanRiskTest, BoundsWhatJudgingDoes) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  for (const std::size_t launches : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{5}}) {
    for (const RiskModel& model : {RiskModel{0.02, 0.01, 0.01, 0.01}, RiskModel{0.02, 0.01, 0.03, 0.01}}) {
      const PlanRisk risk = plan_risk(model, launches, 0.03);
      // Widened by a share of the value, not of its logarithm: some 2 % of the half width.
      EXPECT_LE(simulated(model, launches, 0, seed).first, risk.fails_usual * 1.05) << launches;
      EXPECT_LE(simulated(model, launches, 0.03, seed + 1).second, risk.passes_slow * 1.05) << launches;
    }
  }
}

TEST(PlanRiskTest, FiguresByHand) {
  // Limit 3 sd below the middle, two launches without spread: P(z < −3).
  EXPECT_NEAR(plan_risk({0.03, 0.01, 0, 0}, 2, 0).fails_usual, 0.00135, 1e-5);
  EXPECT_EQ(plan_risk({0.03, 0.01, 0, 0}, 1, 0).fails_usual, 0);  // a fail takes two bad launches
  EXPECT_NEAR(plan_risk({-std::log1p(-0.05), 0.01, 0, 0}, 2, 0.05).passes_slow, 0.5, 1e-9);
  EXPECT_EQ(plan_risk({0.01, 0, 0, 0}, 2, 0.05).passes_slow, 0);
  EXPECT_THROW(plan_risk({std::nan(""), 0, 0, 0}, 2, 0), Error);
  EXPECT_THROW(plan_risk({0, -1, 0, 0}, 2, 0), Error);
  EXPECT_THROW(plan_risk({0, 0, 0, 0}, 0, 0), Error);
  EXPECT_THROW(plan_risk({0, 0, 0, 0}, 1, 1), Error);
}

/// Of a file of cells comes what comes of the results, but for what it does not keep of launches.
TEST(CalibrationOfCells, IsThatOfTheirResults) {
  const Results results = campaign(320, 7);
  const CellReader cells(results, case_outcomes(results));
  const Calibration of_results = calibrated(results);
  const Calibration of_cells = calibrate(cells, {});
  ASSERT_EQ(of_cells.limits.size(), of_results.limits.size());
  for (std::size_t i = 0; i < of_cells.limits.size(); ++i) {
    const CalibratedLimit& one = of_cells.limits[i];
    const CalibratedLimit& other = of_results.limits[i];
    EXPECT_EQ(one.cohort.metric, other.cohort.metric);
    EXPECT_EQ(one.cohort.scope, other.cohort.scope);
    EXPECT_EQ(one.cohort.model, other.cohort.model);
    EXPECT_EQ(one.devices, 320u);
    EXPECT_NEAR(one.bound, other.bound, 2e-5 * other.bound);  // five digits of a cell
    EXPECT_NEAR(one.launch.sd, 0.003, 0.001);
    EXPECT_EQ(one.launch.devices, 320u);
    EXPECT_TRUE(one.cohort.values.empty());
  }
  const CalibrationText text = calibration_text(cells, "mine");
  EXPECT_EQ(text.serials.size(), 320u);
  EXPECT_EQ(text.date, "2026-11-28");
  EXPECT_EQ(parse_limits(limits_toml(of_cells, text), "limits.toml", measurable(results)).limits.size(), 1u);
}

TEST(CalibrationOfCells, WithoutSerialsMakesNoGates) {
  const Results results = campaign(320, 7, "");
  const CellReader cells(results, case_outcomes(results));
  CalibrationSettings settings;
  settings.severity = Severity::gate;
  const Calibration found = calibrate(cells, settings);
  EXPECT_NE(
      refusal([&] { limits_toml(found, calibration_text(cells, "mine")); }).find("no target has a serial"),
      std::string::npos);
}

TEST(CalibrationOfCells, RefusesWhatNothingFits) {
  const Results results = campaign(8, 7);
  const CellReader cells(results, case_outcomes(results));
  CalibrationSettings settings;
  settings.pattern = "nothing*";
  EXPECT_NE(refusal([&] { calibrate(cells, settings); }).find("nothing was measured that fits \"nothing*\""),
            std::string::npos);
}

}  // namespace
}  // namespace rackproof
