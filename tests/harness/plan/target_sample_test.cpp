// Samples of targets, and the order of launches.
#include "harness/plan/target_sample.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "harness/plan/expand.hpp"
#include "tests/harness/plan/problems_of.hpp"
#include "tests/harness/plan/small_catalogue.hpp"
#include "tests/harness/plan/small_plan.hpp"
#include "tests/harness/plan/small_site.hpp"

namespace rackproof {
namespace {

const std::string kNodes = "[[run]]\ncases = [\"memory/host/triad:f64,cold\"]\nplacement = \"node\"\n";

std::vector<std::string> stepped(const Plan& plan) {
  const Site site = small_site();
  Expansion expansion(plan, site, kSmallCatalogue);
  std::vector<std::string> names;
  while (const auto step = expansion.next_step()) names.push_back(step->target.name);
  return names;
}

TEST(TargetSample, DrawsExactlyTheShareInEveryLaunch) {
  Plan plan = small_plan(kNodes + "sample = \"50 %\"\n", "launches = 2\n");
  plan.sample_key = "2026-11-29";
  const auto names = stepped(plan);
  ASSERT_EQ(names.size(), 4u);  // 2 of 4 nodes, 2 launches
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 2u);
  EXPECT_EQ(names[0], names[2]);
  EXPECT_EQ(stepped(plan), names);
}

TEST(TargetSample, AShareIsRoundedUp) {
  Plan plan = small_plan(kNodes + "sample = \"1 %\"\n", "launches = 1\n");
  EXPECT_EQ(stepped(plan).size(), 1u);
  plan = small_plan(kNodes + "sample = \"51 %\"\n", "launches = 1\n");
  EXPECT_EQ(stepped(plan).size(), 3u);
  plan = small_plan(kNodes + "sample = \"100 %\"\n", "launches = 1\n");
  EXPECT_EQ(stepped(plan).size(), 4u);
}

TEST(TargetSample, EveryTargetHasItsTurnUnderOtherKeys) {
  std::map<std::string, int> drawn;
  for (int day = 0; day < 200; ++day) {
    Plan plan = small_plan(kNodes + "sample = \"25 %\"\n", "launches = 1\n");
    plan.sample_key = std::to_string(day);
    for (const std::string& name : stepped(plan)) ++drawn[name];
  }
  ASSERT_EQ(drawn.size(), 4u);
  for (const auto& [name, times] : drawn) EXPECT_GT(times, 20) << name;  // 50 expected; fixed keys
}

TEST(TargetSample, WhatWasNotDrawnIsPromisedAndExemptWithTheReason) {
  Plan plan = small_plan(kNodes + "sample = \"25 %\"\n", "launches = 2\n");
  plan.sample_key = "2026-11-29";
  const Site site = small_site();
  Expansion expansion(plan, site, kSmallCatalogue);
  int exempt = 0, required = 0;
  while (const auto promise = expansion.next_promise()) {
    if (promise->exempt.empty()) {
      ++required;
      EXPECT_EQ(promise->target.name, stepped(plan).front());
    } else {
      ++exempt;
      EXPECT_EQ(promise->exempt,
                "not planned this time: 1 of 4 targets (25 %) were drawn for \"2026-11-29\"");
    }
  }
  EXPECT_EQ(required, 1);
  EXPECT_EQ(exempt, 3);
}

TEST(TargetSample, Refusals) {
  const auto problems = [](const std::string& text) { return problems_of([&] { small_plan(text, ""); }); };
  for (const char* share : {"0 %", "101 %", "-1", "nan"})
    EXPECT_FALSE(problems(kNodes + "sample = \"" + share + "\"\n").empty()) << share;
  EXPECT_TRUE(has_problem(problems(kNodes + "sample = \"0 %\"\n"), "plan.toml", 6, "is no share", "20 %"));
  EXPECT_TRUE(
      has_problem(problems("[[run]]\ncases = [\"interconnect/host/allreduce:f32,size=1mib\"]\nplacement = "
                           "\"group:rack\"\nsample = \"20 %\"\n"),
                  "plan.toml", 6, "sample means nothing for placement group:rack", "remove it"));
}

TEST(LaunchOrder, AbbaGoesBackInEverySecondLaunch) {
  const auto forwards = stepped(small_plan(kNodes, "launches = 1\n"));
  auto expected = forwards;
  expected.insert(expected.end(), forwards.rbegin(), forwards.rend());
  expected.insert(expected.end(), forwards.begin(), forwards.end());
  EXPECT_EQ(stepped(small_plan(kNodes, "launches = 3\norder = \"abba\"\n")), expected);
  EXPECT_TRUE(has_problem(problems_of([] { small_plan(kNodes, "order = \"aba\"\n"); }), "plan.toml", 3,
                          "order = \"aba\" is not known", "abba"));
}

}  // namespace
}  // namespace rackproof
