// Limits files: what is read, and every refusal with its line and hint.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/verdict/exclude_below.hpp"
#include "harness/verdict/limits.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

std::vector<Measurable> known() {
  return {{"memory/host/triad:f64,cold#bandwidth", QuantityKind::real, kBytePerSecond, {"node", "device"}},
          {"memory/host/triad:f64,cold#threads", QuantityKind::exact, kNumber, {"node"}},
          {"interconnect/host/latency:8#time", QuantityKind::real, kSecond, {"pair"}},
          {"interconnect/host/latency:8#transport", QuantityKind::text, kNumber, {"pair"}},
          {"memory/host/size#capacity", QuantityKind::exact, kByte, {"node"}},
          {"compute/host/gemm:f64#efficiency", QuantityKind::real, kNumber, {"node"}}};
}

constexpr std::string_view kHead = "schema = 1\nname = \"t\"\n";

/// A file with one limit; its first line is line 4.
std::string one(const std::string& metric, const std::string& placement, const std::string& rest) {
  return std::string(kHead) + "[[limit]]\nmetric = \"" + metric + "\"\nplacement = \"" + placement +
         "\"\nprovenance = \"contract\"\n" + rest + "\n";
}
std::string bandwidth(const std::string& rest) {
  return one("memory/host/triad:f64,cold#bandwidth", "node", rest);
}

Limits parse(const std::string& text) { return parse_limits(text, "limits.toml", known()); }

std::vector<Diagnostic> problems(const std::string& text) {
  try {
    parse(text);
  } catch (const ConfigurationError& error) {
    return error.diagnostics();
  }
  ADD_FAILURE() << "accepted:\n" << text;
  return {};
}

void expect_problem(const std::string& text, int line, const std::string& message, const std::string& hint) {
  const auto found = problems(text);
  const bool any = std::any_of(found.begin(), found.end(), [&](const Diagnostic& problem) {
    return problem.file == "limits.toml" && problem.line == line &&
           problem.message.find(message) != std::string::npos && problem.hint.find(hint) != std::string::npos;
  });
  std::string all;
  for (const auto& problem : found) all += to_string(problem) + "\n";
  EXPECT_TRUE(any) << "wanted line " << line << ", \"" << message << "\", \"" << hint << "\"; got:\n" << all;
}

TEST(LimitsFile, ReadsEveryForm) {
  const Limits limits = parse(R"(schema = 1
name = "all forms"
at_budget_end = "reject"
[[limit]]
metric = "memory/host/triad:f64,cold#bandwidth"
placement = "node"
lower = "1 GB/s"
clause = "4.1"
model = "h100"
provenance = "sanity floor"
[[limit]]
metric = "interconnect/host/latency:8#time"
placement = "pair"
upper = "5 us"
severity = "score"
provenance = "contract"
[[limit]]
metric = "compute/host/gemm:f64#efficiency"
placement = "node"
band = [0.5, "110 %"]
provenance = "contract"
[[limit]]
metric = "memory/host/triad:f64,cold#threads"
placement = "node"
exact = 42
provenance = "contract"
[[limit]]
metric = "interconnect/host/latency:8#transport"
placement = "pair"
exact = ["rdma", "tcp"]
provenance = "contract"
[[limit]]
metric = "memory/host/size#capacity"
placement = "node"
exact = "512 GiB"
provenance = "contract"
)");
  EXPECT_EQ(limits.name, "all forms");
  EXPECT_EQ(limits.at_budget_end, AtBudgetEnd::reject);
  ASSERT_EQ(limits.limits.size(), 6u);
  const auto& rows = limits.limits;
  EXPECT_EQ(rows[0].clause, "4.1");
  EXPECT_EQ(rows[0].model, "h100");
  EXPECT_EQ(rows[0].line, 4);
  EXPECT_EQ(rows[0].severity, Severity::gate);
  EXPECT_DOUBLE_EQ(std::get<LowerLimit>(rows[0].bound).bound, 1e9);
  EXPECT_EQ(rows[0].dimension, kBytePerSecond);
  EXPECT_EQ(rows[1].severity, Severity::score);
  EXPECT_DOUBLE_EQ(std::get<UpperLimit>(rows[1].bound).bound, 5e-6);
  EXPECT_DOUBLE_EQ(std::get<BandLimit>(rows[2].bound).lower, 0.5);
  EXPECT_DOUBLE_EQ(std::get<BandLimit>(rows[2].bound).upper, 1.1);
  EXPECT_EQ(std::get<ExactNumber>(rows[3].bound).value, 42);
  EXPECT_EQ(std::get<ExactTexts>(rows[4].bound).values, (std::vector<std::string>{"rdma", "tcp"}));
  EXPECT_EQ(std::get<ExactNumber>(rows[5].bound).value, 512LL << 30);
  EXPECT_EQ(to_string(rows[0]), "≥ 1 GB/s");
  EXPECT_EQ(to_string(rows[1]), "≤ 5 us");
  EXPECT_EQ(to_string(rows[2]), "between 0.5 and 1.1");
  EXPECT_EQ(to_string(rows[3]), "= 42");
  EXPECT_EQ(to_string(rows[4]), "one of rdma, tcp");
  EXPECT_EQ(to_string(rows[5]), "= 549755813888 B");
}

TEST(LimitsFile, OneText) {
  const Limits limits = parse(one("interconnect/host/latency:8#transport", "pair", "exact = \"tcp\""));
  EXPECT_EQ(to_string(limits.limits.at(0)), "= tcp");
  EXPECT_EQ(limits.at_budget_end, AtBudgetEnd::undecided);
}

TEST(LimitsFile, NoUnit) {
  expect_problem(bandwidth("lower = 1000000000"), 7, "has no unit", "write for example \"1 GB/s\"");
  expect_problem(bandwidth("lower = 1.5e9"), 7, "has no unit", "\"1 GB/s\"");
  expect_problem(bandwidth("lower = \"48\""), 7, "has no unit", "\"1 GB/s\"");
  expect_problem(bandwidth("band = [1, 2]"), 7, "has no unit", "\"1 GB/s\"");
  expect_problem(one("interconnect/host/latency:8#time", "pair", "upper = 5"), 7, "has no unit", "\"5 us\"");
  expect_problem(one("memory/host/size#capacity", "node", "exact = 512"), 7, "has no unit", "\"1 GB\"");
}

TEST(LimitsFile, APlainNumberIsFineWithoutDimension) {
  EXPECT_NO_THROW(parse(one("compute/host/gemm:f64#efficiency", "node", "lower = 0.8")));
  EXPECT_NO_THROW(parse(one("compute/host/gemm:f64#efficiency", "node", "lower = \"80 %\"")));
}

TEST(LimitsFile, WrongDimension) {
  expect_problem(bandwidth("lower = \"1 GB\""), 7, "wrong dimension", "\"1 GB/s\"");
  expect_problem(bandwidth("lower = \"5 us\""), 7, "it is in s", "\"1 GB/s\"");
  expect_problem(bandwidth("lower = \"1 GX/s\""), 7, "unknown unit", "\"1 GB/s\"");
  expect_problem(bandwidth("lower = \"fast\""), 7, "not a quantity", "\"1 GB/s\"");
  expect_problem(bandwidth("lower = true"), 7, "not a quantity", "\"1 GB/s\"");
}

TEST(LimitsFile, NotFinite) {
  for (const std::string value : {"nan", "inf", "-inf"}) {
    expect_problem(one("compute/host/gemm:f64#efficiency", "node", "lower = " + value), 7,
                   "not a finite number", "0.9");
  }
}

TEST(LimitsFile, NothingMeasuresIt) {
  expect_problem(one("memory/host/triad:f64,cold#bandwith", "node", "lower = \"1 GB/s\""), 4,
                 "nothing in the plan", "did you mean \"memory/host/triad:f64,cold#bandwidth\"?");
  expect_problem(one("x/y/z#q", "node", "lower = \"1 GB/s\""), 4, "nothing in the plan", "add its case");
  expect_problem(one("memory/host/triad:f64,cold#bandwidth", "pair", "lower = \"1 GB/s\""), 5,
                 "not measured on \"pair\"", "\"node\", \"device\"");
}

TEST(LimitsFile, BoundAndKindMustFit) {
  expect_problem(bandwidth("exact = 5"), 7, "measured real number", "lower, upper or band");
  expect_problem(one("interconnect/host/latency:8#transport", "pair", "lower = 5"), 7, "is a text", "exact");
  expect_problem(one("interconnect/host/latency:8#transport", "pair", "exact = 5"), 7, "not a text",
                 "\"tcp\"");
  expect_problem(one("interconnect/host/latency:8#transport", "pair", "exact = []"), 7, "not a text",
                 "\"tcp\"");
  expect_problem(one("interconnect/host/latency:8#transport", "pair", "exact = [\"a\", 1]"), 7, "not a text",
                 "tcp");
  expect_problem(one("memory/host/triad:f64,cold#threads", "node", "exact = 1.5"), 7, "not a whole number",
                 "8");
  expect_problem(one("memory/host/triad:f64,cold#threads", "node", "exact = \"1.5\""), 7,
                 "not a whole number", "");
  expect_problem(one("memory/host/triad:f64,cold#threads", "node", "exact = \"1e30\""), 7,
                 "not a whole number", "2^53");
  expect_problem(one("memory/host/triad:f64,cold#threads", "node", "exact = [1, 2]"), 7, "not a whole number",
                 "8");
}

TEST(LimitsFile, ExactlyOneBound) {
  expect_problem(bandwidth(""), 3, "no bound", "exactly one of");
  const auto found = problems(bandwidth("lower = \"1 GB/s\"\nupper = \"2 GB/s\""));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("more than one bound"), std::string::npos);
  expect_problem(bandwidth("band = [\"2 GB/s\", \"1 GB/s\"]"), 7, "above its upper end", "smaller");
  expect_problem(bandwidth("band = [\"2 GB/s\"]"), 7, "list of two", "[\"1 GB/s\", \"1 GB/s\"]");
  expect_problem(bandwidth("band = \"2 GB/s\""), 7, "list of two", "");
}

TEST(LimitsFile, AsPromised) {
  const Limits limits = parse(one("memory/host/*", "node", "promised = true"));
  ASSERT_EQ(limits.limits.size(), 2u);  // what is measured as a real number is not promised
  EXPECT_EQ(limits.limits[0].metric, "memory/host/triad:f64,cold#threads");
  EXPECT_EQ(limits.limits[1].metric, "memory/host/size#capacity");
  EXPECT_TRUE(std::holds_alternative<AsPromised>(limits.limits[0].bound));
  EXPECT_EQ(to_string(limits.limits[0]), "as promised");
  // It may stand beside another bound of the same metric.
  EXPECT_EQ(parse(one("memory/host/*", "node", "promised = true") +
                  one("memory/host/triad:f64,cold#threads", "node", "lower = 1").substr(kHead.size()))
                .limits.size(),
            3u);
  expect_problem(one("memory/host/triad:f64,cold#threads", "node", "promised = false"), 7, "is not true",
                 "promised = true");
  expect_problem(one("memory/host/triad:f64,cold#threads", "node", "promised = 8"), 7, "is not true",
                 "another bound");
  expect_problem(bandwidth("promised = true"), 7, "a measured real number", "lower, upper or band");
  expect_problem(one("memory/host/triad:f64,cold#threads", "node", "promised = true\nexact = 8"), 7,
                 "more than one bound", "exactly one of");
}

TEST(LimitsFile, NoProvenance) {
  const std::string limit =
      "[[limit]]\nmetric = \"memory/host/triad:f64,cold#bandwidth\"\nplacement = \"node\"\n"
      "lower = \"1 GB/s\"\n";
  expect_problem(std::string(kHead) + limit, 3, "no provenance", "where the number comes from");
  expect_problem(std::string(kHead) + limit + "provenance = \"  \"\n", 7, "no provenance", "");
}

TEST(LimitsFile, TheSameTwice) {
  const std::string limit = bandwidth("lower = \"1 GB/s\"");
  const std::string again = limit.substr(kHead.size());
  expect_problem(limit + again, 9, "a second gate limit", "line 3");
  EXPECT_NO_THROW(parse(limit + again + "model = \"h100\"\n"));
  EXPECT_NO_THROW(parse(limit + again + "severity = \"score\"\n"));
  expect_problem(limit + again + "model = \"h100\"\n" + again + "model = \"h100\"\n", 15, "model \"h100\"",
                 "line 8");
}

TEST(LimitsFile, UnknownWordsAndKeys) {
  expect_problem(bandwidth("lower = \"1 GB/s\"\nseverity = \"fatal\""), 8, "unknown severity", "\"score\"");
  expect_problem("at_budget_end = \"maybe\"\n" + std::string(kHead), 1, "unknown value \"maybe\"",
                 "\"reject\"");
  expect_problem(bandwidth("lower = \"1 GB/s\"\nprovenence = \"x\""), 8, "provenence", "provenance");
  expect_problem("schema = 2\nname = \"t\"\n", 1, "schema", "");
  expect_problem("schema = 1\nname = \n", 2, "", "");
}

TEST(LimitsFile, AllProblemsAreShownTogether) {
  const std::string text = bandwidth("lower = 1") + "[[limit]]\nmetric = \"x/y/z#q\"\nlower = \"1 GB/s\"\n";
  // no unit; unknown metric, no placement, no provenance
  EXPECT_EQ(problems(text).size(), 4u);
}

TEST(LimitsFile, AMissingFileIsOneClearError) {
  EXPECT_THROW(read_limits("/nonexistent/limits.toml", known()), Error);
}

TEST(Measurable, FromAPlan) {
  static constexpr QuantityRow kQuantities[] = {
      {"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better, ""},
      {"transport", QuantityKind::text, "1", Direction::neither, ""}};
  const CaseRow rows[] = {{.id = "a/b/c",
                           .title = "",
                           .definition = "",
                           .check = "",
                           .clock = "host",
                           .on_node = true,
                           .on_pair = true,
                           .quantities = kQuantities}};
  Plan plan;
  plan.runs = {{{"a/b/c"}, "node", "", 1}, {{"a/b/c"}, "pair", "", 2}, {{"a/b/c"}, "node", "", 3}};
  const auto found = measurable(plan, rows);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].metric, "a/b/c#bandwidth");
  EXPECT_EQ(found[0].dimension, kBytePerSecond);
  EXPECT_EQ(found[0].scopes, (std::vector<std::string>{"node", "pair"}));
  EXPECT_EQ(found[1].kind, QuantityKind::text);
  plan.runs[0].cases = {"a/b/other"};
  EXPECT_THROW(measurable(plan, rows), Error);
}

TEST(Measurable, FromResults) {
  test::CampaignBuilder campaign(1, 2);
  campaign.promise(0);
  campaign.promise(1);
  const auto found = measurable(campaign.results);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].metric, test::kTriad + "#bandwidth");
  EXPECT_EQ(found[0].scopes, std::vector<std::string>{"node"});
  const test::CampaignBuilder nothing(1, 2);
  EXPECT_TRUE(measurable(nothing.results)[0].scopes.empty());
}

TEST(Measurable, WhatAShardLeavesOutMayHaveLimits) {
  test::CampaignBuilder campaign(1, 2);
  campaign.promise(0);
  campaign.results.notices.push_back({"shard", {"group:site", "site"}, "in several shards"});
  campaign.results.notices.push_back({"left out", {"group:rack", "rack1"}, "of another kind"});
  EXPECT_EQ(measurable(campaign.results)[0].scopes, (std::vector<std::string>{"node", "group:site"}));
}

TEST(LimitsFile, OneStarStandsForEveryMetricOfThePlacementThatFits) {
  const std::vector<Measurable> counts{
      {"memory/host/copy:f64#wrong", QuantityKind::exact, kNumber, {"node"}},
      {"memory/host/scale:f64#wrong", QuantityKind::exact, kNumber, {"node", "device"}},
      {"memory/host/scale:f64#bandwidth", QuantityKind::real, kBytePerSecond, {"node"}},
      {"memory/device/copy:f64#wrong", QuantityKind::exact, kNumber, {"device"}}};
  const auto metrics = [&](const std::string& text) {
    std::vector<std::string> found;
    for (const Limit& limit : parse_limits(text, "limits.toml", counts).limits) {
      EXPECT_EQ(std::get<ExactNumber>(limit.bound).value, 0);
      EXPECT_EQ(limit.line, 3);
      found.push_back(limit.metric);
    }
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(metrics(one("memory/host/*#wrong", "node", "exact = 0")),
            (Names{"memory/host/copy:f64#wrong", "memory/host/scale:f64#wrong"}));
  EXPECT_EQ(metrics(one("*#wrong", "device", "exact = 0")),
            (Names{"memory/host/scale:f64#wrong", "memory/device/copy:f64#wrong"}));
  EXPECT_EQ(metrics(one("memory/host/copy*", "node", "exact = 0")), Names{"memory/host/copy:f64#wrong"});
}

TEST(LimitsFile, AStarThatFitsNothingOrWhatDoesNotSuitIsRefused) {
  expect_problem(one("memory/host/*#time", "node", "lower = \"1 s\""), 4,
                 "nothing in the plan on \"node\" fits", "add its cases");
  expect_problem(one("memory/host/triad*", "pair", "exact = 0"), 4, "nothing in the plan on \"pair\" fits",
                 "");
  EXPECT_FALSE(problems(one("memory/host/triad*", "node", "exact = 0")).empty())
      << "one of them is a bandwidth";
  const std::string twice =
      bandwidth("lower = \"1 GB/s\"") +
      "[[limit]]\nmetric = \"*#bandwidth\"\nplacement = \"node\"\nprovenance = \"c\"\nlower = \"2 GB/s\"\n";
  expect_problem(twice, 9, "a second gate limit on memory/host/triad", "the first stands in line 3");
}

TEST(LimitsFile, ExcludeBelowStandsBesideLowerAndIsNotAboveIt) {
  const Limits limits = parse(bandwidth("lower = \"1 GB/s\"\nexclude_below = \"500 MB/s\""));
  ASSERT_TRUE(limits.limits.at(0).exclude_below);
  EXPECT_DOUBLE_EQ(*limits.limits[0].exclude_below, 5e8);
  EXPECT_FALSE(parse(bandwidth("lower = \"1 GB/s\"")).limits.at(0).exclude_below);
  expect_problem(bandwidth("lower = \"1 GB/s\"\nexclude_below = \"2 GB/s\""), 8, "above lower", "not above");
  expect_problem(bandwidth("lower = \"1 GB/s\"\nexclude_below = \"2 s\""), 8, "", "");
  expect_problem(bandwidth("upper = \"1 GB/s\"\nexclude_below = \"1 GB/s\""), 8, "beside lower", "remove it");
}

TEST(LimitsFile, ExcludeBelowOfTheModelReplacesThatOfAll) {
  Limit all;
  all.metric = "m";
  all.scope = "node";
  all.exclude_below = 10;
  Limit of_model = all;
  of_model.model = "h100";
  of_model.exclude_below = 20;
  Limits limits;
  limits.limits = {all, of_model};
  const ExcludeBelow below(limits);
  EXPECT_EQ(below("m", "node", "h100", 15), std::optional(true));
  EXPECT_EQ(below("m", "node", "other", 15), std::optional(false));
  EXPECT_EQ(below("m", "node", "other", std::nan("")), std::optional(true));
  EXPECT_EQ(below("m", "device", "other", 1), std::nullopt);
  EXPECT_TRUE(ExcludeBelow(Limits()).empty());
}

TEST(LimitsFile, WhenAndThrottleMask) {
  const Limits limits =
      parse("schema = 1\nname = \"t\"\nthrottle_mask = [\"power\", \"sync\"]\n" +
            bandwidth("lower = \"1 GB/s\"\nwhen = { governor = \"performance\" }").substr(kHead.size()));
  EXPECT_EQ(limits.throttle_mask, 9u);
  EXPECT_EQ(limits.limits[0].when, (When{{"governor", "performance"}}));
  EXPECT_EQ(parse(bandwidth("lower = \"1 GB/s\"")).throttle_mask, 0u);
  expect_problem(bandwidth("lower = \"1 GB/s\"\nwhen = { governer = \"performance\" }"), 8,
                 "nothing is looked at that is called \"governer\"", "did you mean \"governor\"?");
  expect_problem(bandwidth("lower = \"1 GB/s\"\nwhen = { governor = \"\" }"), 8, "governor is empty",
                 "write");
  expect_problem(bandwidth("lower = \"1 GB/s\"\nwhen = { cores = 64 }"), 8, "when.cores must be a text", "");
  expect_problem(
      bandwidth("lower = \"1 GB/s\"\nwhen = { governor = \"performance\" }\nexclude_below = \"1 MB/s\""), 9,
      "contradict each other", "remove one");
  expect_problem("schema = 1\nname = \"t\"\nthrottle_mask = [\"pover\"]\n", 3, "unknown reason \"pover\"",
                 "did you mean \"power\"?");
}

}  // namespace
}  // namespace rackproof
