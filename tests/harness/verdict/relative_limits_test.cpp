// Limits relative to rated values and to peers: what is read, what they come to, and that nothing is judged without a number.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/verdict/calibrated_on.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::cell;
using test::kTriad;

const std::string kMetric = kTriad + "#bandwidth";

std::string file_of(const std::string& rest) {
  return "schema = 1\nname = \"t\"\n[[limit]]\nmetric = \"" + kMetric +
         "\"\nplacement = \"node\"\nprovenance = \"contract: 4.1\"\n" + rest + "\n";
}

Limits read(const std::string& rest, const Results& results) {
  return parse_limits(file_of(rest), "l.toml", measurable(results));
}

std::string problems_told(const std::string& rest) {
  CampaignBuilder campaign(1, 1);
  campaign.measured(0, {2e9, 2e9});
  try {
    read(rest, campaign.results);
  } catch (const ConfigurationError& error) {
    std::string all;
    for (const Diagnostic& problem : error.diagnostics()) all += to_string(problem) + "\n";
    return all;
  }
  return {};
}

#define EXPECT_PROBLEM(rest, part) EXPECT_PRED_FORMAT2(testing::IsSubstring, part, problems_told(rest))

RatedDevices devices(const std::string& value, const std::string& convention = "decimal") {
  RatedDevices out;
  out.add(
      "schema = 1\n[[device]]\nvendor = \"V\"\nmodel = \"m1\"\n[device.rated.memory_bandwidth]\nvalue = \"" +
          value + "\"\nsource = \"datasheet of 2026\"\n" +
          (value == "undisclosed" ? "" : "convention = \"" + convention + "\"\n"),
      "d.toml");
  return out;
}

CampaignBuilder two_nodes() {
  CampaignBuilder campaign(1, 2);
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {1e9, 1e9});
  return campaign;
}

TEST(RelativeLimits, EveryWordingIsRead) {
  for (const char* text :
       {"90 % of rated.memory_bandwidth", "90% of rated.memory_bandwidth", "0.9 x rated.memory_bandwidth",
        "0.9 × rated.memory_bandwidth", "0.9× rated.memory_bandwidth"}) {
    const RelativeBound bound = parse_relative_bound(text);
    EXPECT_DOUBLE_EQ(bound.share, 0.9) << text;
    EXPECT_EQ(bound.quantity, "memory_bandwidth");
    EXPECT_EQ(to_string(bound), "90 % of rated.memory_bandwidth");
  }
  for (const char* text :
       {"0.97 x median of peers", "0.97 × median of peers", "97 % of the median of peers"}) {
    const RelativeBound bound = parse_relative_bound(text);
    EXPECT_EQ(bound.to, RelativeBound::To::peers) << text;
    EXPECT_DOUBLE_EQ(bound.share, 0.97);
  }
}

TEST(RelativeLimits, Refusals) {
  EXPECT_PROBLEM("lower = \"90 % of rated.memory_bandwith\"", "did you mean \"rated.memory_bandwidth\"?");
  EXPECT_PROBLEM("lower = \"90 % of rated.f64_rate\"",
                 "rated.f64_rate has the wrong dimension: it is in flop/s");
  EXPECT_PROBLEM("lower = \"rated.memory_bandwidth\"", "no share");
  EXPECT_PROBLEM("lower = \"90 rated.memory_bandwidth\"", "a share is followed by");
  EXPECT_PROBLEM("lower = \"nan x rated.memory_bandwidth\"", "the share is not between 0 and 10");
  EXPECT_PROBLEM("lower = \"-1 x rated.memory_bandwidth\"", "the share is not between 0 and 10");
  EXPECT_PROBLEM("lower = \"90 % of mean of peers\"", "not a share of a rated value");
  EXPECT_PROBLEM("lower = \"0.97 x median of peers\"",
                 "l.toml:3: a limit relative to peers cannot be a gate");
  EXPECT_PROBLEM("lower = \"0.97 x median of peers\"", "write severity = \"score\"");
  EXPECT_PROBLEM("lower = \"90 % of rated.memory_bandwidth\"\nexclude_below = \"1 GB/s\"",
                 "beside a relative bound");
  EXPECT_PROBLEM("band = [\"90 % of rated.memory_bandwidth\", \"1 TB/s\"]", "band");
  EXPECT_EQ(problems_told("lower = \"0.97 x median of peers\"\nseverity = \"score\""), "");
}

TEST(RelativeLimits, ARatedValueDecidesAndIsNamed) {
  const CampaignBuilder campaign = two_nodes();
  const Limits limits = read("lower = \"90 % of rated.memory_bandwidth\"", campaign.results);
  const Limits numbers = resolved(limits, campaign.results, devices("2 GB/s"));
  ASSERT_EQ(numbers.limits.size(), 1u);
  EXPECT_EQ(numbers.limits[0].model, "m1");
  EXPECT_DOUBLE_EQ(std::get<LowerLimit>(numbers.limits[0].bound).bound, 1.8e9);
  EXPECT_EQ(to_string(numbers.limits[0]), "≥ 1.8 GB/s (90 % of rated.memory_bandwidth)");
  const Verdicts verdicts = judge(campaign.results, numbers);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::pass);
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").verdict, Verdict::fail);
  for (const std::uint32_t target : {0u, 1u}) {
    EXPECT_PRED_FORMAT2(
        testing::IsSubstring,
        "the limit is 90 % of rated.memory_bandwidth of m1, 2 GB/s decimal (datasheet of 2026)",
        cell(verdicts, target, "bandwidth").reason.en);
  }
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "datasheet of 2026", numbers.limits[0].provenance.en);
}

TEST(RelativeLimits, WithoutARatedValueNothingIsJudged) {
  const CampaignBuilder campaign = two_nodes();
  const Limits limits = read("lower = \"90 % of rated.memory_bandwidth\"", campaign.results);
  RatedDevices others;
  others.add("schema = 1\n[[device]]\nvendor = \"V\"\nmodel = \"m1\"\n", "d.toml");
  const std::pair<Limits, std::string> cases[]{
      {limits, "is not known here"},
      {resolved(limits, campaign.results, RatedDevices{}), "rated values of model \"m1\" are not known"},
      {resolved(limits, campaign.results, others), "rated.memory_bandwidth of m1 is not known"},
      {resolved(limits, campaign.results, devices("undisclosed")), "is undisclosed: datasheet of 2026"}};
  for (const auto& [given, reason] : cases) {
    const Verdicts verdicts = judge(campaign.results, given);
    for (const std::uint32_t target : {0u, 1u}) {
      EXPECT_EQ(cell(verdicts, target, "bandwidth").verdict, Verdict::not_judged);
      EXPECT_PRED_FORMAT2(testing::IsSubstring, reason, cell(verdicts, target, "bandwidth").reason.en);
    }
    EXPECT_NE(verdicts.disposition, Disposition::accepted);
  }
}

TEST(RelativeLimits, ASparseRateJudgesNothing) {
  Limit limit;
  limit.bound = LowerLimit{0};
  limit.relative = parse_relative_bound("0.5 x rated.f16_rate");
  RatedDevices sparse;
  sparse.add(
      "schema = 1\n[[device]]\nvendor = \"V\"\nmodel = \"m1\"\n[device.rated.f16_rate]\nvalue = \"2 "
      "PFLOP/s\"\n"
      "convention = \"sparse\"\nsource = \"s\"\n",
      "d.toml");
  EXPECT_FALSE(resolve_rated(limit, "m1", sparse));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "sparse", limit.unresolved.en);
}

TEST(RelativeLimits, ALimitThatNamesTheModelStandsBefore) {
  const CampaignBuilder campaign = two_nodes();
  const Limits limits = parse_limits(
      file_of("lower = \"90 % of rated.memory_bandwidth\"") + "[[limit]]\nmetric = \"" + kMetric +
          "\"\nplacement = \"node\"\nprovenance = \"c: 1\"\nlower = \"0.5 GB/s\"\nmodel = \"m1\"\n",
      "l.toml", measurable(campaign.results));
  const Verdicts verdicts = judge(campaign.results, resolved(limits, campaign.results, devices("2 GB/s")));
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").verdict, Verdict::pass);
}

CampaignBuilder cohort(int nodes) {
  CampaignBuilder campaign(1, nodes);
  for (int node = 0; node < nodes; ++node)
    campaign.measured(static_cast<std::uint32_t>(node), {node == 0 ? 1e9 : 2e9, node == 0 ? 1e9 : 2e9});
  return campaign;
}

TEST(RelativeLimits, PeersGiveAScore) {
  const CampaignBuilder campaign = cohort(9);
  const Limits limits = read("lower = \"0.97 x median of peers\"\nseverity = \"score\"", campaign.results);
  const Limits numbers = resolved(limits, campaign.results, {});
  EXPECT_NEAR(std::get<LowerLimit>(numbers.limits.at(0).bound).bound, 0.97 * 2e9, 1e3);
  const Verdicts verdicts = judge(campaign.results, numbers);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::fail);
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").severity, Severity::score);
  EXPECT_NE(test::finding(verdicts, "score"), nullptr);
  EXPECT_NE(verdicts.disposition, Disposition::rejected);
}

TEST(RelativeLimits, TooFewPeersGiveNone) {
  CampaignBuilder campaign = cohort(8);
  campaign.cell_of(3).value = std::nanf("");  // what was not measured is no peer
  const Limits limits = read("lower = \"0.97 x median of peers\"\nseverity = \"score\"", campaign.results);
  const Limits numbers = resolved(limits, campaign.results, {});
  EXPECT_EQ(numbers.limits.at(0).unresolved, "7 peers of model \"m1\" were measured; their median needs 8");
  EXPECT_EQ(cell(judge(campaign.results, numbers), 0, "bandwidth").verdict, Verdict::not_judged);
  EXPECT_NE(resolved(limits, CampaignBuilder(1, 0).results, {}).limits.at(0).unresolved, "");
}

std::string calibration(const std::vector<std::string>& serials, const std::string& hash) {
  std::string list;
  for (const std::string& serial : serials) list += (list.empty() ? "\"" : ", \"") + serial + "\"";
  return "lower = \"0.5 GB/s\"\n[calibration]\nname = \"c\"\ndate = \"2026-11-29\"\nserials = [" + list +
         "]\ncalibrated_on = \"" + hash + "\"\n";
}

TEST(Calibration, NoDevicePassesAGateThatItHasSet) {
  CampaignBuilder campaign = two_nodes();
  campaign.results.targets[0].serial = "s1";
  campaign.results.targets[1].serial = "s2";
  const std::vector<std::string> serials{"s9", "s1"};
  Limits limits = read(calibration(serials, hash_of_serials(serials)), campaign.results);
  const Verdicts verdicts = judge(campaign.results, limits);
  EXPECT_EQ(cell(verdicts, 0, "bandwidth").verdict, Verdict::not_judged);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "calibrated on s1 itself",
                      cell(verdicts, 0, "bandwidth").reason.en);
  EXPECT_EQ(cell(verdicts, 1, "bandwidth").verdict, Verdict::pass);
  limits.limits[0].severity = Severity::score;
  EXPECT_EQ(cell(judge(campaign.results, limits), 0, "bandwidth").verdict, Verdict::pass);
}

TEST(Calibration, Refusals) {
  EXPECT_PROBLEM(calibration({"s1"}, hash_of_serials({"s2"})),
                 "calibrated_on is not the SHA-256 of the serials");
  EXPECT_PROBLEM(calibration({}, hash_of_serials({})), "the calibration has no serials");
  EXPECT_PROBLEM(calibration({"s1"}, hash_of_serials({"s1"})) + "dat = 1",
                 "unknown key \"dat\"; did you mean \"date\"?");
  EXPECT_PROBLEM("lower = \"1 GB/s\"\n[[calibration]]\n", "calibration must be a table");
}

}  // namespace
}  // namespace rackproof
