#include "harness/plan/expand.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/harness/plan/problems_of.hpp"
#include "tests/harness/plan/small_catalogue.hpp"
#include "tests/harness/plan/small_plan.hpp"
#include "tests/harness/plan/small_site.hpp"

namespace rackproof {
namespace {

using Names = std::vector<std::string>;

const std::string kTriad = "memory/host/triad:f64,cold";
const std::string kAllreduce = "interconnect/host/allreduce:f32,size=1mib";

std::string run(const std::string& cases, const std::string& scope) {
  return "[[run]]\ncases = [\"" + cases + "\"]\nplacement = \"" + scope + "\"\n";
}

std::vector<Step> steps_of(Expansion& expansion) {
  std::vector<Step> steps;
  while (auto step = expansion.next_step()) steps.push_back(*step);
  return steps;
}

std::vector<Promise> promises_of(Expansion& expansion) {
  std::vector<Promise> promises;
  while (auto promise = expansion.next_promise()) promises.push_back(*promise);
  return promises;
}

Names scopes(const std::vector<Step>& steps) {
  Names out;
  for (const Step& step : steps) {
    if (out.empty() || out.back() != step.target.scope) out.push_back(step.target.scope);
  }
  return out;
}

TEST(Expansion, SmallTargetsComeFirst) {
  const Site site = small_site();
  const Plan plan = small_plan(run(kAllreduce, "group:site") + run(kAllreduce, "group:hall") +
                               run(kAllreduce, "group:rack") + run(kAllreduce, "pair") +
                               run("memory/host/*", "node") + run("memory/*", "device"));
  Expansion expansion(plan, site, kSmallCatalogue);
  const auto steps = steps_of(expansion);
  EXPECT_EQ(scopes(steps), (Names{"node", "device", "pair", "group:rack", "group:hall", "group:site"}))
      << "node and device stay in file order; the whole site is last even when a hall has all nodes too";
  EXPECT_EQ(steps.size(), 4u + 8 + 3 + 2 + 1 + 1);
}

TEST(Expansion, LaunchByLaunchTargetByTarget) {
  const Site site = small_site();
  const Plan plan = small_plan(run("memory/host/*", "node"), "launches = 2\nsample_time = \"0.5 s\"\n");
  Expansion expansion(plan, site, kSmallCatalogue);
  const auto steps = steps_of(expansion);
  ASSERT_EQ(steps.size(), 8u);
  const Names order{"rack1/node1", "rack1/node2", "rack2/node1", "rack2/node2"};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].number, i + 1);
    EXPECT_EQ(steps[i].id, "s00000" + std::to_string(i + 1));
    EXPECT_EQ(steps[i].launch, static_cast<int>(i / 4));
    EXPECT_EQ(steps[i].target.name, order[i % 4]);
    EXPECT_EQ(*steps[i].cases, (Names{kTriad, "memory/host/copy:f64,cold"}));
    EXPECT_DOUBLE_EQ(steps[i].estimate_s, (2 + 0.5) + (1 + 0.5) + 0.5);
  }
  EXPECT_FALSE(expansion.next_step()) << "the end stays the end";
}

TEST(Expansion, RewindRepeatsTheSameSteps) {
  const Site site = small_site();
  const Plan plan = small_plan(run(kTriad, "node") + run(kAllreduce, "group:rack"), "launches = 3\n");
  Expansion expansion(plan, site, kSmallCatalogue);
  const auto first = steps_of(expansion);
  const auto promised = promises_of(expansion);
  expansion.rewind();
  expansion.next_step();
  expansion.next_promise();
  expansion.rewind();
  const auto second = steps_of(expansion);
  ASSERT_EQ(first.size(), 3u * 4 + 3u * 2);
  ASSERT_EQ(second.size(), first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].id, second[i].id);
    EXPECT_EQ(first[i].target.name, second[i].target.name);
  }
  EXPECT_EQ(promises_of(expansion).size(), promised.size());
}

TEST(Expansion, PromisesAreOnePerTargetAndCase) {
  const Site site = small_site();
  const Plan plan =
      small_plan(run("memory/host/*", "node") + run(kAllreduce, "group:rack"), "launches = 3\n");
  Expansion expansion(plan, site, kSmallCatalogue);
  const auto promises = promises_of(expansion);
  ASSERT_EQ(promises.size(), 4u * 2 + 2);
  std::set<std::string> instances;
  for (const Promise& promise : promises) {
    instances.insert(promise.case_id + "@" + promise.target.name);
    EXPECT_EQ(promise.exempt, "");
  }
  EXPECT_EQ(instances.size(), promises.size());
  EXPECT_EQ(promises[0].case_id, kTriad);
  EXPECT_EQ(promises[1].target.name, "rack1/node1");
  EXPECT_EQ(promises[9].target.name, "rack2");
}

const char* const kOtherModel = R"([[rack]]
name = "rack3"
[[node]]
name = "rack3/node[1-2]"
rack = "rack3"
address = "localhost"
model = "other"
)";

TEST(Expansion, ExemptCasesArePromisedButNotRun) {
  const Site site = small_site(kOtherModel);
  const Plan plan =
      small_plan(run("memory/host/*", "node") + run(kAllreduce, "group:rack") + "[[exempt]]\ncase = \"" +
                 kTriad + "\"\nmodel = \"other\"\nreason = \"too slow\"\n" + "[[exempt]]\ncase = \"" +
                 kAllreduce + "\"\nmodel = \"other\"\nreason = \"no network\"\n");
  Expansion expansion(plan, site, kSmallCatalogue);
  const auto steps = steps_of(expansion);
  ASSERT_EQ(steps.size(), 6u + 2);
  EXPECT_EQ(steps[3].cases->size(), 2u);
  EXPECT_EQ(steps[4].target.name, "rack3/node1");
  EXPECT_EQ(*steps[4].cases, (Names{"memory/host/copy:f64,cold"}));
  EXPECT_DOUBLE_EQ(steps[4].estimate_s, (1 + 0.5) + 0.5);
  EXPECT_EQ(steps[7].target.name, "rack2") << "a target with nothing left has no step";
  EXPECT_EQ(steps[7].number, 8u);
  const auto promises = promises_of(expansion);
  ASSERT_EQ(promises.size(), 6u * 2 + 3);
  EXPECT_EQ(
      std::count_if(promises.begin(), promises.end(), [](const auto& p) { return p.exempt == "too slow"; }),
      2);
  EXPECT_EQ(promises.back().exempt, "no network");
}

TEST(Expansion, FindsExemptionByCaseAndModel) {
  Plan plan;
  plan.exemptions.push_back({kTriad, "m", "why"});
  ASSERT_NE(find_exemption(plan, kTriad, "m"), nullptr);
  EXPECT_EQ(find_exemption(plan, kTriad, "m")->reason, "why");
  EXPECT_EQ(find_exemption(plan, kTriad, "n"), nullptr);
  EXPECT_EQ(find_exemption(plan, kAllreduce, "m"), nullptr);
}

TEST(Expansion, AbsentNodesArePromisedButNotRun) {
  const Site site = small_site(R"([[node]]
name = "rack2/node3"
rack = "rack2"
address = "localhost"
model = "host"
absent = "not delivered"
)");
  const Plan plan = small_plan(run(kTriad, "node") + run(kAllreduce, "pair") + run(kAllreduce, "group:rack") +
                               run(kAllreduce, "group:site"));
  Expansion expansion(plan, site, kSmallCatalogue);
  Names ran;
  for (const Step& step : steps_of(expansion)) ran.push_back(step.target.name);
  EXPECT_EQ(ran, (Names{"rack1/node1", "rack1/node2", "rack2/node1", "rack2/node2", "rack1/node1+rack1/node2",
                        "rack1/node2+rack2/node1", "rack2/node1+rack2/node2", "rack1"}));
  EXPECT_EQ(promises_of(expansion).size(), 5u + 4 + 2 + 1);
}

TEST(Expansion, TargetsOfARun) {
  const Site site = small_site();
  const Plan plan = small_plan(run(kTriad, "node") + run(kAllreduce, "pair"));
  const Expansion expansion(plan, site, kSmallCatalogue);
  EXPECT_EQ(expansion.targets(plan.runs[0]).size(), 4u);
  EXPECT_EQ(expansion.targets(plan.runs[1]).size(), 3u);
}

TEST(Expansion, RunsThatTheSiteCannotHold) {
  const Site lonely = parse_site(R"(schema = 1
name = "s"
[[rack]]
name = "rack1"
[[node]]
name = "n"
rack = "rack1"
address = "h"
model = "m"
)",
                                 "site.toml");
  // Runs begin in lines 4, 7, 10, …
  const Plan plan =
      small_plan(run(kAllreduce, "group:rack") + run(kAllreduce, "pair") + run("memory/*", "device") +
                 run(kAllreduce, "group:hall") + run(kAllreduce, "group:site") + run(kTriad, "node"));
  const auto problems = problems_of([&] { Expansion(plan, lonely, kSmallCatalogue); });
  EXPECT_EQ(problems.size(), 5u);
  EXPECT_TRUE(has_problem(problems, "plan.toml", 4, "group:rack: rack1 has one node", "two nodes"));
  EXPECT_TRUE(has_problem(problems, "plan.toml", 7, "pair: the site has 1 node", "two nodes"));
  EXPECT_TRUE(has_problem(problems, "plan.toml", 10, "device: the site has no devices", "remove the run"));
  EXPECT_TRUE(
      has_problem(problems, "plan.toml", 13, "group:hall: no node of the site has this label", "label"));
  EXPECT_TRUE(has_problem(problems, "plan.toml", 16, "group:site: site has one node", "two nodes"));
}

TEST(Expansion, CaseOfAnotherCatalogueIsAProblem) {
  const Site site = small_site();
  const Plan plan = small_plan(run(kTriad, "node"));
  const auto problems = problems_of([&] { Expansion(plan, site, Catalogue(kSmallCatalogue).subspan(1)); });
  EXPECT_TRUE(has_problem(problems, "plan.toml", 4, "unknown case \"" + kTriad + "\"", "plan"));
}

std::string large_site(int racks) {
  const std::string range =
      "r[00001-" + std::string(5 - std::to_string(racks).size(), '0') + std::to_string(racks) + "]";
  return "schema = 1\nname = \"large\"\n[[rack]]\nname = \"" + range +
         "\"\n[[node]]\nname = \"{rack}/n[1-8]\"\nrack = \"" + range +
         "\"\naddress = \"{node}\"\nmodel = \"m\"\n";
}

TEST(Expansion, AThousandRacks) {
  const Site site = parse_site(large_site(1000), "site.toml");
  ASSERT_EQ(site.nodes.size(), 8000u);
  const Plan plan = small_plan(run("memory/host/*", "node") + run(kAllreduce, "pair") +
                                   run(kAllreduce, "group:rack") + run(kAllreduce, "group:site"),
                               "launches = 2\n");
  Expansion expansion(plan, site, kSmallCatalogue);
  std::uint64_t count = 0;
  Step last;
  while (auto step = expansion.next_step()) {
    ASSERT_EQ(step->number, ++count);
    last = std::move(*step);
  }
  EXPECT_EQ(count, 2u * (8000 + 7999 + 1000 + 1));
  EXPECT_EQ(last.id, "s034000");
  EXPECT_EQ(last.target.nodes.size(), 8000u);
  std::size_t promises = 0;
  while (expansion.next_promise()) ++promises;
  EXPECT_EQ(promises, 2u * 8000 + 7999 + 1000 + 1);
}

// 3.2 · 10⁷ pairs of 8,000 nodes would not fit as a list; the first of them come at once.
TEST(Expansion, StepsAreMadeOneAtATime) {
  const Site site = parse_site(large_site(1000), "site.toml");
  const Plan plan = small_plan(run(kAllreduce, "pair") + "pairs = \"all\"\n", "launches = 1000\n");
  Expansion expansion(plan, site, kSmallCatalogue);
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(expansion.next_step());
  EXPECT_EQ(expansion.next_step()->target.name, "r00001/n2+r00251/n4");
}

TEST(Expansion, FortyThousandRacks) {
  const Site site = parse_site(large_site(40'000), "site.toml");
  ASSERT_EQ(site.nodes.size(), 320'000u);
  const Plan plan = small_plan(run(kTriad, "node") + run(kAllreduce, "group:rack"));
  Expansion expansion(plan, site, kSmallCatalogue);
  std::uint64_t count = 0;
  while (expansion.next_step()) ++count;
  EXPECT_EQ(count, 360'000u);
}

TEST(Expansion, ACaseOfTheDevicesOfANodeNeedsDevicesOfOneBackend) {
  CaseRow all_devices = kSmallCatalogue[0];
  all_devices.id = "interconnect/device/all:bytes=8";
  const std::array<CaseRow, 1> catalogue{all_devices};
  const Plan plan = parse_plan("schema = 1\nname = \"p\"\n" + run("*", "node"), "plan.toml", catalogue);
  Site site = small_site();
  EXPECT_NO_THROW(Expansion(plan, site, catalogue));
  site.nodes[1].devices.edit().clear();
  site.nodes[2].devices.edit()[0].backend = "other";
  const auto problems = problems_of([&] { Expansion(plan, site, catalogue); });
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].message, "interconnect/device/all:bytes=8: " + site.nodes[1].name + " has no device");
  EXPECT_EQ(problems[1].message,
            "interconnect/device/all:bytes=8: " + site.nodes[2].name + " has devices of several backends");
}

/// The diagnostic of an expansion that is refused; empty: it is not.
std::string refusal(const Plan& plan, const Site& site) {
  try {
    Expansion(plan, site, kSmallCatalogue);
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return {};
}

TEST(Expansion, AGroupThatNeverFitsTheLimitsOfLoadIsRefused) {
  const auto limited = [](const std::string& limit) { return small_site("[launch]\n" + limit + "\n"); };
  const Plan racks = small_plan(run(kAllreduce, "group:rack"));
  const Plan site = small_plan(run(kAllreduce, "group:site"));
  const Plan pairs = small_plan(run(kAllreduce, "pair"));
  const std::string refused = refusal(site, limited("at_once = 2"));
  EXPECT_NE(refused.find("plan.toml:4"), std::string::npos) << refused;
  EXPECT_NE(refused.find("group:site: site never runs"), std::string::npos) << refused;
  EXPECT_NE(refused.find("at_once = 2, it has 4"), std::string::npos) << refused;
  EXPECT_NE(refused.find("raise that limit"), std::string::npos) << refused;
  EXPECT_EQ(refusal(site, limited("at_once = 4")), "");
  EXPECT_EQ(refusal(racks, limited("at_once = 2")), "");
  EXPECT_NE(refusal(racks, limited("at_once_per = { rack = 1 }")).find("rack = 1"), std::string::npos);
  EXPECT_NE(refusal(racks, limited("at_once_per = { rack = 1 }")).find("1 more like it"), std::string::npos)
      << "both racks, in one line";
  EXPECT_EQ(refusal(racks, limited("at_once_per = { rack = 2 }")), "");
  EXPECT_EQ(refusal(site, limited("at_once_per = { rack = 2 }")), "");
  EXPECT_NE(refusal(site, limited("at_once_per = { hall = 3 }")).find("hall = 3"), std::string::npos);
  EXPECT_NE(refusal(pairs, limited("at_once = 1")).find("pair"), std::string::npos);
  EXPECT_EQ(refusal(pairs, limited("at_once = 2")), "");
  EXPECT_NE(refusal(pairs, limited("at_once_per = { rack = 1 }")).find("rack1/node1+rack1/node2"),
            std::string::npos);
  EXPECT_EQ(refusal(small_plan(run(kTriad, "node")), limited("at_once = 1")), "") << "one node at a time";
}

TEST(Expansion, StepsShareTheirCases) {
  const Site site = small_site();
  const Plan plan = small_plan(run("memory/host/*", "node"), "launches = 2\n");
  Expansion expansion(plan, site, kSmallCatalogue);
  const auto steps = steps_of(expansion);
  ASSERT_EQ(steps.size(), 8u);
  for (const Step& step : steps) EXPECT_EQ(&*step.cases, &*steps[0].cases);
}

}  // namespace
}  // namespace rackproof
