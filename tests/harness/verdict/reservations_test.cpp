// What is accepted with reservations: every gate that fails is waived, and nothing else is open.
#include "harness/verdict/reservations.hpp"

#include <gtest/gtest.h>

#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::floor_of_1_gb;
using test::kTriad;

const std::string kBandwidth = kTriad + "#bandwidth";

Waiver waived(const std::string& target, const std::string& metric = kBandwidth,
              const std::string& until = "2027-01-31") {
  return {target, metric, "A. Buyer", "replaced in January", until};
}

Waivers waivers_of(std::vector<Waiver> rows) {
  return {"waivers.toml", std::string(64, 'c'), std::move(rows)};
}

/// Two racks of two nodes; rack1/node2 and rack2/node1 are too slow.
CampaignBuilder two_slow_nodes() {
  CampaignBuilder campaign(2, 2);
  campaign.results.provenance.finished_utc = "2026-11-29T08:00:00.000Z";
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  campaign.measured(2, {0.4e9, 0.4e9});
  campaign.measured(3, {2e9, 2e9});
  return campaign;
}

struct Judged {
  Results results;
  Limits limits;
  Verdicts verdicts;
  Waivers waivers;
  Reservations reservations;
};

Judged judged(const CampaignBuilder& campaign, std::vector<Waiver> rows, Limits limits = floor_of_1_gb()) {
  Judged out{campaign.results, std::move(limits), {}, waivers_of(std::move(rows)), {}};
  out.verdicts = judge(out.results, out.limits);
  out.reservations = Reservations(out.results, out.limits, out.verdicts, out.waivers);
  return out;
}

void expect_note(const Judged& of, const std::string& text) {
  ASSERT_EQ(of.reservations.notes().size(), 1U);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, text, of.reservations.notes().front().en);
}

TEST(Reservations, NoWaiverNoReservations) {
  const Judged j = judged(two_slow_nodes(), {});
  EXPECT_EQ(j.reservations.failing(), 2U);
  EXPECT_EQ(j.reservations.waived(), 0U);
  EXPECT_FALSE(j.reservations.accepts("rack1"));
  EXPECT_FALSE(j.reservations.accepts_all());
  EXPECT_EQ(to_string(j.reservations), "no failing gate is waived");
}

TEST(Reservations, ARackWhoseFailingGatesAreAllWaived) {
  const Judged j = judged(two_slow_nodes(), {waived("rack1/node2")});
  EXPECT_TRUE(j.reservations.accepts("rack1"));
  EXPECT_FALSE(j.reservations.accepts("rack2"));
  EXPECT_FALSE(j.reservations.accepts("rack3"));
  EXPECT_FALSE(j.reservations.accepts_all());
  EXPECT_EQ(to_string(j.reservations), "1 of 2 failing gates is waived, by A. Buyer: not accepted");
  EXPECT_TRUE(j.reservations.notes().empty());
  std::size_t marked = 0;
  for (std::size_t i = 0; i < j.verdicts.cells.size(); ++i) {
    if (j.reservations.of(i) == nullptr) continue;
    ++marked;
    EXPECT_EQ(j.verdicts.cells[i].target, 1U);
    EXPECT_EQ(j.verdicts.cells[i].quantity, "bandwidth");
    EXPECT_EQ(j.verdicts.cells[i].verdict, Verdict::fail) << "the verdict stays";
  }
  EXPECT_EQ(marked, 1U);
  EXPECT_EQ(j.verdicts.exit_code, ExitCode::rejected);
}

TEST(Reservations, TheWholeWhenEveryFailingGateIsWaived) {
  Judged j = judged(two_slow_nodes(), {waived("rack1/node2"), waived("rack2/node1")});
  EXPECT_TRUE(j.reservations.accepts("rack1"));
  EXPECT_TRUE(j.reservations.accepts("rack2"));
  EXPECT_TRUE(j.reservations.accepts_all());
  EXPECT_EQ(to_string(j.reservations), "accepted with reservations: 2 gates fail, waived by A. Buyer");
}

TEST(Reservations, WhatIsUndecidedStaysUndecided) {
  CampaignBuilder campaign = two_slow_nodes();
  campaign.results.targets[3].name = "rack2/other";
  campaign.promise(campaign.target(Placement::device, "device", "rack1/node1/dev0", {0}));  // never tried
  const Judged j = judged(campaign, {waived("rack1/node2"), waived("rack2/node1")});
  EXPECT_FALSE(j.reservations.accepts("rack1"));
  EXPECT_TRUE(j.reservations.accepts("rack2"));
  EXPECT_FALSE(j.reservations.accepts_all());
  EXPECT_EQ(to_string(j.reservations),
            "every failing gate is waived, by A. Buyer, but not everything else is decided: not accepted");
}

TEST(Reservations, NotOfAnInterruptedCampaign) {
  CampaignBuilder campaign = two_slow_nodes();
  campaign.results.ended = Ended::interrupted;
  const Judged j = judged(campaign, {waived("rack1/node2"), waived("rack2/node1")});
  EXPECT_EQ(j.reservations.waived(), 2U);
  EXPECT_FALSE(j.reservations.accepts("rack1"));
  EXPECT_FALSE(j.reservations.accepts_all());
}

TEST(Reservations, NotOfARackWithANodeThatNothingJudges) {
  CampaignBuilder campaign(1, 2);
  campaign.results.provenance.finished_utc = "2026-11-29T08:00:00.000Z";
  campaign.measured(0, {0.5e9, 0.5e9});
  const Judged j = judged(campaign, {waived("rack1/node1")});
  EXPECT_FALSE(j.reservations.accepts("rack1"));
  EXPECT_FALSE(j.reservations.accepts_all());
}

TEST(Reservations, OfNothingWhileAGateHoldsNobody) {
  Limits limits = floor_of_1_gb();
  limits.limits.push_back(limits.limits.front());
  limits.limits.back().model = "mistyped";
  const Judged j = judged(two_slow_nodes(), {waived("rack1/node2"), waived("rack2/node1")}, limits);
  EXPECT_EQ(j.reservations.waived(), 2U);
  EXPECT_FALSE(j.reservations.accepts("rack1"));
  EXPECT_FALSE(j.reservations.accepts("rack2"));
  EXPECT_FALSE(j.reservations.accepts_all());
}

TEST(Reservations, ACompletionIsWaivedByItsCase) {
  CampaignBuilder campaign = two_slow_nodes();
  for (AttemptRow& attempt : campaign.results.attempts) {
    if (attempt.target == 1) attempt.outcome = {Status::wrong, Phase::check, "digest differs"};
  }
  const Judged half = judged(campaign, {waived("rack1/node2")});
  EXPECT_EQ(half.reservations.failing(), 3U) << "completion and number of one node, number of the other";
  EXPECT_FALSE(half.reservations.accepts("rack1")) << "the completion is not waived";
  const Judged both = judged(campaign, {waived("rack1/node2"), waived("rack1/node2", kTriad)});
  EXPECT_TRUE(both.reservations.accepts("rack1"));
}

TEST(Reservations, ScoresAreNoGates) {
  Limits limits = floor_of_1_gb();
  limits.limits.front().severity = Severity::score;
  const Judged j = judged(two_slow_nodes(), {waived("rack1/node2")}, limits);
  EXPECT_EQ(j.reservations.failing(), 0U);
  EXPECT_EQ(j.reservations.waived(), 0U);
  expect_note(j, "no gate of that metric is judged there");
}

TEST(Reservations, WaiversThatWaiveNothingAreNamed) {
  expect_note(judged(two_slow_nodes(), {waived("rack1/node1")}), "nothing fails there, it is not needed");
  expect_note(judged(two_slow_nodes(), {waived("rack9/node1")}), "no such target is judged");
  expect_note(judged(two_slow_nodes(), {waived("rack1/node2", kTriad + "#bandwith")}),
              "no gate of that metric is judged there");
  const Judged expired = judged(two_slow_nodes(), {waived("rack1/node2", kBandwidth, "2026-11-28")});
  expect_note(expired, "it ended on 2026-11-28, the campaign on 2026-11-29");
  EXPECT_EQ(expired.reservations.waived(), 0U);
  CampaignBuilder undated = two_slow_nodes();
  undated.results.provenance.finished_utc.clear();
  expect_note(judged(undated, {waived("rack1/node2")}), "is not known");
}

TEST(Reservations, OfAMergedFileEachTargetHasTheDayOfItsCampaign) {
  CampaignBuilder campaign = two_slow_nodes();
  campaign.results.parts.resize(2);
  for (Part& part : campaign.results.parts) {
    static_cast<Provenance&>(part) = campaign.results.provenance;
  }
  campaign.results.parts[1].finished_utc = "2027-03-01T08:00:00.000Z";
  campaign.results.targets[2].part = campaign.results.targets[3].part = 1;
  const Judged j = judged(campaign, {waived("rack1/node2"), waived("rack2/node1")});
  EXPECT_TRUE(j.reservations.accepts("rack1"));
  EXPECT_FALSE(j.reservations.accepts("rack2"));
  expect_note(j, "the campaign on 2027-03-01");
}

}  // namespace
}  // namespace rackproof
