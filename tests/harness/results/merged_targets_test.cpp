// Which targets are one, whose row each has, and machines under two names.
#include "harness/results/merged_targets.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/results/results_file.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/results/small_parts.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::merged;
using test::rack_campaign;
using test::refusal;
using test::row_of;
using test::value_at;

TEST(MergedTargets, ATargetMeasuredTwiceIsRefused) {
  const std::string complaint = refusal(rack_campaign("r1", "a"), rack_campaign("r1", "b"));
  EXPECT_EQ(
      complaint,
      "r1/node1 (node) was measured in both a.h5 and b.h5, and so were 1 more targets; give one of them");
}

TEST(MergedTargets, ATargetThatOnePartOnlyPromisesIsNoDuplicate) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r1", "b");
  a.results.attempts.resize(2);  // node1 only
  a.results.launch_values.resize(2);
  a.results.targets[1].hostname.clear();  // node2 did not answer
  a.results.targets[1].absent = "in repair";
  b.results.attempts.erase(b.results.attempts.begin(), b.results.attempts.begin() + 2);  // node2 only
  b.results.launch_values = {{0, 0, 3e9, 3e9, 3e9, 1}, {1, 0, 3.1e9, 3e9, 3e9, 1}};
  b.cell_of(0).value = a.cell_of(1).value = NAN;
  a.results.exact = {{1, 0, 64, false}};
  b.results.exact = {{1, 0, 65, false}};  // of a target that is not its own
  const Results all = merged(a, b);
  ASSERT_EQ(all.targets.size(), 2u);
  EXPECT_EQ(all.promises.size(), 2u);
  EXPECT_EQ(all.attempts.size(), 4u);
  EXPECT_EQ(all.targets[0].part, 0u);
  EXPECT_EQ(all.targets[1].part, 1u);
  EXPECT_EQ(all.targets[1].hostname, "r1/node2.example");
  EXPECT_EQ(all.targets[1].absent, "") << "it is there now";
  EXPECT_EQ(value_at(all, "r1/node1"), 2.05e9F);
  EXPECT_EQ(value_at(all, "r1/node2"), 3.05e9F);
  ASSERT_EQ(all.exact.size(), 1u);
  EXPECT_EQ(all.exact[0].value, 64);
  EXPECT_TRUE(all.answers.empty());
}

TEST(MergedTargets, WhatAnyPartRequiresIsRequired) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r1", "b");
  b.results.attempts.clear();
  b.results.launch_values.clear();
  a.results.promises[0].exempt = "no units";
  a.results.promises[1].exempt = "no units";
  b.results.promises[1].exempt = "no units here";
  const Results all = merged(a, b);
  EXPECT_EQ(all.promises[0].exempt, "");
  EXPECT_EQ(all.promises[1].exempt, "no units");
}

TEST(MergedTargets, SitesThatContradictEachOtherAreRefused) {
  const auto complaint_of = [](void (*change)(TargetRow&)) {
    auto b = rack_campaign("r1", "b");
    b.results.attempts.clear();
    b.results.launch_values.clear();
    change(b.results.targets[1]);
    return refusal(rack_campaign("r1", "a"), b);
  };
  EXPECT_EQ(complaint_of([](TargetRow& row) { row.model = "m2"; }),
            "the sites of a.h5 and b.h5 contradict each other: r1/node2 has model \"m1\" in one, \"m2\" in "
            "the other");
  EXPECT_NE(complaint_of([](TargetRow& row) { row.rack = "r9"; }).find("has rack"), std::string::npos);
  EXPECT_NE(complaint_of([](TargetRow& row) { row.is_virtual = true; }).find("has virtual"),
            std::string::npos);
  EXPECT_NE(complaint_of([](TargetRow& row) { row.members = {0}; }).find("has members"), std::string::npos);
  EXPECT_NE(complaint_of([](TargetRow& row) {
              row.name = "r1/node1";
            }).find("b.h5: the target r1/node1 stands there twice"),
            std::string::npos);
}

/// A campaign of a rack with the group of its whole site, measured.
CampaignBuilder with_site_group(const std::string& rack, const std::string& id) {
  auto builder = rack_campaign(rack, id);
  const auto site = builder.target(Placement::group, "group:site", "site", {0, 1});
  builder.measured(site, {1e9, 1.1e9});
  builder.results.notices = {{"incomplete step", {"site"}, "no end"}};
  return builder;
}

TEST(MergedTargets, TheGroupsSiteOfTwoSitesDoNotBecomeOne) {
  const Results all = merged(with_site_group("r1", "a"), with_site_group("r2", "b"));
  const auto first = row_of(all, "site@site-r1");
  const auto second = row_of(all, "site@site-r2");
  EXPECT_EQ(all.targets[first].scope, "group:site");
  EXPECT_EQ(all.targets[first].members, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(all.targets[second].members,
            (std::vector<std::uint32_t>{row_of(all, "r2/node1"), row_of(all, "r2/node2")}));
  EXPECT_EQ(all.notices[0].subjects[0], "site@site-r1");
  EXPECT_EQ(all.notices[1].subjects[0], "site@site-r2");
}

TEST(MergedTargets, SitesOfOneNameAreToldByTheirText) {
  auto a = with_site_group("r1", "a");
  auto b = with_site_group("r2", "b");
  b.results.provenance.site_name = a.results.provenance.site_name;
  const Results all = merged(a, b);
  EXPECT_NO_THROW(row_of(all, "site@" + a.results.provenance.site_sha256.substr(0, 12)));
  EXPECT_NO_THROW(row_of(all, "site@" + b.results.provenance.site_sha256.substr(0, 12)));
}

TEST(MergedTargets, AGroupOfOneSiteKeepsItsNameAndIsMeasuredOnce) {
  auto a = with_site_group("r1", "a");
  auto b = with_site_group("r1", "b");
  b.results.attempts.clear();
  b.results.launch_values.clear();
  EXPECT_NO_THROW(row_of(merged(a, b), "site"));
  b = with_site_group("r1", "b");
  b.results.attempts = {b.results.attempts[4]};
  b.results.launch_values.clear();
  EXPECT_NE(refusal(a, b).find("site (group:site) was measured in both a.h5 and b.h5; give"),
            std::string::npos);
}

TEST(MergedTargets, ANodeMayBeMeasuredInOneCampaignAndItsDeviceInAnother) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r1", "b");
  b.results.attempts.clear();
  b.results.launch_values.clear();
  b.results.promises.clear();
  const auto device = b.target(Placement::device, "device", "r1/node1/dev0", {0});
  b.measured(device, {5e9, 5.1e9});
  b.results.targets[0].boot_id = "a later boot";
  b.results.targets[1].boot_id = "nobody asks";
  const Results all = merged(a, b);
  EXPECT_EQ(all.targets[0].boot_id, "boot of r1/node1");
  ASSERT_EQ(all.answers.size(), 1u);
  EXPECT_EQ(all.answers[0].node, 0u);
  EXPECT_EQ(all.answers[0].part, 1u);
  EXPECT_EQ(all.answers[0].boot_id, "a later boot");
  const TemporaryFolder folder;
  write_results(all, folder / "all.h5");
  const Results read = read_results(folder / "all.h5");
  ASSERT_EQ(read.answers.size(), 1u);
  EXPECT_EQ(read.answers[0].boot_id, "a later boot");
  EXPECT_EQ(read.answers[0].hostname, "r1/node1.example");
}

TEST(MergedTargets, FactsOfOneTargetInTwoPartsStandOnce) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r1", "b");
  b.results.attempts.clear();
  b.results.launch_values.clear();
  const FactRow serial{0, "identity/serial", "SN1", "", "site"};
  a.results.facts = {serial};
  b.results.facts = {serial, {0, "identity/kernel", "", "6.1", "answered by the node"}};
  EXPECT_EQ(merged(a, b).facts.size(), 2u);
}

TEST(MergedTargets, OneMachineUnderTwoNamesIsNoticed) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  EXPECT_TRUE(merged(a, b).notices.empty());
  b.results.targets[1].boot_id = a.results.targets[0].boot_id;
  const Results all = merged(a, b);
  ASSERT_EQ(all.notices.size(), 1u);
  EXPECT_EQ(all.notices[0].kind, "one machine twice");
  EXPECT_EQ(all.notices[0].subjects, (std::vector<std::string>{"r1/node1", "r2/node2"}));
  EXPECT_EQ(all.notices[0].evidence, "boot id boot of r1/node1 in campaigns a, b");
}

TEST(MergedTargets, OneNameWithOneBootIsNoMachineTwice) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r1", "b");
  b.results.attempts.clear();
  b.results.launch_values.clear();
  EXPECT_TRUE(merged(a, b).notices.empty());
  // Two names within one campaign are that campaign's business.
  a.results.targets[1].boot_id = a.results.targets[0].boot_id;
  EXPECT_TRUE(merged(a, rack_campaign("r2", "c")).notices.empty());
}

TEST(MergedTargets, OneDeviceUnderTwoNamesIsNoticedUnlessItIsSoftware) {
  for (const char* key : {"device/uuid", "device/serial"}) {
    auto a = rack_campaign("r1", "a");
    auto b = rack_campaign("r2", "b");
    a.target(Placement::device, "device", "r1/node1/dev0", {0});
    b.target(Placement::device, "device", "r2/node1/dev0", {0});
    a.results.facts = {{2, key, "", "X-1", "told by the backend"}};
    b.results.facts = {{2, key, "", "X-1", "told by the backend"}};
    const Results all = merged(a, b);
    ASSERT_EQ(all.notices.size(), 1u);
    EXPECT_EQ(all.notices[0].subjects, (std::vector<std::string>{"r1/node1/dev0", "r2/node1/dev0"}));
    EXPECT_NE(all.notices[0].evidence.find("X-1"), std::string::npos);
    b.results.facts.push_back({2, "device/emulated", "", "yes", "told by the backend"});
    EXPECT_TRUE(merged(a, b).notices.empty());
  }
}

TEST(MergedTargets, OneMachineIdUnderTwoBootsIsAClonedIdentity) {
  auto a = rack_campaign("r1", "a");
  auto b = rack_campaign("r2", "b");
  a.results.targets[0].machine_id = b.results.targets[0].machine_id = "m";
  const Results all = merged(a, b);
  ASSERT_EQ(all.notices.size(), 1u);
  EXPECT_EQ(all.notices[0].kind, "cloned identity");
  b.results.targets[0].boot_id = a.results.targets[0].boot_id;
  ASSERT_EQ(merged(a, b).notices.size(), 1u);
  EXPECT_EQ(merged(a, b).notices[0].kind, "one machine twice");
}

}  // namespace
}  // namespace rackproof
