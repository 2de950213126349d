#include "reports/punch_groups.hpp"

#include <gtest/gtest.h>

namespace rackproof {
namespace {

PunchEntry failing(const std::string& rack, const std::string& part, const std::string& metric) {
  PunchEntry entry;
  entry.place = {.rack = rack, .racks = rack, .part = part, .hosts = {}};
  entry.target = rack + "/" + part;
  entry.metric = metric;
  entry.failure = "limit";
  return entry;
}

PunchEntry open(const std::string& rack, const std::string& metric, const std::string& reason) {
  PunchEntry entry = failing(rack, "node1", metric);
  entry.verdict = Verdict::not_judged;
  entry.failure.clear();
  entry.reason = reason;
  return entry;
}

TEST(PunchGroups, ThreeCellsOfOneCaseInOneRackAreAGroup) {
  const PunchList list{.entries = {failing("r1", "n1", "m"), failing("r1", "n2", "other"),
                                   failing("r1", "n2", "m"), failing("r1", "n3", "m"),
                                   failing("r2", "n1", "m")}};
  const auto groups = punch_groups(list);
  ASSERT_EQ(groups.groups.size(), 1U);
  EXPECT_EQ(groups.groups[0].rack, "r1");
  EXPECT_EQ(groups.groups[0].metric, "m");
  EXPECT_EQ(groups.groups[0].entries, (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(groups.singles, (std::vector<std::size_t>{1, 4}));
}

TEST(PunchGroups, TwoAreNone) {
  const PunchList list{
      .entries = {failing("r1", "n1", "m"), failing("r1", "n2", "m"), failing("r2", "n1", "m")}};
  EXPECT_TRUE(punch_groups(list).groups.empty());
  EXPECT_EQ(punch_groups(list).singles.size(), 3U);
}

TEST(PunchGroups, OneCaseInThreeRacksIsAGroupThatNamesWhatTheyShare) {
  PunchList list{.entries = {failing("r1", "n1", "m"), failing("r2", "n1", "m"), failing("r3", "n1", "m")}};
  list.site_labels = {{"hall", "A"}};
  for (auto& entry : list.entries) entry.labels = {{"hall", "A"}, {"pdu", "7"}, {"row", entry.place.rack}};
  const auto groups = punch_groups(list);
  ASSERT_EQ(groups.groups.size(), 1U);
  EXPECT_EQ(groups.groups[0].racks, 3U);
  EXPECT_EQ(groups.groups[0].rack, "");
  EXPECT_EQ(groups.groups[0].labels, (std::map<std::string, std::string>{{"pdu", "7"}}));
}

TEST(PunchGroups, AnotherKindOfFailureIsAnotherCause) {
  PunchList list{.entries = {failing("r1", "n1", "m"), failing("r1", "n2", "m"), failing("r1", "n3", "m")}};
  list.entries[2].failure = "correctness";
  EXPECT_TRUE(punch_groups(list).groups.empty());
}

TEST(PunchGroups, GapsOfOneReasonAreAGroupOverMetrics) {
  const PunchList list{.entries = {failing("r1", "n9", "m"), open("r1", "a", "unreachable"),
                                   open("r1", "b", "unreachable"), open("r1", "c", "unreachable")}};
  const auto groups = punch_groups(list);
  ASSERT_EQ(groups.groups.size(), 1U);
  EXPECT_EQ(groups.groups[0].metric, "");
  EXPECT_EQ(groups.groups[0].reason, "unreachable");
  EXPECT_EQ(groups.groups[0].verdict, Verdict::not_judged);
}

TEST(PunchGroups, WorstComesFirst) {
  PunchList list;
  for (const auto* metric : {"z", "a"}) {
    for (const auto* node : {"n1", "n2", "n3"}) list.entries.push_back(failing("r1", node, metric));
  }
  const auto groups = punch_groups(list);
  ASSERT_EQ(groups.groups.size(), 2U);
  EXPECT_EQ(groups.groups[0].metric, "z");
  EXPECT_EQ(groups.groups[1].metric, "a");
}

}  // namespace
}  // namespace rackproof
