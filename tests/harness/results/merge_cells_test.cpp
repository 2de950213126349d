// The cells of several campaigns in one file: judged as their merge is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/record/durable_file.hpp"
#include "harness/results/merge_cells.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/cells/cell_verdicts_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/small_parts.hpp"

namespace rackproof {

namespace {

using test::CampaignBuilder;
using test::floor_of_1_gb;
using test::limit_on;
using test::limits_of;
using test::rack_campaign;

std::unique_ptr<CellReader> cells_of(const CampaignBuilder& campaign) {
  return std::make_unique<CellReader>(campaign.results, case_outcomes(campaign.results));
}

std::vector<std::unique_ptr<CellReader>> cells_of(const CampaignBuilder& a, const CampaignBuilder& b) {
  std::vector<std::unique_ptr<CellReader>> readers;
  readers.push_back(cells_of(a));
  readers.push_back(cells_of(b));
  return readers;
}

struct TwoRacks {
  TwoRacks() {
    b.results.cells[1][0].value = b.results.cells[1][0].lo = b.results.cells[1][0].hi = 0.5e9F;
    for (LaunchValue& value : b.results.launch_values) value.value = value.lo = value.hi = 0.5e9;
    for (CampaignBuilder* campaign : {&a, &b}) {
      campaign->results.exact = {{1, 0, 8, false}, {1, 1, campaign == &a ? 8 : 7, false}};
      campaign->results.facts = {{0, test::kTriad + "#transport", "", "tcp", ""},
                                 {1, test::kTriad + "#transport", "", campaign == &a ? "tcp" : "shm", ""},
                                 {0, "identity/kernel", "", campaign == &a ? "6.1" : "6.2", ""}};
      campaign->results.targets[0].labels = {{"hall", campaign == &a ? "east" : "west"}};
    }
  }
  CampaignBuilder a = rack_campaign("r1", "a");
  CampaignBuilder b = rack_campaign("r2", "b", "2026-11-24T08:00:00.000Z");
  Limits limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}), limit_on("threads", ExactNumber{8}),
                             limit_on("transport", ExactTexts{{"tcp"}})});
};

TEST(MergeCells, IsJudgedAsTheMergeOfItsCampaigns) {
  const TwoRacks two;
  const TemporaryFolder folder;
  merge_cells(cells_of(two.a, two.b), folder / "cells.h5");
  const CellReader cells(folder / "cells.h5");
  const Verdicts expected = judge(test::merged(two.a, two.b), two.limits);
  const CellJudgement found = judge_cells(cells, two.limits);
  EXPECT_EQ(found.exit_code, ExitCode::rejected);
  EXPECT_EQ(found.exit_code, expected.exit_code);
  EXPECT_EQ(found.campaign.passed, expected.roll_ups.front().passed);
  EXPECT_EQ(found.campaign.failed, expected.roll_ups.front().failed);
  EXPECT_EQ(found.failing_total, 3u);  // one node's bandwidth, the other's count and transport
  ASSERT_EQ(found.racks.size(), 2u);
  EXPECT_EQ(found.racks[0].disposition, Disposition::accepted);
  EXPECT_EQ(found.racks[1].disposition, Disposition::rejected);
  EXPECT_EQ(cells.labels(), std::vector<std::string>{"hall"});
  EXPECT_EQ(cells.text(cells.label(Placement::node, "hall")[2]), "west");
  EXPECT_EQ(cells.text(cells.fact(Placement::node, "identity/kernel")[0]), "6.1");
  EXPECT_EQ(cells.parts().size(), 2u);
}

TEST(MergeCells, NeitherOrderNorThreadsChangeAByte) {
  const TwoRacks two;
  const TemporaryFolder folder;
  merge_cells(cells_of(two.a, two.b), folder / "1.h5", 1);
  merge_cells(cells_of(two.b, two.a), folder / "2.h5", 4);
  EXPECT_EQ(read_file(folder / "1.h5"), read_file(folder / "2.h5"));
}

TEST(MergeCells, AMergeOfMergesIsTheSame) {
  const TwoRacks two;
  const TemporaryFolder folder;
  for (const auto& [campaign, name] : {std::pair{&two.a, "a.h5"}, std::pair{&two.b, "b.h5"}}) {
    std::vector<std::unique_ptr<CellReader>> alone;
    alone.push_back(cells_of(*campaign));
    merge_cells(std::move(alone), folder / name);
  }
  std::vector<std::unique_ptr<CellReader>> both;
  both.push_back(std::make_unique<CellReader>(folder / "a.h5"));
  both.push_back(std::make_unique<CellReader>(folder / "b.h5"));
  merge_cells(std::move(both), folder / "ab.h5");
  merge_cells(cells_of(two.a, two.b), folder / "direct.h5");
  EXPECT_EQ(read_file(folder / "ab.h5"), read_file(folder / "direct.h5"));
}

TEST(MergeCells, RefusesWhatDoesNotBelongTogether) {
  const TemporaryFolder folder;
  const auto refusal = [&](const CampaignBuilder& a, const CampaignBuilder& b) {
    return error_of([&] { merge_cells(cells_of(a, b), folder / "cells.h5"); });
  };
  TwoRacks same;
  EXPECT_NE(refusal(same.a, same.a).find("hold the same campaign, a"), std::string::npos);
  same.b = rack_campaign("r1", "b");
  EXPECT_NE(refusal(same.a, same.b).find("r1/node1 was measured in"), std::string::npos);
  TwoRacks other;
  other.b.results.series[0].formula = "another";
  EXPECT_NE(refusal(other.a, other.b).find("the formula differs; judge them apart"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "cells.h5"));
}

TEST(CellVerdictsFile, StandardToolsReadIt) {
  const TwoRacks two;
  const TemporaryFolder folder;
  merge_cells(cells_of(two.a, two.b), folder / "cells.h5");
  const CellReader cells(folder / "cells.h5");
  std::string first;
  for (const unsigned threads : {1u, 2u, 4u}) {
    const auto file = folder / fmt::format("verdicts{}.h5", threads);
    CellVerdictsWriter writer(file, cells, two.limits);
    const CellJudgement judgement =
        judge_cells(cells, two.limits, threads, [&](const VerdictRow& row) { writer.take(row); });
    writer.finish(judgement, std::string(64, 'a'));
    if (first.empty()) first = read_file(file);
    EXPECT_EQ(read_file(file), first) << threads << " threads";
  }
  const auto python = run_python(R"(
h = h5py.File(f)
v = h['/verdicts/node/verdict']
names = h5py.check_enum_dtype(v.dtype)
assert v.shape == (4, 4) and names['fail'] == 1 and names['none'] == 5
limit = list(h['/verdicts/node/limit'][...])
assert limit == [-1, 0, 1, 2], limit
assert (v[1] == names['fail']).sum() == 1 and (v[0] == names['pass']).all(), v[...]
assert h.attrs['failing_total'] == b'3' and len(h['/failing/value']) == 3
assert h['/racks/failed'][...].tolist() == [3, 0, 3]
print('same'))",
                                 folder / "verdicts1.h5");
  EXPECT_EQ(python.status, 0) << python.output;
}

}  // namespace

}  // namespace rackproof
