// A month of nights on a small site, from files to findings.
#include "harness/verdict/trend/trend.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "harness/verdict/trend/drain_list.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/verdict/night_files.hpp"

namespace rackproof {

namespace {

using test::NightlyNode;
using test::NightlySite;

constexpr int kNights = 30;
constexpr int kNothingRan = 17;  // that night

std::string date(int night) { return date_text(test::kFirstDay + night); }

/// Five racks of eight nodes and what happens to them.
void plant(int night, int node, NightlyNode& state) {
  if (node == 3 && night >= 20) state.share = 0.94;                // one slow node
  if (node / 8 == 1 && night >= 10) state.share = 0.95;            // a hot rack
  if (node == 6 && night >= 14) state.share = 0.94;                // a level that somebody accepts
  if (node == 7 && night >= 15 && night < 22) state.share = 0.92;  // trouble that went away
  if (node == 1 && night % 5 == 0) state.share = std::nan("");     // nights that are missing
  if (node == 2 && night >= 27) state.share = std::nan("");
  if (node == 5 && night >= 20) {  // another part, slower by nature: no change of any part
    state.serial = "SN9999";
    state.share = 0.9;
  }
  if (node >= 16 && node % 3 == 0 && night >= 25) {  // a driver on a third of the others
    state.driver = "13.0";
    state.share = 0.93;
  }
}

/// The files of the month, written and read once.
class TrendOverFiles : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    NightlySite site;
    site.racks = 5;
    site.noise = 0.002;  // the least effect is five of them, so that chance plants nothing
    site.planted = plant;
    folder_ = std::make_unique<TemporaryFolder>();
    for (int night = 0; night < kNights; ++night) {
      if (night != kNothingRan) site.write(folder_->path(), night);
    }
    history_ = std::make_unique<NightlyHistory>(test::files_of(folder_->path()));
  }
  static void TearDownTestSuite() {
    history_.reset();
    folder_.reset();
  }
  static Trend look(const std::string& events = {}) {
    return trend(*history_,
                 events.empty() ? TrendEvents{} : parse_trend_events("schema = 1\n" + events, "events"));
  }

  static std::unique_ptr<TemporaryFolder> folder_;
  static std::unique_ptr<NightlyHistory> history_;
};
std::unique_ptr<TemporaryFolder> TrendOverFiles::folder_;
std::unique_ptr<NightlyHistory> TrendOverFiles::history_;

/// The finding about a node; nullptr: none.
const TrendFinding* about(const Trend& trend, const std::string& subject) {
  const auto at = std::ranges::find(trend.findings, subject, &TrendFinding::subject);
  return at == trend.findings.end() ? nullptr : &*at;
}

std::string accepted(const std::string& subject, const std::string& metric, int night) {
  return fmt::format("[[accepted_level]]\nmetric = \"{}\"\nsubject = \"{}\"\ndate = {}\nwho = \"me\"\n",
                     metric, subject, date(night));
}

TEST_F(TrendOverFiles, ASlowNodeIsFoundWithItsNightAndItsEffect) {
  const Trend found = look();
  const TrendFinding* const slow = about(found, "rack1/node4");
  ASSERT_NE(slow, nullptr);
  EXPECT_EQ(slow->state, TrendState::confirmed);
  EXPECT_EQ(slow->change, Change::worse);
  EXPECT_EQ(slow->key, "SN0003");
  EXPECT_EQ(slow->host, "host03");
  EXPECT_EQ(slow->scope, "node");
  EXPECT_EQ(slow->metric, test::kBandwidth);
  EXPECT_EQ(slow->changed, date(20));
  EXPECT_EQ(slow->first_seen, date(22));
  EXPECT_EQ(slow->settled, date(23));
  EXPECT_NEAR(slow->effect, -0.06, 0.005);
  EXPECT_LT(slow->effect_range.lo, slow->effect);
  EXPECT_GT(slow->effect_range.hi, slow->effect);
  EXPECT_LT(slow->effect_range.hi, -0.05);
  EXPECT_NEAR(slow->before, 2e9, 0.1e9);
  EXPECT_FALSE(slow->is_drift);
  EXPECT_EQ(slow->cause, -1);
  EXPECT_TRUE(found.has_new_confirmed());
  EXPECT_FALSE(found.too_little());
}

TEST_F(TrendOverFiles, WhatWasLookedAtIsCounted) {
  const Trend found = look();
  EXPECT_EQ(found.nights.size(), 29u);
  EXPECT_EQ(found.nights[16], date(16));
  EXPECT_EQ(found.nights[17], date(18));
  EXPECT_EQ(found.coverage.promised, 40u);
  EXPECT_EQ(found.coverage.measured, 39u);
  EXPECT_EQ(found.series_watched, 40u + 5 + 1);  // the part that left rack1/node6 is not watched any more
  EXPECT_NEAR(found.expected_false_alarms, 0.046, 0.002);
}

TEST_F(TrendOverFiles, AsOfTheNightBeforeItIsNewUnderTheSameId) {
  auto files = test::files_of(folder_->path());
  files.resize(22);  // up to night 22: one did not run
  const Trend before = trend(NightlyHistory(files), {});
  const TrendFinding* const slow = about(before, "rack1/node4");
  ASSERT_NE(slow, nullptr);
  EXPECT_EQ(slow->state, TrendState::fresh);
  EXPECT_EQ(slow->first_seen, date(22));
  const Trend now = look();
  EXPECT_EQ(slow->id, about(now, "rack1/node4")->id);
  EXPECT_NE(slow->id, about(now, "rack1/node7")->id);
}

TEST_F(TrendOverFiles, AHotRackAndADriverAreOneCauseEach) {
  const Trend found = look();
  ASSERT_EQ(found.causes.size(), 2u);
  const TrendCause& rack = found.causes[0];
  EXPECT_EQ(rack.text(), "rack rack2");
  EXPECT_EQ(rack.members, 8u);
  const TrendCause& driver = found.causes[1];
  EXPECT_EQ(driver.text(), "host/driver 13.0");
  EXPECT_EQ(driver.members, 8u);
  EXPECT_EQ(driver.changed_subjects, 8u);
  EXPECT_EQ(driver.unchanged_with, 0u);
  EXPECT_EQ(driver.unchanged, 32u);
  EXPECT_EQ(driver.changed, date(25));
  EXPECT_LT(driver.p_value, 1e-4);
  EXPECT_EQ(driver.metrics, std::vector<std::string>{test::kBandwidth});
  EXPECT_NE(rack.id, driver.id);
  for (const TrendFinding& finding : found.findings) {
    const bool is_in_rack = finding.subject.starts_with("rack2");
    EXPECT_EQ(finding.cause == 0, is_in_rack) << finding.subject;
    EXPECT_TRUE(!finding.is_roll_up || finding.subject == "rack2") << finding.subject;
  }
  const TrendFinding* const rolled_up = about(found, "rack2");
  ASSERT_NE(rolled_up, nullptr);
  EXPECT_EQ(rolled_up->scope, "rack of nodes");
  EXPECT_NEAR(rolled_up->effect, -0.05, 0.005);
}

TEST_F(TrendOverFiles, ASwappedPartAndMissingNightsAreNoChange) {
  const Trend found = look();
  for (const char* place : {"rack1/node6", "rack1/node2", "rack1/node3"})
    EXPECT_EQ(about(found, place), nullptr) << place;
}

TEST_F(TrendOverFiles, ThreeGoodNightsAndItWentAway) {
  const Trend found = look();
  const TrendFinding* const gone = about(found, "rack1/node8");
  ASSERT_NE(gone, nullptr);
  EXPECT_EQ(gone->state, TrendState::went_away);
  EXPECT_EQ(gone->settled, date(24));
}

TEST_F(TrendOverFiles, AnAcceptedLevelIsTheOneThatIsComparedWith) {
  EXPECT_NE(about(look(), "rack1/node7"), nullptr);
  EXPECT_EQ(about(look(accepted("rack1/node7", test::kBandwidth, 14)), "rack1/node7"), nullptr);
  EXPECT_EQ(about(look(accepted("rack1", "*", 14)), "rack1/node7"), nullptr);
  EXPECT_NE(about(look(accepted("rack1", "*", 13)), "rack1/node4"),
            nullptr);  // what came later is still found
  EXPECT_EQ(about(look("[[part_swap]]\nsubject = \"rack1/node7\"\ndate = " + date(14) + "\nwho = \"me\"\n"),
                  "rack1/node7"),
            nullptr);
  const Trend elsewhere = look(accepted("rack1/node70", "*", 14));
  EXPECT_NE(about(elsewhere, "rack1/node7"), nullptr);
  ASSERT_FALSE(elsewhere.notes.empty());
  EXPECT_NE(elsewhere.notes.back().en.find("line 2 is about no series"), std::string::npos)
      << elsewhere.notes.back().en;
}

TEST_F(TrendOverFiles, AcknowledgedFindingsAreListedApartUntilTheirDate) {
  const std::string id = about(look(), "rack1/node4")->id;
  const auto known_until = [&](int night) {
    return look(fmt::format("[[acknowledged]]\nid = \"{}\"\nwho = \"me\"\nticket = \"OPS-1\"\nuntil = {}\n",
                            id, date(night)));
  };
  const Trend known = known_until(29), again = known_until(28);
  EXPECT_EQ(about(known, "rack1/node4")->state, TrendState::acknowledged);
  EXPECT_EQ(about(known, "rack1/node4")->acknowledged, "me, OPS-1, until " + date(29));
  EXPECT_EQ(about(again, "rack1/node4")->state, TrendState::confirmed);
  EXPECT_EQ(about(again, "rack1/node4")->acknowledged, "me, OPS-1, ran out on " + date(28));
  const auto drains = [&](const Trend& trend) {
    return std::ranges::any_of(drain_list(trend, 100).lines,
                               [](const std::string& line) { return line.starts_with("host03 "); });
  };
  EXPECT_FALSE(drains(known));
  EXPECT_TRUE(drains(again));
}

TEST_F(TrendOverFiles, TheDrainListNamesHostsByReasonAndIsCapped) {
  const Trend found = look();
  const DrainList all = drain_list(found, 100);
  EXPECT_EQ(all.nodes, 1u + 8 + 1 + 8);
  EXPECT_EQ(all.left_out, 0u);
  ASSERT_EQ(all.lines.size(), 4u);  // two causes, two nodes on their own
  const DrainList capped = drain_list(found, 3);
  EXPECT_EQ(capped.nodes, 3u);
  EXPECT_EQ(capped.left_out, 15u);
  const std::string reason =
      "rackproof " + found.causes[1].id + ": host/driver 13.0, worse since " + date(25);
  EXPECT_TRUE(std::ranges::any_of(all.lines, [&](const std::string& line) {
    return line.ends_with(" " + reason) && line.find("host18") != std::string::npos &&
           std::ranges::count(line, ',') == 7 + 1;
  }));
}

TEST_F(TrendOverFiles, IsTheSameOnAnyNumberOfThreads) {
  TrendSettings settings;
  settings.all = true;
  settings.threads = 1;
  const Trend one = trend(*history_, {}, settings);
  EXPECT_EQ(one.series_scanned, one.series_watched);
  for (const unsigned threads : {2u, 4u}) {
    settings.threads = threads;
    const Trend many = trend(*history_, {}, settings);
    ASSERT_EQ(one.findings.size(), many.findings.size());
    for (std::size_t i = 0; i < one.findings.size(); ++i) {
      EXPECT_EQ(one.findings[i].id, many.findings[i].id);
      EXPECT_EQ(one.findings[i].statistic, many.findings[i].statistic);
      EXPECT_EQ(one.findings[i].effect_range.lo, many.findings[i].effect_range.lo);
    }
  }
}

TEST_F(TrendOverFiles, TooLittleIsSaid) {
  auto files = test::files_of(folder_->path());
  files.resize(9);
  const Trend few = trend(NightlyHistory(files), {});
  EXPECT_TRUE(few.too_little());
  EXPECT_TRUE(few.findings.empty());
  Trend thin = look();
  thin.coverage = {40, 19};
  EXPECT_TRUE(thin.too_little());
  thin.coverage = {40, 20};
  EXPECT_FALSE(thin.too_little());
}

}  // namespace

}  // namespace rackproof
