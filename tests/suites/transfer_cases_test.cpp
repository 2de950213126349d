// Copies from, to and between devices on the fault backend: every case gives its quantities, and no fault leaves a number.
#include <gtest/gtest.h>

#include <algorithm>

#include "suites/catalogue/catalogue.hpp"
#include "tests/suites/case_fixture.hpp"

namespace rackproof {
namespace {

constexpr const char* kPairs = "interconnect/device/p2p:bytes=1048576";
constexpr const char* kAll = "interconnect/device/all:bytes=1048576,pinned";

std::vector<std::string> transfer_ids() {
  std::vector<std::string> ids;
  for (const CaseRow& row : interconnect_cases()) {
    if (row.id.starts_with("interconnect/device/") && !row.rank_per_device) ids.emplace_back(row.id);
  }
  return ids;
}

class TransferCases : public CaseFixture {
 protected:
  /// On both devices where the case is one of a node.
  Outcome run(const std::string& id, const std::string& options) {
    return CaseFixture::run(id, options, find_case(all_cases(), id)->on_node ? 2 : 1);
  }
};

TEST_F(TransferCases, ReportEveryQuantityAndNoOther) {
  ASSERT_GT(transfer_ids().size(), 10u);
  for (const std::string& id : transfer_ids()) {
    const Outcome outcome = run(id, "");
    ASSERT_EQ(outcome.status, Status::ok) << id << ": " << outcome.reason;
    expect_every_quantity(id);
    EXPECT_GT(end.elements_checked, 0) << id;
  }
}

TEST_F(TransferCases, AWrongCopyHasNoNumber) {
  for (const std::string& id : transfer_ids()) {
    if (id.find("67108864") != std::string::npos) continue;  // the same code, longer
    const std::string operation = id.substr(20, id.find(':') - 20);
    for (const std::string op : {"h2d", "d2h", "d2d"}) {
      const bool copies_so = operation == "p2p"                          ? op == "d2d"
                             : operation == "both" || operation == "all" ? op != "d2d"
                                                                         : op == operation;
      for (const std::string fault :
           {"wrong", "nan,at=3", "stale,at=3", "skip,at=3", "flip,at=3,bit=0,element=0"}) {
        const Outcome outcome = run(id, "fault=" + fault + ",op=" + op);
        EXPECT_EQ(outcome.status, copies_so ? Status::wrong : Status::ok)
            << id << ", " << fault << ' ' << op << ": " << outcome.reason;
        EXPECT_EQ(end.values.empty(), copies_so) << id << ", " << fault;
        if (!copies_so) break;
      }
    }
  }
}

constexpr const char* kHeldWrites = "interconnect/device/h2d:bytes=67108864,pinned,event";
constexpr const char* kHeldReads = "interconnect/device/d2h:bytes=67108864,pinned,event";

/// A copy that did not wait could have been done before the host's clock begins.
TEST_F(TransferCases, AWrongOrEarlyCopyOfAHeldStreamHasNoNumber) {
  for (const auto& [id, fault] : {std::pair{kHeldWrites, "fault=eager"},
                                  {kHeldReads, "fault=eager"},
                                  {kHeldWrites, "fault=flip,at=0,every=1,bit=0,op=h2d"}}) {
    const Outcome outcome = run(id, fault);
    EXPECT_EQ(outcome.status, Status::wrong) << id << ", " << fault << ": " << outcome.reason;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "word ", outcome.reason);
    EXPECT_TRUE(end.values.empty());
  }
}

TEST_F(TransferCases, TheClockOfADeviceIsHeldAgainstTheHosts) {
  // On a quiet host the lie is flagged; on a busy one it cannot be told. It is never believed.
  const Outcome lying = run(kHeldWrites, "fault=lying_clock,factor=4");
  if (lying.status == Status::ok) {
    EXPECT_TRUE(end.clocks_disagree);
  } else {
    EXPECT_EQ(lying.status, Status::skipped) << lying.reason;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "quiet host", lying.reason);
  }
  const Outcome slow = run(kHeldWrites, "fault=slow_clock,factor=3");
  EXPECT_EQ(slow.status, Status::wrong);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "clocks disagree", slow.reason);
  EXPECT_EQ(run(kHeldWrites, "fault=no_event").status, Status::unsupported);
}

TEST_F(TransferCases, AWrongWordIsNamedWithItsPlace) {
  const Outcome outcome = run(kPairs, "fault=flip,at=0,bit=5,element=1000,op=d2d,device=fault-1");
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "word 1000 of copy 0, fault-1 to fault-0: 0x", outcome.reason);
}

TEST_F(TransferCases, TheSlowestPairIsNamed) {
  ASSERT_EQ(run(kPairs, "fault=slow,factor=50,op=d2d,device=fault-1").status, Status::ok);
  EXPECT_EQ(end.text["slowest_pair"], "fault-1 to fault-0");
  EXPECT_LT(end.values["slowest_pair_bandwidth"].value, 0.8 * end.values["bandwidth"].value);
  EXPECT_EQ(end.text["matrix"].front(), '-');
  EXPECT_EQ(std::ranges::count(end.text["matrix"], ';'), 2);
}

TEST_F(TransferCases, OneDeviceHasNoPairs) {
  const Outcome outcome = CaseFixture::run(kPairs, "", 1);
  EXPECT_EQ(outcome.status, Status::unsupported);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "needs two devices", outcome.reason);
}

TEST_F(TransferCases, AllDevicesCopyAtOnceAndAllAreChecked) {
  for (const std::string device : {"fault-0", "fault-1"})
    EXPECT_EQ(run(kAll, "fault=flip,at=2,bit=0,device=" + device).status, Status::wrong) << device;
}

TEST_F(TransferCases, WithoutMemoryThereIsNoNumber) {
  const Outcome outcome = run(kAll, "fault=oom,above=1000000");
  EXPECT_EQ(outcome.status, Status::failed);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "out of memory", outcome.reason);
}

}  // namespace
}  // namespace rackproof
