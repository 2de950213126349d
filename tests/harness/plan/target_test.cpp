#include "harness/plan/target.hpp"

#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "tests/harness/plan/small_site.hpp"

namespace rackproof {
namespace {

using Names = std::vector<std::string>;
using Nodes = std::vector<std::uint32_t>;

std::vector<Target> walk(const Site& site, const std::string& scope,
                         const std::string& pairs = "neighbours") {
  PlanRun run;
  run.scope = scope;
  run.pairs = pairs;
  TargetWalk targets(run, site);
  std::vector<Target> out;
  while (auto target = targets.next()) out.push_back(*target);
  EXPECT_FALSE(targets.next()) << "a finished walk stays finished";
  return out;
}

Names names(const std::vector<Target>& targets) {
  Names out;
  for (const Target& target : targets) out.push_back(target.name);
  return out;
}

// A third hall and a node of another model without devices.
const char* const kOther = R"([[rack]]
name = "rack3"
[[node]]
name = "other"
rack = "rack3"
address = "localhost"
model = "other-host"
)";

TEST(Target, Nodes) {
  const auto targets = walk(small_site(), "node");
  EXPECT_EQ(names(targets), (Names{"rack1/node1", "rack1/node2", "rack2/node1", "rack2/node2"}));
  EXPECT_EQ(targets[2].nodes, (Nodes{2}));
  EXPECT_EQ(targets[2].placement, Placement::node);
  EXPECT_EQ(targets[2].scope, "node");
  EXPECT_EQ(targets[2].device, -1);
  EXPECT_EQ(targets[2].model, "host");
}

TEST(Target, Devices) {
  const auto targets = walk(small_site(kOther), "device");
  ASSERT_EQ(targets.size(), 8u);
  EXPECT_EQ(targets[3].name, "rack1/node2/dev1");
  EXPECT_EQ(targets[3].nodes, (Nodes{1}));
  EXPECT_EQ(targets[3].device, 1);
  EXPECT_EQ(targets[3].model, "device-model");
}

TEST(Target, Pairs) {
  const Site site = small_site(kOther);
  const auto neighbours = walk(site, "pair");
  EXPECT_EQ(names(neighbours), (Names{"rack1/node1+rack1/node2", "rack1/node2+rack2/node1",
                                      "rack2/node1+rack2/node2", "rack2/node2+other"}));
  EXPECT_EQ(neighbours[1].nodes, (Nodes{1, 2}));
  EXPECT_EQ(neighbours[1].model, "host");
  EXPECT_EQ(neighbours[3].model, "mixed");
  const auto all = walk(site, "pair", "all");
  ASSERT_EQ(all.size(), 10u);
  EXPECT_EQ(all[0].nodes, (Nodes{0, 1}));
  EXPECT_EQ(all[3].nodes, (Nodes{0, 4}));
  EXPECT_EQ(all[4].nodes, (Nodes{1, 2}));
  EXPECT_EQ(all[9].nodes, (Nodes{3, 4}));
}

TEST(Target, Groups) {
  const Site site = small_site(kOther);
  const auto racks = walk(site, "group:rack");
  EXPECT_EQ(names(racks), (Names{"rack1", "rack2", "rack3"}));
  EXPECT_EQ(racks[1].nodes, (Nodes{2, 3}));
  EXPECT_EQ(racks[1].scope, "group:rack");
  const auto everything = walk(site, "group:site");
  EXPECT_EQ(names(everything), (Names{"site"}));
  EXPECT_EQ(everything[0].nodes, (Nodes{0, 1, 2, 3, 4}));
  EXPECT_EQ(everything[0].model, "mixed");
  const auto halls = walk(site, "group:hall");
  EXPECT_EQ(names(halls), (Names{"hall=A"})) << "nodes without the label are in no group";
  EXPECT_EQ(halls[0].nodes, (Nodes{0, 1, 2, 3}));
  EXPECT_TRUE(walk(site, "group:nothing").empty());
}

TEST(Target, UnknownScopeIsAnError) { EXPECT_THROW(walk(small_site(), "rack"), Error); }

TEST(Target, LabelOfAScope) {
  EXPECT_EQ(group_label("group:rack"), "rack");
  EXPECT_EQ(group_label("group:hall/row"), "hall/row");
}

}  // namespace
}  // namespace rackproof
