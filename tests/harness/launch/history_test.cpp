#include "harness/launch/history.hpp"

#include <gtest/gtest.h>

namespace rackproof {
namespace {

const std::string kTarget = "rack1/node1";
const std::string kCase = "memory/host/copy:f64";

CaseEnd end(Status status, int launch, int attempt) {
  CaseEnd end;
  end.case_id = kCase;
  end.target = kTarget;
  end.launch = launch;
  end.attempt = attempt;
  end.outcome.status = status;
  return end;
}

TEST(History, NothingIsFinishedAtFirst) {
  const History history;
  EXPECT_FALSE(history.finished(kTarget, kCase, 0, 2));
  EXPECT_EQ(history.next_attempt(kTarget, kCase, 0), 0);
  EXPECT_FALSE(history.given_up(kTarget, kCase));
}

TEST(History, AnAnswerIsFinal) {
  for (const Status status : {Status::ok, Status::wrong, Status::unsupported}) {
    History history;
    history.add(end(status, 0, 0));
    EXPECT_TRUE(history.finished(kTarget, kCase, 0, 2)) << to_string(status);
    EXPECT_FALSE(history.finished(kTarget, kCase, 1, 2)) << to_string(status);
    EXPECT_FALSE(history.finished("rack1/node2", kCase, 0, 2)) << to_string(status);
  }
}

TEST(History, MachineryIsFinalWhenNoAttemptIsLeft) {
  for (const Status status : {Status::failed, Status::crashed, Status::timeout}) {
    History history;
    history.add(end(status, 0, 0));
    history.add(end(status, 0, 1));
    EXPECT_FALSE(history.finished(kTarget, kCase, 0, 2)) << to_string(status);
    EXPECT_TRUE(history.finished(kTarget, kCase, 0, 1)) << to_string(status);
    EXPECT_EQ(history.next_attempt(kTarget, kCase, 0), 2);
    EXPECT_EQ(history.next_attempt(kTarget, kCase, 1), 0);
  }
}

TEST(History, PreemptedAndSkippedAreMadeUpForAndCostNoRetry) {
  History history;
  history.add(end(Status::preempted, 0, 0));
  history.add(end(Status::skipped, 0, 1));
  EXPECT_FALSE(history.finished(kTarget, kCase, 0, 0));
  EXPECT_EQ(history.next_attempt(kTarget, kCase, 0), 2);
}

TEST(History, GivesUpAfterThreeUnlessOneWasOk) {
  History history;
  history.add(end(Status::crashed, 0, 0));
  history.add(end(Status::timeout, 0, 1));
  EXPECT_FALSE(history.given_up(kTarget, kCase));
  history.add(end(Status::failed, 1, 0));
  EXPECT_TRUE(history.given_up(kTarget, kCase));
  history.add(end(Status::ok, 2, 0));
  EXPECT_FALSE(history.given_up(kTarget, kCase));
}

TEST(History, ForgivesWhatWentWrongBeforeAWorkerAnsweredAndNothingElse) {
  History history;
  CaseEnd unanswered = end(Status::failed, 0, 0);
  unanswered.outcome.phase = Phase::launch;
  history.add(unanswered);
  unanswered.attempt = 1;
  history.add(unanswered);
  CaseEnd crashed = end(Status::crashed, 0, 2);
  crashed.outcome.phase = Phase::measure;
  history.add(crashed);
  EXPECT_TRUE(history.finished(kTarget, kCase, 0, 2));
  EXPECT_TRUE(history.given_up(kTarget, kCase));
  history.forgive_launches();
  EXPECT_FALSE(history.given_up(kTarget, kCase));
  EXPECT_FALSE(history.finished(kTarget, kCase, 0, 1));
  EXPECT_TRUE(history.finished(kTarget, kCase, 0, 0)) << "the crash stands";
  EXPECT_EQ(history.next_attempt(kTarget, kCase, 0), 3) << "attempts keep their numbers";
}

TEST(History, ReadsAJournal) {
  JournalContent journal;
  journal.entries.push_back({0, {{"type", "step_begin"}}});
  journal.entries.push_back({1, end(Status::ok, 0, 0)});
  History history;
  history.add(journal);
  EXPECT_TRUE(history.finished(kTarget, kCase, 0, 0));
}

}  // namespace
}  // namespace rackproof
