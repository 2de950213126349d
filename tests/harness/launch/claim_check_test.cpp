#include "harness/launch/claim_check.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

BundleStep step() {
  BundleStep step;
  step.step = "s000001.0";
  step.target = "rack1/node1/dev0";
  step.launch = 1;
  step.attempt = 2;
  step.cases = {kCopy};
  return step;
}

nlohmann::json in_step(nlohmann::json record) {
  record["step"] = step().step;
  return record;
}

StepLedger ledger(bool greeted, bool open) {
  StepLedger ledger(step());
  if (greeted) ledger.see(in_step(Hello{}));
  if (open) ledger.see(in_step(CaseBegin{kCopy, step().target, 1, 2, 0}));
  EXPECT_EQ(ledger.open().has_value(), open);
  return ledger;
}

bool may_end(const StepLedger& ledger, const std::function<void(CaseEnd&)>& change) {
  CaseEnd end;
  end.case_id = kCopy;
  end.target = step().target;
  end.launch = 1;
  end.attempt = 2;
  end.outcome = {Status::ok, Phase::finish, ""};
  end.values["bandwidth"] = {2, 1, 3, 5};
  change(end);
  return may_claim(in_step(end), ledger, fake_catalogue());
}

TEST(ClaimCheck, AnOkWithoutAQuantityOfTheCaseIsNotTaken) {
  EXPECT_FALSE(may_end(ledger(true, true), [](CaseEnd& end) { end.values.clear(); }));
}

constexpr QuantityRow kStock[]{{"cores", QuantityKind::exact, "1", Direction::neither, "count"},
                               {"model", QuantityKind::text, "1", Direction::neither, "told"}};

/// Of a case of the inventory, or of one whose quantities may not be lacking.
bool may_take_stock(const std::function<void(CaseEnd&)>& change, bool may_be_unavailable = true) {
  const CaseRow row{.id = kCopy,
                    .title = "t",
                    .definition = "d",
                    .check = "c",
                    .clock = "host",
                    .on_device = true,
                    .may_be_unavailable = may_be_unavailable,
                    .quantities = kStock};
  CaseEnd end;
  end.case_id = kCopy;
  end.target = step().target;
  end.launch = 1;
  end.attempt = 2;
  end.outcome = {Status::ok, Phase::finish, ""};
  end.exact["cores"] = 8;
  end.text["model"] = "m";
  change(end);
  return may_claim(in_step(end), ledger(true, true), {&row, 1});
}

TEST(ClaimCheck, AQuantityMayBeLackingWhereTheWorkerSaysWhy) {
  EXPECT_TRUE(may_take_stock([](CaseEnd&) {}));
  const auto lacks = [](CaseEnd& end) {
    end.exact.erase("cores");
    end.unavailable["cores"] = "no such file";
  };
  EXPECT_TRUE(may_take_stock(lacks));
  EXPECT_FALSE(may_take_stock(lacks, false));
  EXPECT_FALSE(may_take_stock([](CaseEnd& end) { end.exact.erase("cores"); }));
  EXPECT_FALSE(may_take_stock([](CaseEnd& end) { end.unavailable["cores"] = "found and not found"; }));
  EXPECT_FALSE(may_take_stock([](CaseEnd& end) { end.unavailable["nonsense"] = "no such quantity"; }));
  EXPECT_FALSE(may_take_stock([](CaseEnd& end) {
    end.text.erase("model");
    end.unavailable["model"] = "";
  }));
  EXPECT_FALSE(may_end(ledger(true, true), [](CaseEnd& end) {
    end.values.clear();
    end.unavailable["bandwidth"] = "not measured";
  }));
}

TEST(ClaimCheck, TakesWhatWasAskedFor) {
  EXPECT_TRUE(may_end(ledger(true, true), [](CaseEnd&) {}));
  EXPECT_TRUE(
      may_claim(in_step(CaseBegin{kCopy, step().target, 1, 2, 0}), ledger(true, false), fake_catalogue()));
}

TEST(ClaimCheck, RefusesAnotherPlaceLaunchOrAttempt) {
  EXPECT_FALSE(may_end(ledger(true, true), [](CaseEnd& end) { end.launch = 0; }));
  EXPECT_FALSE(may_end(ledger(true, true), [](CaseEnd& end) { end.attempt = 0; }));
  EXPECT_FALSE(may_end(ledger(true, true), [](CaseEnd& end) { end.target = "rack1/node2/dev0"; }));
  EXPECT_FALSE(
      may_claim(in_step(CaseBegin{kCopy, step().target, 0, 2, 0}), ledger(true, false), fake_catalogue()));
}

TEST(ClaimCheck, AnAnswerNeedsACaseThatBegan) {
  for (const Status status : {Status::ok, Status::wrong}) {
    EXPECT_FALSE(may_end(ledger(true, false), [=](CaseEnd& end) { end.outcome.status = status; }))
        << to_string(status);
    EXPECT_TRUE(may_end(ledger(true, true), [=](CaseEnd& end) { end.outcome.status = status; }))
        << to_string(status);
  }
  EXPECT_TRUE(may_end(ledger(true, false), [](CaseEnd& end) { end.outcome.status = Status::failed; }));
}

TEST(ClaimCheck, BeforeHelloOnlyWhatWasNotRun) {
  for (int i = 0; i < kStatusCount; ++i) {
    const auto status = static_cast<Status>(i);
    const bool expected = is_machinery(status) || status == Status::skipped || status == Status::preempted;
    EXPECT_EQ(may_end(ledger(false, false), [=](CaseEnd& end) { end.outcome.status = status; }), expected)
        << to_string(status);
  }
}

TEST(ClaimCheck, OkNeedsNumbersOfTheCatalogue) {
  const StepLedger open = ledger(true, true);
  EXPECT_FALSE(may_end(open, [](CaseEnd& end) { end.values["latency"] = {1, 1, 1, 1}; }));
  EXPECT_FALSE(may_end(open, [](CaseEnd& end) { end.exact["bandwidth"] = 1; }));
  EXPECT_FALSE(may_end(open, [](CaseEnd& end) { end.text["transport"] = "tcp"; }));
  EXPECT_FALSE(may_end(open, [](CaseEnd& end) { end.values["bandwidth"].value = std::nan(""); }));
  EXPECT_FALSE(may_end(open, [](CaseEnd& end) { end.values["bandwidth"].lo = std::nan(""); }));
  EXPECT_FALSE(may_end(open, [](CaseEnd& end) { end.values["bandwidth"].lo = 2.5; }));
  EXPECT_FALSE(may_end(open, [](CaseEnd& end) { end.values["bandwidth"].n = 0; }));
}

TEST(ClaimCheck, RefusesRecordsWithMissingFields) {
  auto record = in_step(CaseBegin{kCopy, step().target, 1, 2, 0});
  record.erase("attempt");
  EXPECT_FALSE(may_claim(record, ledger(true, false), fake_catalogue()));
  EXPECT_FALSE(may_claim({{"type", "case_end"}}, ledger(true, true), fake_catalogue()));
}

TEST(ClaimCheck, ReadsTheTypeOfAnything) {
  EXPECT_EQ(record_type({{"type", "hello"}}), "hello");
  EXPECT_EQ(record_type({{"type", 5}}), "");
  EXPECT_EQ(record_type(nlohmann::json::object()), "");
}

}  // namespace
}  // namespace rackproof
