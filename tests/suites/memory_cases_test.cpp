// The memory suite on the fault backend: every case gives its quantities, and no fault leaves a number behind.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "suites/catalogue/catalogue.hpp"
#include "suites/run/placement.hpp"
#include "tests/suites/case_fixture.hpp"

namespace rackproof {
namespace {

/// Rows that the fault backend can run: its capacity is 1 GiB, its cache 1 MiB. Host and device rows of the same
/// name share their code; one of them is enough.
std::vector<std::string> memory_ids() {
  std::vector<std::string> ids;
  std::set<std::string_view> seen;
  for (const CaseRow& row : memory_cases()) {
    if (!seen.insert(row.id.substr(row.id.rfind('/'))).second) continue;
    const bool needs_more = row.id.find("remote") != std::string_view::npos ||
                            row.id.find("latency:l") != std::string_view::npos ||
                            row.id.find("share=0.8") != std::string_view::npos;
    if (!needs_more) ids.emplace_back(row.id);
  }
  return ids;
}

std::string op_of(const std::string& id) {
  const std::string operation = id.substr(id.rfind('/') + 1, id.find(':') - id.rfind('/') - 1);
  return operation == "latency" ? "chase" : operation;
}

class MemoryCases : public CaseFixture {};

TEST_F(MemoryCases, ReportEveryQuantityAndNoOther) {
  for (const std::string& id : memory_ids()) {
    const Outcome outcome = run(id, "");
    ASSERT_EQ(outcome.status, Status::ok) << id << ": " << outcome.reason;
    expect_every_quantity(id);
    EXPECT_GT(end.elements_checked, 0) << id;
  }
}

TEST_F(MemoryCases, AWrongAnswerHasNoNumber) {
  for (const std::string& id : memory_ids()) {
    if (op_of(id) == "march") continue;  // has tests of its own
    for (const std::string fault : {"wrong", "stale,at=3", "flip,at=3", "nan,at=3"}) {
      const Outcome outcome = run(id, "fault=" + fault + ",op=" + op_of(id));
      EXPECT_EQ(outcome.status, Status::wrong) << id << ", " << fault << ": " << outcome.reason;
      EXPECT_TRUE(end.values.empty()) << id << ", " << fault;
    }
  }
}

TEST_F(MemoryCases, ALowBitOfOneElementIsFound) {
  for (const std::string id :
       {"memory/device/update:f64,cold", "memory/device/copy:f64,hot", "memory/device/read:u64,hot",
        "memory/device/read:u64,cold", "memory/device/write:f64,cold", "memory/device/random_update:u64"}) {
    EXPECT_EQ(run(id, "fault=flip,at=4,bit=0,op=" + op_of(id)).status, Status::wrong) << id;
  }
}

TEST_F(MemoryCases, OnePassLeftOutOfManyIsFound) {
  // The passes of one sample; those after the fault are right again.
  for (const std::string id : {"memory/device/copy:f64,hot", "memory/device/triad:f64,hot",
                               "memory/device/read:u64,hot", "memory/device/triad:f64,cold,event"}) {
    const Outcome outcome = run(id, "fault=skip,at=9,op=" + op_of(id));
    EXPECT_EQ(outcome.status, Status::wrong) << id << ": " << outcome.reason;
  }
}

TEST_F(MemoryCases, ABadWordIsNamedWithItsPlaceAndBits) {
  // The third element of the march leaves bit 5 of word 1000 wrong; the fourth finds it.
  const Outcome outcome =
      run("memory/device/march:u64,share=0.1", "fault=flip,at=2,element=1000,bit=5,op=march");
  EXPECT_EQ(outcome.status, Status::wrong);
  EXPECT_NE(outcome.reason.find("1 bad words"), std::string::npos) << outcome.reason;
  EXPECT_NE(outcome.reason.find("offset 0x1f40 differs in 0x0000000000000020"), std::string::npos)
      << outcome.reason;
}

TEST_F(MemoryCases, TheHostReadsTheLastContentItself) {
  // After the last element nobody but the host looks.
  const Outcome outcome =
      run("memory/device/march:u64,share=0.1", "fault=flip,at=9,element=77,bit=63,op=march");
  EXPECT_EQ(outcome.status, Status::wrong);
  EXPECT_NE(outcome.reason.find("read by the host: offset 0x268 differs in 0x8000000000000000"),
            std::string::npos)
      << outcome.reason;
}

TEST_F(MemoryCases, WhatTheMachineLacksIsUnsupported) {
  for (const std::string id :
       {"memory/host/triad:f64,cold,remote", "memory/host/latency:dram,remote", "memory/host/latency:l3"}) {
    const Outcome outcome = run(id, "");
    EXPECT_EQ(outcome.status, Status::unsupported) << id;
    EXPECT_FALSE(outcome.reason.empty()) << id;
  }
}

TEST_F(MemoryCases, RemoteMemoryIsReachedAndChecked) {
  for (const std::string id : {"memory/host/triad:f64,cold,remote", "memory/host/read:u64,cold,remote",
                               "memory/host/latency:dram,remote"}) {
    const Outcome outcome = run(id, "", 2);
    ASSERT_EQ(outcome.status, Status::ok) << id << ": " << outcome.reason;
    expect_every_quantity(id);
    EXPECT_EQ(run(id, "fault=wrong,op=" + op_of(id), 2).status, Status::wrong) << id;
    EXPECT_EQ(run(id, "fault=wrong,device=fault-1,op=" + op_of(id), 2).status, Status::wrong) << id;
  }
}

TEST_F(MemoryCases, MemoryOfAnotherNodeIsNotMeasured) {
  for (const std::string id :
       {"memory/host/triad:f64,cold", "memory/host/copy:f64,hot", "memory/host/latency:dram",
        "memory/host/random_update:u64", "memory/host/march:u64,share=0.1"}) {
    const Outcome outcome = run(id, "fault=misplaced");
    EXPECT_EQ(outcome.status, Status::failed) << id;
    EXPECT_EQ(outcome.phase, Phase::prepare) << id;
    EXPECT_NE(outcome.reason.find("100 % of the pages lie on NUMA node 1, the memory is that of node 0"),
              std::string::npos)
        << id << ": " << outcome.reason;
    EXPECT_TRUE(end.values.empty()) << id;
  }
}

TEST(Placement, OnlyPagesThatAreKnownToLieElsewhereAreMisplaced) {
  const double unknown = std::nan("");
  const auto found = [](std::uint32_t node, double share) {
    return rp_placement{sizeof(rp_placement), node, share, 0};
  };
  EXPECT_FALSE(misplaced(found(1, 1.0), 1));
  EXPECT_FALSE(misplaced(found(1, 0.9), 1));
  EXPECT_FALSE(misplaced(found(0, unknown), 1)) << "the system does not tell";
  EXPECT_FALSE(misplaced(found(1, unknown), 1));
  EXPECT_TRUE(misplaced(found(1, 0.89), 1));
  EXPECT_TRUE(misplaced(found(0, 0.6), 1));
  EXPECT_TRUE(misplaced(found(0, 1.0), 1));
}

TEST_F(MemoryCases, ABandwidthAboveTheRoofIsKeptAndDoubted) {
  ASSERT_EQ(run("memory/device/triad:f64,cold", "fault=none,peak=1e15").status, Status::ok);
  EXPECT_FALSE(end.after.contains("residency_doubt"));
  ASSERT_EQ(run("memory/device/triad:f64,cold", "fault=none,peak=1000").status, Status::ok);
  EXPECT_TRUE(end.values.contains("bandwidth"));
  EXPECT_EQ(end.after.at("residency_doubt"), 1);
}

TEST_F(MemoryCases, WithoutARoofAColdBandwidthThatIsNotBelowTheCacheHasNoNumber) {
  // As fast in the cache as out of it, and far slower than the host in both.
  const Outcome outcome = run("memory/device/triad:f64,cold", "fault=flat,peak=0");
  EXPECT_EQ(outcome.status, Status::skipped);
  EXPECT_NE(outcome.reason.find("not measurably below"), std::string::npos) << outcome.reason;
  EXPECT_TRUE(end.values.empty());
}

TEST_F(MemoryCases, AColdPassThatIsTooShortForItsOverheadGoesOverMoreMemory) {
  // Half of the device's memory is some ten times the working set, so that an eighth of the overheads that are too large for
  // one pass can be made small: the speed of the host decides which factors lead there.
  int enlarged = 0;
  for (int factor = 25; factor < 100'000; factor *= 2) {
    const Outcome outcome =
        run("memory/device/triad:f64,cold", fmt::format("fault=slow,op=nothing,factor={}", factor));
    if (outcome.status != Status::ok) break;
    EXPECT_LE(end.after.at("overhead"), 0.01) << factor;
    if (!(end.after.at("repeats") > 1)) continue;
    ++enlarged;
    EXPECT_GT(end.after.at("operation_overhead_s"), 0) << factor;
  }
  EXPECT_GT(enlarged, 0);
}

TEST_F(MemoryCases, AColdPassWithTooMuchOverheadHasNoNumber) {
  const Outcome outcome = run("memory/device/write:f64,cold", "fault=slow,op=nothing,factor=100000");
  EXPECT_EQ(outcome.status, Status::failed);
  EXPECT_NE(outcome.reason.find("an empty operation"), std::string::npos) << outcome.reason;
  EXPECT_TRUE(end.values.empty());
}

TEST_F(MemoryCases, MemoryThatIsTooSmallForAColdSetIsRefused) {
  const Outcome whole = run("memory/device/march:u64,share=0.8", "fault=oom,above=1048576");
  EXPECT_EQ(whole.status, Status::failed);
  EXPECT_NE(whole.reason.find("out of memory"), std::string::npos) << whole.reason;
  for (const rp_op op : {RP_OP_TRIAD, RP_OP_WRITE}) {
    rp_device_info info{};
    info.cache_bytes = 100 << 20;
    info.memory_bytes = 400 << 20;
    EXPECT_THROW(cold_count(op, info), CaseStopped);
    info.memory_bytes = 500u << 20;
    EXPECT_GE(cold_count(op, info) * 8 * (op == RP_OP_TRIAD ? 3 : 1), 4 * info.cache_bytes);
  }
}

TEST(MemorySets, OfUnknownCachesAreLargeWhenColdAndSmallInTheYardstick) {
  rp_device_info unknown{};
  unknown.memory_bytes = std::uint64_t{64} << 30;
  for (const rp_op op : {RP_OP_COPY, RP_OP_TRIAD}) {
    const std::uint64_t element = op == RP_OP_TRIAD ? 24 : 16;
    EXPECT_GE(cold_count(op, unknown) * element, std::uint64_t{2} << 30);
    EXPECT_LE(resident_count(op, unknown) * element, std::uint64_t{4} << 20);
    EXPECT_LE(hot_count(op, unknown) * element, std::uint64_t{4} << 20);
  }
}

}  // namespace
}  // namespace rackproof
