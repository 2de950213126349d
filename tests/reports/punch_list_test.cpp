#include "reports/punch_list.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::accepted_campaign;
using test::rejected_campaign;

TEST(PunchList, IsEmptyWhenAllPass) {
  const auto c = accepted_campaign();
  const auto list = punch_list(c.results, c.limits, c.verdicts);
  EXPECT_TRUE(list.entries.empty());
  EXPECT_EQ(list.failing + list.undecided, 0U);
}

TEST(PunchList, NamesEverythingAboutAFailure) {
  const auto c = rejected_campaign();
  const auto list = punch_list(c.results, c.limits, c.verdicts);
  EXPECT_EQ(list.failing, 1U);
  EXPECT_EQ(list.undecided, 3U);
  const auto& entry = list.entries.at(0);
  EXPECT_EQ(entry.place.rack, "rack2");
  EXPECT_EQ(entry.place.part, "node2");
  EXPECT_EQ(entry.place.hosts, "test-host");
  EXPECT_EQ(entry.metric, "memory/host/triad:f64,cold#bandwidth");
  EXPECT_EQ(entry.value, "7.2 GB/s");
  EXPECT_EQ(entry.interval, "[7.056, 7.344] GB/s");
  EXPECT_EQ(entry.margin, "20 % below the limit");
  EXPECT_EQ(entry.launches, 2);
  EXPECT_NE(entry.limit.en.find("9 GB/s"), std::string::npos) << entry.limit.en;
  EXPECT_EQ(entry.provenance, "clause 4.10: datasheet × 0.8");
  EXPECT_EQ(entry.rerun, "rackproof-worker case 'memory/host/triad:f64,cold'");
  EXPECT_EQ(list.entries.at(1).verdict, Verdict::inconclusive);
  EXPECT_EQ(list.entries.at(2).verdict, Verdict::not_judged);
  EXPECT_EQ(list.entries.at(2).value, "not measured");
  EXPECT_EQ(list.entries.at(2).interval, "");
}

TEST(PunchList, WidestMissComesFirstAndFailsWithoutANumberBeforeIt) {
  auto c = rejected_campaign();
  c.make_fail("rack1/node1", test::kHostTriad, "bandwidth", 3e9);
  auto& wrong = c.cell("rack2/node1", test::kHostTriad, "bandwidth");
  wrong.verdict = Verdict::fail;
  wrong.failure = "correctness";
  wrong.value = wrong.lo = wrong.hi = std::nan("");
  const auto list = punch_list(c.results, c.limits, c.verdicts);
  EXPECT_EQ(list.entries.at(0).target, "rack2/node1");
  EXPECT_EQ(list.entries.at(0).value, "not measured");
  EXPECT_EQ(list.entries.at(1).target, "rack1/node1");
  EXPECT_EQ(list.entries.at(2).target, "rack2/node2");
}

TEST(PunchList, MarginsSayTheSide) {
  auto c = accepted_campaign();
  c.make_fail("rack2/node2", test::kHostTriad, "bandwidth", 12e9);
  const auto margin = [&c](Bound bound) {
    c.limits.limits[0].bound = std::move(bound);
    return punch_list(c.results, c.limits, c.verdicts).entries.at(0).margin;
  };
  EXPECT_EQ(margin(UpperLimit{10e9}), "20 % above the limit");
  EXPECT_EQ(margin(BandLimit{9e9, 10e9}), "20 % above the limit");
  EXPECT_EQ(margin(BandLimit{16e9, 17e9}), "25 % below the limit");
  EXPECT_EQ(margin(ExactNumber{4}), "");
}

TEST(PunchList, CountsKeepEveryDigitAndHaveNoInterval) {
  auto c = accepted_campaign();
  c.make_fail("rack2/node2", test::kHostTriad, "bandwidth", 549755813888.0);
  auto& cell = c.cell("rack2/node2", test::kHostTriad, "bandwidth");
  cell.found = "549755813888";
  cell.lo = cell.hi = cell.value;
  c.limits.limits[0].bound = ExactNumber{549755813889};
  c.limits.limits[0].dimension = kByte;
  const auto list = punch_list(c.results, c.limits, c.verdicts);
  EXPECT_EQ(list.entries.at(0).value, "549755813888 B");
  EXPECT_EQ(list.entries.at(0).interval, "");
}

TEST(PunchList, IsCappedAndSaysHowManyAreLeftOut) {
  auto c = rejected_campaign();
  const VerdictCell cell = c.cell("rack2/node2", test::kHostTriad, "bandwidth");
  for (int i = 0; i < 600; ++i) c.verdicts.cells.push_back(cell);
  const auto list = punch_list(c.results, c.limits, c.verdicts);
  EXPECT_EQ(list.entries.size(), kLongestPunchList);
  EXPECT_EQ(list.left_out(), 601U + 3U - kLongestPunchList);
}

TEST(PunchList, ScoresAreNotGates) {
  auto c = rejected_campaign();
  c.cell("rack2/node2", test::kHostTriad, "bandwidth").severity = Severity::score;
  EXPECT_EQ(punch_list(c.results, c.limits, c.verdicts).failing, 0U);
}

TEST(RerunLine, FitsThePlacement) {
  auto c = accepted_campaign();
  const auto line = [&c](const std::string& name, const char* case_id) {
    return rerun_line(c.results, c.target(name), case_id);
  };
  EXPECT_EQ(line("rack2/node1/dev0", test::kGemm),
            "rackproof-worker case 'compute/device/gemm:f64,burst' --backend 'fault'");
  auto& labels = c.results.targets[c.target("rack2/node1/dev0")].labels;
  labels["backend_position"] = "1";
  labels["backend_options"] = "fault=slow,factor=100; it's";
  EXPECT_EQ(line("rack2/node1/dev0", test::kGemm),
            "rackproof-worker case 'compute/device/gemm:f64,burst' --backend 'fault' --position '1' "
            "--options 'fault=slow,factor=100; it'\\''s'");
  EXPECT_EQ(line("rack1/node1+rack1/node2", test::kPingPong),
            "mpirun -n 2 --host 'rack1node1.example,rack1node2.example' rackproof-worker case "
            "'interconnect/host/pingpong:bytes=8'");
  c.results.targets[c.target("rack1/node2")].is_virtual = true;
  EXPECT_EQ(line("rack1", test::kAllreduce),
            "mpirun -n 2 rackproof-worker case 'interconnect/host/allreduce:bytes=1048576'");
  c.results.targets[c.target("rack2/node1/dev0")].labels["backend"] = "cuda";
  EXPECT_NE(line("rack2/node1/dev0", test::kGemm).find("--backend 'cuda'"), std::string::npos);
  EXPECT_EQ(line("rack1/node1", "a'; reboot; '"), "rackproof-worker case 'a'\\''; reboot; '\\'''");
}

}  // namespace
}  // namespace rackproof
