// Whole campaigns: peers and repeatability as findings of `judge`, one for each cause.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "harness/base/random.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/peers/peer_subjects.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::floor_of_1_gb;

/// Nodes measured in two launches, at 2 GB/s less what `slower` takes off; 0.1 % between nodes and 0.02 % between launches.
class Site {
 public:
  Site(int racks, int nodes) : campaign(racks, nodes) {
    campaign.results.series[0].direction = Direction::higher_is_better;
    slower.assign(static_cast<std::size_t>(racks * nodes), 0);
  }

  Verdicts judged(double launch_sd = 0.0002) {
    const RandomStream node(seed_, 1), launch(seed_, 2);
    for (std::uint32_t i = 0; i < slower.size(); ++i) {
      const double value = 2e9 * std::exp(0.001 * node.normal(i)) * (1 - slower[i]);
      campaign.measured(i, {value * std::exp(launch_sd * launch.normal(2 * i)),
                            value * std::exp(launch_sd * launch.normal(2 * i + 1))});
    }
    return judge(campaign.results, floor_of_1_gb());
  }

  CampaignBuilder campaign;
  std::vector<double> slower;

 private:
  std::uint64_t seed_ = std::random_device{}();
  testing::ScopedTrace trace_{__FILE__, __LINE__, seed_};
};

std::vector<Finding> of_kind(const Verdicts& verdicts, const std::string& kind) {
  std::vector<Finding> out;
  std::ranges::copy_if(verdicts.findings, std::back_inserter(out),
                       [&](const Finding& finding) { return finding.kind == kind; });
  return out;
}

bool says(const Finding& finding, const std::string& text) {
  return finding.evidence.en.find(text) != std::string::npos;
}

TEST(FleetFindings, HealthyNodesHaveNone) {
  Site site(8, 16);
  const Verdicts verdicts = site.judged();
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  EXPECT_TRUE(verdicts.findings.empty());
}

TEST(FleetFindings, ASlowNodeIsAFindingAndNoVerdict) {
  Site site(4, 16);
  site.slower[21] = 0.1;
  const Verdicts verdicts = site.judged();
  EXPECT_EQ(verdicts.exit_code, ExitCode::accepted);
  const auto found = of_kind(verdicts, "peer");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"rack2/node6"}));
  EXPECT_TRUE(says(found[0], "memory/host/triad:f64,cold#bandwidth")) << found[0].evidence.en;
  EXPECT_TRUE(says(found[0], "% below what its peers let expect (z -")) << found[0].evidence.en;
  EXPECT_TRUE(says(found[0], "64 of m1; expected false alarms ")) << found[0].evidence.en;
  EXPECT_TRUE(says(found[0], "mirror at most 100 %")) << found[0].evidence.en;
  EXPECT_TRUE(of_kind(verdicts, "repeatability").empty());
}

TEST(FleetFindings, ASlowRackIsOneFinding) {
  Site site(8, 16);
  for (std::size_t i = 32; i < 48; ++i) site.slower[i] = 0.1;
  const auto found = of_kind(site.judged(), "peer");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"rack3"}));
  EXPECT_TRUE(says(found[0], "below that of other racks")) << found[0].evidence.en;
}

TEST(FleetFindings, RacksOfOneRowAreOneFinding) {
  Site site(40, 8);
  for (std::size_t i = 0; i < site.slower.size(); ++i) {
    const std::size_t row = i / 8 / 6;
    site.campaign.results.targets[i].labels["row"] = "row" + std::to_string(row);
    if (row == 2) site.slower[i] = 0.12;
  }
  const auto found = of_kind(site.judged(), "peer");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"row row2"}));
  EXPECT_TRUE(says(found[0], "6 of 6 racks that stand out have it, 0 % of the 34 others"))
      << found[0].evidence.en;
}

TEST(FleetFindings, AKernelThatSlowsManyIsOneFindingWithAStableId) {
  const auto with_slow = [](std::size_t slow) {
    Site site(16, 16);
    for (std::uint32_t i = 0; i < site.slower.size(); ++i) {
      const bool is_new = i % 7 == 3;
      site.campaign.results.facts.push_back(
          {i, "inventory/host/system#kernel", "", is_new ? "6.9" : "6.1", "uname"});
      if (is_new && slow > 0) {
        site.slower[i] = 0.08;
        --slow;
      }
    }
    return of_kind(site.judged(), "peer");
  };
  const auto some = with_slow(20);
  ASSERT_EQ(some.size(), 1u);
  EXPECT_EQ(some[0].subjects, (std::vector<std::string>{"inventory/host/system#kernel 6.9"}));
  EXPECT_TRUE(says(some[0], "20 of 20 subjects that stand out have it, 7.2 % of the 236 others"))
      << some[0].evidence.en;
  EXPECT_TRUE(says(some[0], " and 12 more")) << some[0].evidence.en;
  const auto more = with_slow(30);
  ASSERT_EQ(more.size(), 1u);
  EXPECT_EQ(more[0].id, some[0].id);
}

TEST(FleetFindings, AWholeCohortAtAnotherLevelIsOneFinding) {
  Site site(8, 16);
  for (std::uint32_t i = 0; i < site.slower.size(); ++i) {
    const bool is_new = i % 16 < 4;
    site.campaign.results.facts.push_back({i, "device/driver", "", is_new ? "13.1" : "13.0", "backend"});
    if (is_new) site.slower[i] = 0.09;
  }
  const auto found = of_kind(site.judged(), "peer");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"m1, device/driver 13.1"}));
  EXPECT_TRUE(says(found[0], "below that of m1, device/driver 13.0 (medians of 32 and 96"))
      << found[0].evidence.en;
}

TEST(FleetFindings, TwoLevelsWithoutALabelAreSaidToBeMixed) {
  Site site(8, 16);
  for (std::uint32_t i = 0; i < site.slower.size(); ++i) site.slower[i] = i % 3 == 0 ? 0.1 : 0;
  const auto found = of_kind(site.judged(), "peer");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"m1"}));
  EXPECT_TRUE(says(found[0], "nobody is judged")) << found[0].evidence.en;
}

TEST(FleetFindings, AHeavyTailIsSaidToBeNatural) {
  Site site(8, 32);
  for (std::uint32_t i = 0; i < site.slower.size(); i += 12) site.slower[i] = (i % 24 == 0 ? 1 : -1) * 0.06;
  const auto found = of_kind(site.judged(), "peer");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"m1"}));
  EXPECT_TRUE(says(found[0], "the tail is heavy by nature")) << found[0].evidence.en;
  EXPECT_TRUE(says(found[0], "11 of 256 are far out on the worse side, 11 on the better one"))
      << found[0].evidence.en;
}

TEST(FleetFindings, LaunchesThatDifferAsMuchAsNodesJudgeNobody) {
  Site site(16, 16);
  site.slower[5] = 0.06;
  const Verdicts verdicts = site.judged(0.05);
  EXPECT_TRUE(of_kind(verdicts, "peer").empty());
  const auto found = of_kind(verdicts, "repeatability");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, (std::vector<std::string>{"memory/host/triad:f64,cold#bandwidth", "node"}));
  EXPECT_TRUE(says(found[0], "512 launches of 256 nodes; the plan declares 2 %")) << found[0].evidence.en;
  EXPECT_TRUE(says(found[0], "nobody is judged among peers")) << found[0].evidence.en;
}

TEST(FleetFindings, NodesOfOneMachineAreNoPeers) {
  Site site(1, 16);
  site.slower[5] = 0.2;
  for (TargetRow& target : site.campaign.results.targets) target.boot_id = "one";
  EXPECT_TRUE(of_kind(site.judged(), "peer").empty());
}

TEST(PeerSubjects, ASubjectThatStandsTwiceIsRefused) {
  CampaignBuilder campaign(1, 8);
  campaign.results.targets[3].name = "rack1/node1";
  try {
    peer_subjects(campaign.results, Placement::node);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "rack1/node1 stands twice among the targets");
  }
}

TEST(PeerSubjects, AreTheSameFromAFile) {
  CampaignBuilder campaign(2, 8);
  Results& results = campaign.results;
  std::vector<std::uint32_t> nodes(16);
  for (std::uint32_t i = 0; i < 16; ++i) {
    results.targets[i].labels["pdu"] = "p" + std::to_string(i / 4);
    results.facts.push_back({i, "preflight/governor", "", i % 2 == 0 ? "performance" : "powersave", "read"});
  }
  for (std::uint32_t i = 0; i < 16; ++i) {
    const std::uint32_t row =
        campaign.target(Placement::device, "device", results.targets[i].name + "/dev0", {i});
    results.facts.push_back({row, "device/driver", "", i < 9 ? "1" : "2", "backend"});
    results.facts.push_back({row, "device/uuid", "", "u" + std::to_string(i), "backend"});
  }
  const auto file = std::filesystem::path(RACKPROOF_BINARY_DIR) / "peer_subjects_test.h5";
  std::filesystem::remove(file);
  write_results(results, file);
  const PeerSubjects memory = peer_subjects(results, Placement::device);
  const PeerSubjects read = peer_subjects(CellReader(file), Placement::device);
  EXPECT_EQ(read.columns.cohort, memory.columns.cohort);
  EXPECT_EQ(memory.columns.cohort[8], 0u);
  EXPECT_EQ(memory.columns.cohort[9], 1u);
  EXPECT_EQ(memory.cohort_text, (std::vector<std::string>{"m1, device/driver 1", "m1, device/driver 2"}));
  EXPECT_EQ(read.cohort_text, memory.cohort_text);
  EXPECT_EQ(read.cohort_model, memory.cohort_model);
  const auto named = [](const PeerSubjects& subjects) {
    std::vector<std::string> out;
    for (const PeerFactor& cause : subjects.causes) out.push_back(subjects.text_of(cause, cause.level[5]));
    return out;
  };
  EXPECT_EQ(named(memory), (std::vector<std::string>{"rack rack1", "pdu p1", "device/driver 1",
                                                     "preflight/governor powersave"}))
      << "an id of its own tells no groups apart";
  EXPECT_EQ(named(read), named(memory));
}

}  // namespace
}  // namespace rackproof
