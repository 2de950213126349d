// What is unsound in limits is told, what is sound is not.
#include "harness/verdict/limits_lint.hpp"

#include <gtest/gtest.h>

#include "harness/verdict/calibrated_on.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {
namespace {

RatedDevices devices() {
  RatedDevices out;
  out.add(
      "schema = 1\n[[device]]\nvendor = \"V\"\nmodel = \"m1\"\n[device.rated.memory_bandwidth]\nvalue = \"2 "
      "TB/s\"\n"
      "convention = \"decimal\"\nsource = \"datasheet\"\n[device.rated.host_bandwidth]\nvalue = \"100 "
      "GB/s\"\n"
      "convention = \"both directions\"\nsource = \"datasheet\"\n",
      "d.toml");
  return out;
}

/// Warnings on one limit, whose table begins in line 3.
std::string warnings(const std::string& limit, std::optional<LintLaunches> launches = {},
                     const Results* results = nullptr) {
  const std::string text = "schema = 1\nname = \"t\"\n[[limit]]\n" + limit + "\n";
  const auto known = measurable(all_cases(), text);
  const Limits limits = parse_limits(text, "l.toml", known);
  const RatedDevices rated = devices();
  LintInput input{limits, "l.toml", rated, known};
  input.launches = launches;
  input.results = results;
  std::string all;
  for (const Diagnostic& warning : lint(input)) all += to_string(warning) + "\n";
  return all;
}

std::string copy(const std::string& rest) {
  return "metric = \"memory/device/copy:f64,cold#bandwidth\"\nplacement = \"device\"\nmodel = \"m1\"\nclause "
         "= \"1\"\n"
         "provenance = \"datasheet: 2 TB/s\"\n" +
         rest;
}

#define EXPECT_WARNING(part, text) EXPECT_PRED_FORMAT2(testing::IsSubstring, part, text)

TEST(LimitsLint, SoundLimitsHaveNoWarning) {
  EXPECT_EQ(warnings(copy("lower = \"1.5 TB/s\""), LintLaunches{2, 0.02}), "");
  EXPECT_EQ(warnings(copy("lower = \"75 % of rated.memory_bandwidth\""), LintLaunches{2, 0.02}), "");
  EXPECT_EQ(warnings(copy("lower = \"2.04 TB/s\"")), "");  // rated × 1.02
}

TEST(LimitsLint, Roof) {
  EXPECT_WARNING(
      "l.toml:3: memory/device/copy:f64,cold#bandwidth: 2.05 TB/s is above the roof: rated.memory_bandwidth "
      "of m1, 2 TB/s decimal",
      warnings(copy("lower = \"2.05 TB/s\"")));
  EXPECT_WARNING("is above the roof", warnings(copy("lower = \"110 % of rated.memory_bandwidth\"")));
  EXPECT_WARNING("is below 30 % of what is rated", warnings(copy("lower = \"590 GB/s\"")));
  EXPECT_WARNING("is below 30 % of what is rated", warnings(copy("band = [\"590 GB/s\", \"2 TB/s\"]")));
  EXPECT_EQ(warnings(copy("upper = \"590 GB/s\"")), "");
  // One direction of 100 GB/s in both.
  const std::string h2d =
      "metric = \"interconnect/device/h2d:bytes=67108864,pinned#bandwidth\"\nplacement = \"device\"\nmodel = "
      "\"m1\"\nclause = \"1\"\nprovenance = \"contract: 1\"\nlower = ";
  EXPECT_WARNING("is above the roof", warnings(h2d + "\"60 GB/s\""));
  EXPECT_EQ(warnings(h2d + "\"45 GB/s\""), "");
  // What caches deliver has no roof here.
  EXPECT_EQ(warnings("metric = \"memory/device/copy:f64,hot#bandwidth\"\nplacement = \"device\"\nmodel = "
                     "\"m1\"\nclause = "
                     "\"1\"\nprovenance = \"contract: 1\"\nlower = \"9 TB/s\""),
            "");
}

TEST(LimitsLint, RatedValuesThatAreNotKnown) {
  const std::string relative = "lower = \"75 % of rated.memory_bandwidth\"";
  std::string text = copy(relative);
  text.replace(text.find("m1"), 2, "m2");
  EXPECT_WARNING("nothing is judged by it on \"m2\": rated values of model \"m2\" are not known",
                 warnings(text));
}

TEST(LimitsLint, ClauseAndProvenance) {
  EXPECT_WARNING(
      "a gate without clause",
      warnings("metric = \"memory/host/copy:f64,cold#bandwidth\"\nplacement = \"node\"\nlower = \"1 GB/s\"\n"
               "provenance = \"contract: 1\""));
  const std::string score =
      "metric = \"memory/host/copy:f64,cold#bandwidth\"\nplacement = \"node\"\nlower = \"1 GB/s\"\nseverity "
      "= "
      "\"score\"\nprovenance = ";
  EXPECT_WARNING("the provenance \"experience\" names neither number nor source",
                 warnings(score + "\"experience\""));
  EXPECT_EQ(warnings(score + "\"contract, annex 3\""), "");
}

TEST(LimitsLint, LaunchesThatDecideNothing) {
  const std::string gate = copy("lower = \"1.5 TB/s\"");
  EXPECT_WARNING("one launch without a launch-to-launch component never decides",
                 warnings(gate, LintLaunches{1, 0}));
  EXPECT_WARNING("one launch of a launch-to-launch component of 2 % never fail it; plan launches = 2",
                 warnings(gate, LintLaunches{1, 0.02}));
  EXPECT_WARNING("2 launches of a launch-to-launch component of 48 % never fail it; plan launches = 5",
                 warnings(gate, LintLaunches{2, 0.48}));
  EXPECT_WARNING("no number of launches does", warnings(gate, LintLaunches{2, 0.9}));
  EXPECT_WARNING("never pass it",
                 warnings(copy("band = [\"1.5 TB/s\", \"1.55 TB/s\"]"), LintLaunches{2, 0.05}));
  // A score needs no error, a count no launches.
  EXPECT_EQ(warnings(gate + "\nseverity = \"score\"", LintLaunches{1, 0}), "");
  EXPECT_EQ(warnings("metric = \"memory/device/copy:f64,cold#wrong_elements\"\nplacement = \"device\"\nexact "
                     "= 0\nclause = "
                     "\"1\"\nprovenance = \"definition: checked\"",
                     LintLaunches{1, 0}),
            "");
}

TEST(LimitsLint, CalibratedOnWhatItJudges) {
  Results results;
  TargetRow target;
  target.serial = "s1";
  results.targets = {target};
  const auto on = [](const std::string& serial) {
    return copy("lower = \"1.5 TB/s\"\n[calibration]\nname = \"c\"\ndate = \"2026-11-29\"\nserials = [\"" +
                serial + "\"]\ncalibrated_on = \"" + hash_of_serials({serial}) + "\"");
  };
  EXPECT_WARNING("calibrated on 1 of the devices that it judges, s1 among them",
                 warnings(on("s1"), {}, &results));
  EXPECT_EQ(warnings(on("s2"), {}, &results), "");
}

TEST(LimitsLint, APatternIsSaidOnce) {
  const std::string all = warnings(
      "metric = \"memory/device/*#wrong_elements\"\nplacement = \"device\"\nexact = 0\nprovenance = "
      "\"definition: c\"");
  EXPECT_EQ(std::ranges::count(all, '\n'), 1) << all;
}

TEST(LimitsLint, GroupsAreThoseThatTheFileNames) {
  const auto known = measurable(all_cases(), "placement = \"group:pdu\"");
  const auto allreduce = std::ranges::find_if(known, [](const Measurable& row) {
    return std::ranges::find(row.scopes, "group:pdu") != row.scopes.end();
  });
  EXPECT_NE(allreduce, known.end());
}

}  // namespace
}  // namespace rackproof
