#include "harness/record/step_ledger.hpp"

#include <gtest/gtest.h>

namespace rackproof {

namespace {

using nlohmann::json;

json in_step(json record) {
  record["step"] = "s1.0";
  return record;
}
json hello() { return in_step(Hello{}); }
json begin(const std::string& id) { return in_step(CaseBegin{id, "t", 0, 0, 1}); }
json end(const std::string& id, Status status = Status::ok) {
  CaseEnd record;
  record.case_id = id;
  record.target = "t";
  record.outcome.status = status;
  return in_step(record);
}

class StepLedgerTest : public testing::Test {
 protected:
  StepLedgerTest() : ledger_(BundleStep{"s1.0", "t", 0, 0, {"a", "b"}, "cpu", "", "", -1, {}, 0, {}}) {}
  StepLedger ledger_;
};

TEST_F(StepLedgerTest, AWholeStepEndsWithAMatchingEndRecord) {
  for (const json& record : {hello(), begin("a"), end("a"), begin("b"), end("b", Status::wrong)}) {
    EXPECT_TRUE(ledger_.see(record)) << record;
  }
  EXPECT_TRUE(ledger_.left().empty());
  EXPECT_FALSE(ledger_.ended());
  EXPECT_TRUE(ledger_.see(in_step(ledger_.end())));
  EXPECT_TRUE(ledger_.ended());
}

TEST_F(StepLedgerTest, AnEndRecordThatDoesNotMatchIsNotBelieved) {
  for (const json& record : {hello(), begin("a"), end("a")}) ledger_.see(record);
  EXPECT_FALSE(ledger_.see(in_step(ledger_.end()))) << "b is missing";
  for (const json& record : {begin("b"), end("b")}) ledger_.see(record);
  json lie = in_step(ledger_.end());
  lie["digest"] = std::string(64, '0');
  EXPECT_FALSE(ledger_.see(lie));
  lie = in_step(ledger_.end());
  lie["count"] = 3;
  EXPECT_FALSE(ledger_.see(lie));
  EXPECT_FALSE(ledger_.ended());
}

TEST_F(StepLedgerTest, WhatWasNotAskedForIsRefused) {
  EXPECT_FALSE(ledger_.see(begin("a"))) << "before hello";
  ledger_.see(hello());
  EXPECT_FALSE(ledger_.see(begin("c")));
  EXPECT_FALSE(ledger_.see(end("a"))) << "ok without a begin";
  json other = begin("a");
  other["step"] = "s2.0";
  EXPECT_FALSE(ledger_.see(other));
  ledger_.see(begin("a"));
  EXPECT_FALSE(ledger_.see(begin("b"))) << "a is open";
  EXPECT_FALSE(ledger_.see(end("b"))) << "a is open";
  ledger_.see(end("a"));
  EXPECT_FALSE(ledger_.see(end("a"))) << "twice";
  EXPECT_FALSE(ledger_.see({{"type", "case_end"}, {"step", "s1.0"}})) << "fields missing";
  EXPECT_FALSE(ledger_.see({{"type", "nonsense"}, {"step", "s1.0"}}));
}

TEST_F(StepLedgerTest, TheOpenCaseIsClosedOnBehalfAndTheRestIsLeft) {
  ledger_.see(hello());
  ledger_.see(begin("a"));
  const CaseEnd crashed = ledger_.on_behalf({Status::crashed, Phase::measure, "signal 11"});
  EXPECT_EQ(crashed.case_id, "a");
  EXPECT_EQ(crashed.begin_utc_ns, 1);
  EXPECT_TRUE(ledger_.see(in_step(crashed)));
  EXPECT_EQ(ledger_.left(), std::vector<std::string>{"b"});
  EXPECT_EQ(ledger_.on_behalf({}).case_id, "b");
}

}  // namespace

}  // namespace rackproof
