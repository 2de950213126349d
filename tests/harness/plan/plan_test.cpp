#include "harness/plan/plan.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/harness/plan/problems_of.hpp"
#include "tests/harness/plan/small_catalogue.hpp"

namespace rackproof {
namespace {

using Names = std::vector<std::string>;

Plan parse(const std::string& text) { return parse_plan(text, "plan.toml", kSmallCatalogue); }

std::vector<Diagnostic> problems_in(const std::string& text) {
  return problems_of([&] { parse(text); });
}

testing::AssertionResult finds(const std::string& text, int line, const std::string& message,
                               const std::string& hint) {
  return has_problem(problems_in(text), "plan.toml", line, message, hint);
}

const std::string kHead = "schema = 1\nname = \"p\"\n";  // what is tested begins in line 3
const std::string kRun = "[[run]]\ncases = [\"memory/host/triad:f64,cold\"]\nplacement = \"node\"\n";

TEST(Plan, ReadsEveryKey) {
  const std::string text = R"(schema = 1
name = "quick"
limits = "../limits/quick.toml"
seed = 7
launches = 3
launch_component = 0.1
retries = 0
samples = "notable+audit"
sample_time = "200 ms"
precision = 0.02
case_time_limit = "1 min"
step_time_limit = "0.5 h"
[[run]]
cases = ["memory/device/copy:f32"]
placement = "device"
[[run]]
cases = ["interconnect/host/latency:size=8"]
placement = "pair"
pairs = "all"
[[run]]
cases = ["interconnect/host/allreduce:f32,size=1mib"]
placement = "group:rack"
[[exempt]]
case = "memory/device/copy:f32"
model = "fault-device"
reason = "no memory"
)";
  const Plan plan = parse(text);
  EXPECT_EQ(plan.name, "quick");
  EXPECT_EQ(plan.limits, "../limits/quick.toml");
  EXPECT_EQ(plan.seed, 7u);
  EXPECT_EQ(plan.launches, 3);
  EXPECT_DOUBLE_EQ(plan.launch_component, 0.1);
  EXPECT_EQ(plan.retries, 0);
  EXPECT_EQ(plan.samples, "notable+audit");
  EXPECT_DOUBLE_EQ(plan.sample_time_s, 0.2);
  EXPECT_DOUBLE_EQ(plan.precision, 0.02);
  EXPECT_DOUBLE_EQ(plan.case_time_limit_s, 60);
  EXPECT_DOUBLE_EQ(plan.step_time_limit_s, 1800);
  EXPECT_EQ(plan.text, text);
  EXPECT_EQ(plan.file, "plan.toml");
  ASSERT_EQ(plan.runs.size(), 3u);
  EXPECT_EQ(plan.runs[0].scope, "device");
  EXPECT_EQ(plan.runs[0].line, 13);
  EXPECT_EQ(plan.runs[1].pairs, "all");
  EXPECT_EQ(plan.runs[2].pairs, "neighbours");
  EXPECT_EQ(plan.runs[2].cases, (Names{"interconnect/host/allreduce:f32,size=1mib"}));
  ASSERT_EQ(plan.exemptions.size(), 1u);
  EXPECT_EQ(plan.exemptions[0].model, "fault-device");
  EXPECT_EQ(plan.exemptions[0].reason, "no memory");
}

TEST(Plan, Defaults) {
  const Plan plan = parse(kHead + kRun);
  EXPECT_EQ(plan.seed, 1u);
  EXPECT_EQ(plan.launches, 2);
  EXPECT_EQ(plan.most_launches, 2) << "the planned ones only";
  EXPECT_EQ(plan.retries, 2);
  EXPECT_EQ(plan.samples, "all");
  EXPECT_EQ(plan.limits, "");
  EXPECT_TRUE(plan.exemptions.empty());
}

TEST(Plan, TelemetryIsAPeriodOrOff) {
  const auto period = [](const std::string& line) {
    return parse("schema = 1\nname = \"p\"\n" + line + "\n" + kRun).telemetry_period_s;
  };
  EXPECT_DOUBLE_EQ(period(""), 0.1);
  EXPECT_DOUBLE_EQ(period("telemetry = \"0.5 s\""), 0.5);
  EXPECT_EQ(period("telemetry = \"off\""), 0);
  for (const char* wrong : {"\"1 ms\"", "\"2 min\"", "\"-1 s\"", "\"nan s\""})
    EXPECT_TRUE(finds("schema = 1\nname = \"p\"\ntelemetry = " + std::string(wrong) + "\n" + kRun, 3,
                      "telemetry", "write"))
        << wrong;
  EXPECT_TRUE(finds("schema = 1\nname = \"p\"\ntelemetry = \"no\"\n" + kRun, 3, "", ""));
}

TEST(Plan, WildcardsExpandInCatalogueOrder) {
  const auto cases = [](const std::string& patterns, const std::string& placement) {
    return parse(kHead + "[[run]]\ncases = " + patterns + "\nplacement = \"" + placement + "\"\n")
        .runs[0]
        .cases;
  };
  const Names host{"memory/host/triad:f64,cold", "memory/host/copy:f64,cold"};
  EXPECT_EQ(cases("[\"memory/host/*\"]", "node"), host);
  EXPECT_EQ(cases("[\"*\"]", "node"), host);
  EXPECT_EQ(cases("[\"memory/*\"]", "device"), (Names{"memory/device/copy:f32"}));
  EXPECT_EQ(cases("[\"interconnect/*\"]", "group:site"),
            (Names{"interconnect/host/allreduce:f32,size=1mib"}));
  EXPECT_EQ(cases("[\"memory/host/c*\", \"memory/host/t*\"]", "node"), (Names{host[1], host[0]}));
}

TEST(Plan, CaseProblems) {
  const auto run = [](const std::string& cases, const std::string& placement) {
    return kHead + "[[run]]\nplacement = \"" + placement + "\"\ncases = [\n" + cases +
           "]\n";  // cases from line 6 on
  };
  EXPECT_TRUE(finds(run("\"memory/host/triad:f64,cold\",\n\"memory/host/triad:f64,cld\"\n", "node"), 7,
                    "unknown case \"memory/host/triad:f64,cld\"",
                    "did you mean \"memory/host/triad:f64,cold\"?"));
  EXPECT_TRUE(finds(run("\"x\"\n", "node"), 6, "unknown case \"x\"", "rackproof list"));
  EXPECT_TRUE(finds(run("\"storage/host/*\"\n", "node"), 6, "no case begins with \"storage/host/\"",
                    "rackproof list"));
  EXPECT_TRUE(
      finds(run("\"memory/hots/triad:f64,cold*\"\n", "node"), 6, "no case begins with", "did you mean"));
  EXPECT_TRUE(
      finds(run("\"memory/*\"\n", "pair"), 6, "no case of \"memory/*\" has the placement pair", "change"));
  EXPECT_TRUE(
      finds(run("\"memory/host/triad:f64,cold\"\n", "device"), 6, "has no placement device", "it has: node"));
  EXPECT_TRUE(finds(run("\"interconnect/host/allreduce:f32,size=1mib\"\n", "node"), 6,
                    "has no placement node", "it has: pair, group:<label>"));
  EXPECT_TRUE(finds(run("\"memory/host/triad:f64,cold\",\n\"memory/*\"\n", "node"), 7,
                    "memory/host/triad:f64,cold is twice on node, first in line 6", "remove"));
  EXPECT_TRUE(finds(kHead + kRun + kRun, 7, "twice on node, first in line 4", "remove"));
  EXPECT_TRUE(finds(run("", "node"), 5, "no cases", "cases = ["));
  EXPECT_TRUE(finds(kHead + "[[run]]\nplacement = \"node\"\n", 3, "no cases", "cases = ["));
  EXPECT_TRUE(finds(kHead + "[[run]]\nplacement = \"node\"\ncases = \"a\"\n", 5, "cases must be a list",
                    "cases = ["));
  EXPECT_TRUE(finds(run("5\n", "node"), 6, "cases must be a list of texts", "cases = ["));
}

TEST(Plan, ACaseThatCannotEndInTimeIsRefused) {
  const auto problems = [](const std::string& limit) {
    const Plan plan = parse("schema = 1\nname = \"p\"\ncase_time_limit = \"" + limit + "\"\n" + kRun);
    return problems_of([&] { check_case_times(plan, kSmallCatalogue); });
  };
  EXPECT_TRUE(
      has_problem(problems("1.9 s"), "plan.toml", 4,  // estimated at 2 s
                  "memory/host/triad:f64,cold takes some 2 s beside what is timed, and a case may take 1.9 s",
                  "write case_time_limit = \"4 s\""));
  EXPECT_TRUE(problems("2 s").empty());
}

TEST(Plan, OneCaseMayRunOnTwoScopes) {
  const std::string allreduce =
      "[[run]]\ncases = [\"interconnect/host/allreduce:f32,size=1mib\"]\nplacement = ";
  EXPECT_TRUE(problems_in(kHead + allreduce + "\"pair\"\n" + allreduce + "\"group:rack\"\n" + allreduce +
                          "\"group:site\"\n")
                  .empty());
}

TEST(Plan, PlacementProblems) {
  const std::string run = kHead + "[[run]]\ncases = [\"memory/host/copy:f64,cold\"]\n";
  EXPECT_TRUE(finds(run, 3, "placement is missing", "placement = "));
  EXPECT_TRUE(
      finds(run + "placement = \"nod\"\n", 5, "\"nod\" is not a placement", "did you mean \"node\"?"));
  EXPECT_TRUE(
      finds(run + "placement = \"grup:rack\"\n", 5, "not a placement", "did you mean \"group:rack\"?"));
  EXPECT_TRUE(finds(run + "placement = \"everywhere\"\n", 5, "not a placement", "group:<label>"));
  EXPECT_TRUE(finds(run + "placement = \"node\"\npairs = \"all\"\n", 6, "pairs means nothing", "remove it"));
  const std::string pair =
      kHead + "[[run]]\ncases = [\"interconnect/host/latency:size=8\"]\nplacement = \"pair\"\n";
  EXPECT_TRUE(
      finds(pair + "pairs = \"neighbour\"\n", 6, "pairs = \"neighbour\"", "did you mean \"neighbours\"?"));
  EXPECT_TRUE(finds(pair + "pairs = \"everything\"\n", 6, "pairs = \"everything\"", "write \"neighbours\""));
  EXPECT_TRUE(finds(pair + "pair = \"all\"\n", 6, "unknown key \"pair\"", "did you mean \"pairs\"?"));
}

TEST(Plan, SettingsAreChecked) {
  const auto setting = [](const std::string& line) { return kHead + line + "\n" + kRun; };
  EXPECT_TRUE(finds(setting("launches = 0"), 3, "launches = 0", "from 1 to 1000"));
  EXPECT_EQ(parse(setting("launches = 3")).most_launches, 3);
  EXPECT_EQ(parse(setting("most_launches = 13")).most_launches, 13);
  EXPECT_TRUE(
      finds(setting("most_launches = 1"), 3, "most_launches = 1 is below launches = 2", "write at least 2"));
  EXPECT_TRUE(finds(setting("launches = 1001"), 3, "launches = 1001", "from 1 to 1000"));
  EXPECT_TRUE(finds(setting("launches = 2.0"), 3, "launches must be an integer", "launches = 2"));
  EXPECT_TRUE(finds(setting("retries = -1"), 3, "retries = -1", "from 0 to 10"));
  EXPECT_TRUE(finds(setting("retries = 11"), 3, "retries = 11", "from 0 to 10"));
  EXPECT_TRUE(finds(setting("seed = -1"), 3, "seed = -1", "from 0"));
  EXPECT_TRUE(finds(setting("launch_component = -0.1"), 3, "launch_component = -0.1", "from 0 to 1"));
  EXPECT_TRUE(finds(setting("launch_component = nan"), 3, "launch_component = nan", "from 0 to 1"));
  for (const char* bad : {"0", "1", "-0.5", "nan", "inf"}) {
    EXPECT_TRUE(finds(setting(std::string("precision = ") + bad), 3, "precision = ", "write a number"))
        << bad;
  }
  EXPECT_TRUE(finds(setting("samples = \"al\""), 3, "samples = \"al\"", "did you mean \"all\"?"));
  EXPECT_TRUE(finds(setting("samples = \"everything\""), 3, "samples = \"everything\"", "notable+audit"));
  EXPECT_TRUE(finds(setting("lauches = 2"), 3, "unknown key \"lauches\"", "did you mean \"launches\"?"));
  for (const std::string key : {"sample_time", "case_time_limit", "step_time_limit"}) {
    EXPECT_TRUE(
        finds(setting(key + " = \"5 GB\""), 3, key + " = \"5 GB\" is in B, not in s", key + " = \"30 s\""));
    EXPECT_TRUE(
        finds(setting(key + " = 30"), 3, key + " must be a quantity with its unit", key + " = \"30 s\""));
    EXPECT_TRUE(finds(setting(key + " = \"30\""), 3, "is in 1, not in s", key + " = \"30 s\""));
    EXPECT_TRUE(finds(setting(key + " = \"0 s\""), 3, key + " must be longer", key + " = \"30 s\""));
    EXPECT_TRUE(finds(setting(key + " = \"-1 s\""), 3, key + " must be longer", key + " = \"30 s\""));
    EXPECT_TRUE(finds(setting(key + " = \"1e308 h\""), 3, key + " must be longer", key + " = \"30 s\""));
  }
  EXPECT_TRUE(finds("schema = 1\n" + kRun, 1, "name is missing", "name = "));
  EXPECT_TRUE(finds("name = \"p\"\n" + kRun, 1, "schema is missing", "schema = 1"));
  EXPECT_TRUE(finds(kHead, 1, "runs nothing", "[[run]]"));
  EXPECT_TRUE(finds(kHead + "run = []\n", 3, "runs nothing", "[[run]]"));
  EXPECT_TRUE(finds(kHead + "[run]\nplacement = \"node\"\n", 3, "run must be a list of tables", "[[run]]"));
  EXPECT_TRUE(finds(kHead + "x = = 1\n" + kRun, 3, "", "TOML"));
}

TEST(Plan, ExemptionProblems) {
  const std::string head = kHead + kRun + "[[exempt]]\n";  // its keys begin in line 7
  const auto empty = problems_in(head + "because = \"x\"\n");
  for (const char* key : {"case", "model", "reason"}) {
    EXPECT_TRUE(has_problem(empty, "plan.toml", 6, std::string(key) + " is missing", key));
  }
  EXPECT_TRUE(has_problem(empty, "plan.toml", 7, "unknown key \"because\"", "known here"));
  EXPECT_TRUE(finds(head + "case = \"memory/host/triad:f64,cod\"\nmodel = \"m\"\nreason = \"r\"\n", 7,
                    "unknown case", "did you mean \"memory/host/triad:f64,cold\"?"));
  EXPECT_TRUE(finds(head + "case = \"memory/host/triad:f64,cold\"\nmodel = \"m\"\nreason = \"\"\n", 9,
                    "reason is empty", "reason = "));
}

TEST(Plan, AllProblemsOfAFileAreShownTogetherInOrder) {
  const auto problems = problems_in(kHead +
                                    "launches = 0\nsample_time = \"5 GB\"\n[[run]]\ncases = [\"nothing\"]\n"
                                    "placement = \"nod\"\nextra = 1\n");
  ASSERT_EQ(problems.size(), 5u);
  for (std::size_t i = 0; i < problems.size(); ++i) {
    EXPECT_EQ(problems[i].line, std::vector<int>({3, 4, 6, 7, 8})[i]) << to_string(problems[i]);
  }
}

TEST(Plan, ReadsAFile) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "rackproof_plan_test.toml";
  std::ofstream(file) << kHead << "launches = 0\n" << kRun;
  const auto problems = problems_of([&] { read_plan(file, kSmallCatalogue); });
  EXPECT_TRUE(has_problem(problems, file.string(), 3, "launches = 0", "from 1"));
  std::ofstream(file) << kHead << kRun;
  EXPECT_EQ(read_plan(file, kSmallCatalogue).file, file.string());
  std::filesystem::remove(file);
  EXPECT_TRUE(has_problem(problems_of([&] { read_plan(file, kSmallCatalogue); }), file.string(), 0,
                          "cannot be read", "path"));
}

TEST(PlanPreflight, SaysWhatFollowsFromAnItem) {
  const Plan plan =
      parse(kHead + "[preflight]\nload = \"off\"\ngovernor = \"block\"\ncores = \"record\"\n" + kRun);
  EXPECT_EQ(plan.preflight, (PreflightModes{{"load", "off"}, {"governor", "block"}, {"cores", "record"}}));
  EXPECT_TRUE(parse(kHead + kRun).preflight.empty());
  EXPECT_TRUE(finds(kHead + "[preflight]\nlode = \"off\"\n" + kRun, 4, "unknown key \"lode\"",
                    "did you mean \"load\"?"));
  EXPECT_TRUE(finds(kHead + "[preflight]\nload = \"blok\"\n" + kRun, 4, "load = \"blok\" is not known",
                    "did you mean \"block\"?"));
  EXPECT_TRUE(finds(kHead + "preflight = 1\n" + kRun, 3, "preflight must be a table", "[preflight]"));
}

}  // namespace
}  // namespace rackproof
