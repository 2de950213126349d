// From a journal to cells and attempts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/base/digest.hpp"
#include "tests/harness/results/journal_by_hand.hpp"

namespace rackproof {
namespace {

TEST(Finalise, TwoLaunchesMakeOneCell) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.step("s2.0", "n1", 1, 0, Status::ok, 1100);
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(results.ended, Ended::complete);
  EXPECT_EQ(results.provenance.journal_sha256, sha256(journal.text()));
  EXPECT_EQ(results.provenance.plan_sha256, sha256("plan"));
  EXPECT_EQ(results.provenance.started_utc, "1970-01-01T00:00:01.000Z");
  EXPECT_EQ(results.provenance.finished_utc, "1970-01-01T00:00:06.000Z");
  EXPECT_EQ(results.columns[1], (std::vector<std::uint32_t>{0, 1}));
  const CellValue& cell = node_cell(results, 0, 0);
  EXPECT_EQ(cell.value, 1050.F);
  EXPECT_EQ(cell.n, 2);
  EXPECT_EQ(cell.status, Status::ok);
  EXPECT_LT(cell.lo, 1050 - 1.95996 * 0.1 * 1050 / std::sqrt(2.0));
  EXPECT_GT(cell.hi, 1050 + 1.95996 * 0.1 * 1050 / std::sqrt(2.0));
  EXPECT_EQ(node_cell(results, 0, 1).status, Status::skipped);
  EXPECT_TRUE(std::isnan(node_cell(results, 0, 1).value));
  ASSERT_EQ(results.attempts.size(), 2u);
  EXPECT_EQ(results.attempts[1].launch, 1);
  EXPECT_EQ(journal.entries().at(4).record.at("type"), "case_end");
  EXPECT_EQ(results.attempts[0].log_offset, journal.entries().at(4).offset);
  ASSERT_EQ(results.launch_values.size(), 2u);
  EXPECT_EQ(results.launch_values[1].value, 1100);
  ASSERT_EQ(results.samples.size(), 2u);
  EXPECT_EQ(results.samples[1].attempt, 1u);
  EXPECT_EQ(results.samples[1].host_ns, (std::vector<std::int64_t>{10, 11}));
}

TEST(Finalise, ExactAndTextThatDifferBetweenLaunchesAreKept) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.checked_ = 6;
  journal.path_ = "shm";
  journal.step("s2.0", "n1", 1, 0, Status::ok, 1000);
  journal.step("s3.0", "n2", 0, 0, Status::ok, 1000);
  journal.step("s4.0", "n2", 1, 0, Status::ok, 1000);
  journal.close(0);
  const Results results = journal.results();
  ASSERT_EQ(results.exact.size(), 2u);
  EXPECT_EQ(results.exact[0].value, 6);
  EXPECT_TRUE(results.exact[0].differs);
  EXPECT_FALSE(results.exact[1].differs);
  std::vector<std::string> found;
  for (const auto& fact : results.facts) {
    if (fact.key == std::string(kCase) + "#path" && fact.target == 0) {
      found.push_back(fact.found);
      EXPECT_EQ(fact.source, "measured");
    }
  }
  EXPECT_EQ(found, (std::vector<std::string>{"shm", "tcp"}));
}

TEST(Finalise, AWrongAnswerTakesTheNumberOfTheCell) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.step("s2.0", "n1", 1, 0, Status::wrong);
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(node_cell(results, 0, 0).status, Status::wrong);
  EXPECT_TRUE(std::isnan(node_cell(results, 0, 0).value));
  EXPECT_EQ(results.attempts.size(), 2u);
}

TEST(Finalise, OkOnRetryIsOkAndBothAttemptsStay) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::crashed);
  journal.step("s1.1", "n1", 0, 1, Status::ok, 1000);
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(node_cell(results, 0, 0).status, Status::ok);
  EXPECT_EQ(node_cell(results, 0, 0).n, 1);
  ASSERT_EQ(results.attempts.size(), 2u);
  EXPECT_EQ(results.attempts[0].outcome.status, Status::crashed);
  EXPECT_EQ(results.launch_values.size(), 1u);
  EXPECT_EQ(results.launch_values[0].attempt, 1u);
}

TEST(Finalise, AnOpenCaseCrashedWhenTheCampaignEndedAndWasPreemptedWhenNot) {
  for (const int ended : {0, 1, 2}) {
    JournalByHand journal;
    journal.begin("s1.0", "n1", 0, 0);
    journal.add(json(Samples{kCase, 0, {10}, {}}), "s1.0");
    if (ended < 2) journal.close(ended);
    const Results results = journal.results();
    EXPECT_EQ(results.ended, ended == 0 ? Ended::complete : Ended::interrupted);
    ASSERT_EQ(results.attempts.size(), 1u);
    EXPECT_EQ(results.attempts[0].outcome.status, ended == 0 ? Status::crashed : Status::preempted);
    EXPECT_EQ(results.attempts[0].outcome.phase, Phase::measure);
    EXPECT_EQ(node_cell(results, 0, 0).status, results.attempts[0].outcome.status);
    ASSERT_EQ(results.samples.size(), 1u);
  }
}

TEST(Finalise, AResumedCampaignEndsWithItsLastEnd) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.close(1);
  EXPECT_EQ(journal.results().ended, Ended::interrupted);
  journal.begin("s2.0", "n1", 1, 0);
  EXPECT_EQ(journal.results().ended, Ended::interrupted);
  journal.end("s2.0", "n1", 1, 0, Status::ok, 1000);
  journal.close(0);
  EXPECT_EQ(journal.results().ended, Ended::complete);
  EXPECT_EQ(node_cell(journal.results(), 0, 0).n, 2);
}

}  // namespace
}  // namespace rackproof
