// Shards of a site: which racks, and what is left out.
#include "harness/plan/shard.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "harness/plan/expand.hpp"
#include "tests/harness/plan/small_catalogue.hpp"

namespace rackproof {
namespace {

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Racks r1, r2, … with so many nodes; every node is on the pdu that its rack has.
Site site_of(const std::vector<int>& sizes, const std::vector<std::string>& pdus = {}) {
  std::string text = "schema = 1\nname = \"racks\"\n";
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::string pdu = i < pdus.size() ? pdus[i] : "p";
    text += fmt::format(
        "[[rack]]\nname = \"r{0}\"\nlabels = {{ pdu = \"{2}\" }}\n[[node]]\nname = \"r{0}/n[1-{1}]\"\n"
        "rack = \"r{0}\"\naddress = \"r{0}-{{node}}\"\nmodel = \"m\"\n",
        i + 1, sizes[i], pdu);
  }
  return parse_site(text, "site.toml");
}

/// Racks of each shard: "r1 r2 | r3".
std::string division(const Site& site, int shards) {
  std::string text;
  for (int i = 0; i < shards; ++i) {
    text += i == 0 ? "" : " |";
    for (const auto& rack : site_of_shard(site, {i, shards}).racks)
      text += (text.empty() ? "" : " ") + rack.name;
  }
  return text;
}

TEST(Shard, IsWrittenAsPartOfANumber) {
  EXPECT_EQ(parse_shard("0/1"), (Shard{0, 1}));
  EXPECT_EQ(parse_shard("3/16"), (Shard{3, 16}));
  for (const char* bad : {"", "1", "/", "1/", "/2", "2/2", "-1/2", "0/0", "a/2", "0/2 ", "1/2/3", "nan/2"}) {
    EXPECT_EQ(error_of([&] { parse_shard(bad); }),
              fmt::format("\"{}\" is no shard; write I/N with I from 0 to N-1, such as 0/4", bad));
  }
}

TEST(Shard, HasConsecutiveRacksWithAboutAsManyNodesAsOthers) {
  EXPECT_EQ(division(site_of({2, 2, 2, 2}), 2), "r1 r2 | r3 r4");
  EXPECT_EQ(division(site_of({2, 2, 2, 2}), 4), "r1 | r2 | r3 | r4");
  EXPECT_EQ(division(site_of({2, 2, 2, 2, 2}), 2), "r1 r2 | r3 r4 r5");
  EXPECT_EQ(division(site_of({9, 2, 2, 2}), 2), "r1 | r2 r3 r4") << "by nodes, not by racks";
  EXPECT_EQ(division(site_of({2, 2, 2, 40}), 3), "r1 r2 | r3 | r4") << "none is empty";
  EXPECT_EQ(division(site_of({40, 2, 2}), 3), "r1 | r2 | r3");
  EXPECT_EQ(error_of([] {
              site_of_shard(site_of({2, 2}), {0, 3});
            }),
            "the site has 2 racks, too few for 3 shards");
}

TEST(Shard, OfOneIsTheWholeSite) {
  const Site whole = site_of_shard(site_of({2, 2}), {});
  EXPECT_EQ(whole.name, "racks");
  EXPECT_EQ(whole.nodes.size(), 4u);
  EXPECT_TRUE(whole.split_groups.empty());
}

TEST(Shard, LeavesOutGroupsThatOthersHaveNodesOf) {
  const Site site = site_of({2, 2, 2, 2}, {"a", "b", "b", "c"});
  const Site first = site_of_shard(site, {0, 2});
  EXPECT_EQ(first.name, "racks, shard 0/2");
  const Plan plan = parse_plan(
      "schema = 1\nname = \"p\"\n[[run]]\ncases = [\"interconnect/host/allreduce:f32,size=1mib\"]\nplacement "
      "= "
      "\"group:pdu\"\n[[run]]\ncases = [\"interconnect/host/latency:size=8\"]\nplacement = \"pair\"\n"
      "[[run]]\ncases = [\"interconnect/host/allreduce:f32,size=1mib\"]\nplacement = \"group:rack\"\n",
      "plan.toml", kSmallCatalogue);
  const auto left_out = left_out_of(plan, first);
  ASSERT_EQ(left_out.size(), 2u) << "what the plan asks for: nothing on the whole site";
  EXPECT_EQ(left_out[0].scope, "group:pdu");
  EXPECT_EQ(left_out[0].names, std::vector<std::string>{"pdu=b"});
  EXPECT_EQ(left_out[1].scope, "pair");
  EXPECT_TRUE(left_out_of(plan, site).empty());
  EXPECT_EQ(groups_of(first, "site").size(), 0u);
  ASSERT_EQ(groups_of(first, "pdu").size(), 1u);
  EXPECT_EQ(groups_of(first, "pdu")[0].name, "pdu=a");
  EXPECT_EQ(groups_of(first, "rack").size(), 2u);
}

/// "<target> <case>" of the promises of all shards, each once.
std::set<std::string> promises(const Plan& plan, const Site& site, int shards) {
  std::set<std::string> all;
  for (int i = 0; i < shards; ++i) {
    const Site part = site_of_shard(site, {i, shards});
    Expansion expansion(plan, part, kSmallCatalogue);
    while (const auto promise = expansion.next_promise())
      EXPECT_TRUE(all.insert(promise->target.name + " " + promise->case_id).second) << promise->target.name;
  }
  return all;
}

TEST(Shard, AllTogetherPromiseWhatTheWholeSiteDoesWithinThem) {
  // Racks come twice in the order of nodes: compute nodes, then login nodes.
  const Site site = parse_site(
      "schema = 1\nname = \"s\"\n[[rack]]\nname = \"r[1-4]\"\n"
      "[[node]]\nname = \"{rack}/c[1-2]\"\nrack = \"r[1-4]\"\naddress = \"{rack}-{node}\"\nmodel = \"m\"\n"
      "[[node]]\nname = \"{rack}/l1\"\nrack = \"r[1-4]\"\naddress = \"{rack}-{node}\"\nmodel = \"m\"\n",
      "site.toml");
  const Plan plan = parse_plan(
      "schema = 1\nname = \"p\"\n[[run]]\ncases = [\"memory/host/triad:f64,cold\"]\nplacement = \"node\"\n"
      "[[run]]\ncases = [\"interconnect/host/latency:size=8\"]\nplacement = \"pair\"\n"
      "[[run]]\ncases = [\"interconnect/host/allreduce:f32,size=1mib\"]\nplacement = \"group:rack\"\n"
      "[[run]]\ncases = [\"interconnect/host/allreduce:f32,size=1mib\"]\nplacement = \"group:site\"\n",
      "plan.toml", kSmallCatalogue);
  std::set<std::string> expected = promises(plan, site, 1);
  EXPECT_EQ(expected.size(), 12u + 11u + 4u + 1u);
  expected.erase("site interconnect/host/allreduce:f32,size=1mib");
  for (const char* over : {"r2/c2+r3/c1", "r4/c2+r1/l1", "r2/l1+r3/l1"})
    EXPECT_EQ(expected.erase(std::string(over) + " interconnect/host/latency:size=8"), 1u) << over;
  EXPECT_EQ(promises(plan, site, 2), expected);
}

}  // namespace
}  // namespace rackproof
