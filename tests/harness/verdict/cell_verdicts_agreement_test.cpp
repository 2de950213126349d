// What a file of verdicts over cells says otherwise than the same cells and limits are judged to be.
#include "harness/verdict/cells/cell_verdicts_agreement.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "harness/verdict/cells/case_outcomes.hpp"
#include "harness/verdict/cells/cell_verdicts_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"
#include "tests/harness/verdict/drawn_campaign.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::kTriad;

const std::string kSha(64, 'a');

void write(const Results& results, const Limits& limits, const std::filesystem::path& file) {
  const CellReader cells(results, case_outcomes(results));
  CellVerdictsWriter writer(file, cells, limits);
  writer.finish(judge_cells(cells, limits, 2, [&](const VerdictRow& row) { writer.take(row); }), kSha);
}

/// Of the file with what these results and limits are judged to be, after a change to the judgement.
std::optional<VerdictDifference> difference(
    const std::filesystem::path& file, const Results& results, const Limits& limits,
    const std::function<void(CellJudgement&)>& change = [](CellJudgement&) {}) {
  const CellReader cells(results, case_outcomes(results));
  CellVerdictsAgreement agreement(file, cells, limits);
  CellJudgement now = judge_cells(cells, limits, 2, [&](const VerdictRow& row) { agreement.take(row); });
  change(now);
  return agreement.first_difference(now);
}

class CellVerdictsAgree : public testing::Test {
 protected:
  CellVerdictsAgree() {
    CampaignBuilder campaign(2, 2);
    for (std::uint32_t node = 0; node < 4; ++node)
      campaign.measured(node, node == 0 ? std::vector{0.5e9, 0.5e9} : std::vector{2e9, 2e9});
    campaign.measured(campaign.target(Placement::device, "device", "rack1/node1/dev0", {0}), {2e9, 2e9});
    results_ = campaign.results;
    write(results_, limits_, file_);
  }
  std::string said(const std::function<void(CellJudgement&)>& change) const {
    const auto found = difference(file_, results_, limits_, change);
    return found ? to_string(*found) : "";
  }
  /// After h5py changed the file: h is the file.
  void edit(const std::string& python) const {
    const auto run = run_python("h = h5py.File(f, 'r+')\n" + python + "\nh.close()\nprint('same')", file_);
    ASSERT_EQ(run.status, 0) << run.output;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "verdicts.h5";
  Results results_;
  Limits limits_ = test::floor_of_1_gb();
};

TEST_F(CellVerdictsAgree, TheSameIsTheSame) {
  EXPECT_EQ(said([](CellJudgement&) {}), "");
}

TEST_F(CellVerdictsAgree, AlsoWhateverWentWrong) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto file = folder_ / fmt::format("{}.h5", seed);
    const Results results = test::drawn_campaign(seed);
    const Limits limits = test::drawn_limits(seed);
    write(results, limits, file);
    const auto found = difference(file, results, limits);
    EXPECT_FALSE(found) << "seed " << seed << ": " << to_string(*found);
  }
}

TEST_F(CellVerdictsAgree, ACellThatDiffersIsNamedWithBothVerdicts) {
  edit("h['/verdicts/node/verdict'][1, 2] = 1");
  EXPECT_EQ(said([](CellJudgement&) {}),
            "rack2/node1, limit 0 on " + kTriad + ": verdict fail in the file, verdict pass judged again");
}

TEST_F(CellVerdictsAgree, WhatIsNoCellIsNoVerdict) {
  edit("h['/verdicts/device/verdict'][0, 0] = 5");
  EXPECT_EQ(said([](CellJudgement&) {}), "rack1/node1/dev0, completion of " + kTriad +
                                             ": verdict none in the file, verdict pass judged again");
}

TEST_F(CellVerdictsAgree, EveryFieldOfTheJudgementCounts) {
  struct Change {
    const char* part;
    std::function<void(CellJudgement&)> make;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Change> changes{
      {"roll-up of rack1/node2",
       [](CellJudgement& now) {
         now.subjects[static_cast<std::size_t>(Placement::node)][1] = Verdict::inconclusive;
       }},
      {"campaign campaign", [](CellJudgement& now) { ++now.campaign.passed; }},
      {"rack rack1", [](CellJudgement& now) { now.racks[0].disposition = Disposition::accepted; }},
      {"rack rack2", [](CellJudgement& now) { now.racks.pop_back(); }},
      {"failing cell rack1/node1,", [](CellJudgement& now) { now.failing[0].value += 1; }},
      {"failing cell rack1/node1,", [nan](CellJudgement& now) { now.failing[0].hi = nan; }},
      {"failing cell rack1/node1,", [](CellJudgement& now) { now.failing[0].reason = "because"; }},
      {"failing cell rack1/node1,", [](CellJudgement& now) { now.failing.clear(); }},
      {"finding",
       [](CellJudgement& now) {
         now.findings.push_back({"9", "shared", {}, "by two", ""});
       }},
      {"exit code", [](CellJudgement& now) { now.exit_code = ExitCode::accepted; }},
      {"disposition", [](CellJudgement& now) { now.disposition = Disposition::accepted; }},
      {"campaign \"campaign\"", [](CellJudgement& now) { now.campaign_id = "another"; }}};
  for (const Change& change : changes) {
    const std::string difference = said(change.make);
    EXPECT_NE(difference.find(change.part), std::string::npos) << change.part << ": " << difference;
  }
}

TEST_F(CellVerdictsAgree, RowsThatAreMissingOrOfAnotherLimitAreNamed) {
  Limits two = limits_;
  two.limits.push_back(two.limits.front());
  two.limits.back().bound = LowerLimit{1.5e9};
  const auto more = difference(file_, results_, two);
  ASSERT_TRUE(more);
  EXPECT_EQ(to_string(*more),
            "row 2 of placement node: no row in the file, limit 1 on " + kTriad + " judged again");
  write(results_, two, folder_ / "two.h5");
  const auto fewer = difference(folder_ / "two.h5", results_, limits_);
  ASSERT_TRUE(fewer);
  EXPECT_EQ(to_string(*fewer),
            "row 2 of placement device: limit 1 on " + kTriad + " in the file, no row judged again");
}

TEST_F(CellVerdictsAgree, OtherTargetsAreNamed) {
  Results other = results_;
  other.targets[2].name = "rack2/node7";
  const auto found = difference(file_, other, limits_);
  ASSERT_TRUE(found);
  EXPECT_EQ(to_string(*found),
            "target 2 of placement node: rack2/node1 in the file, rack2/node7 judged again");
}

// A target may be called as what is said of one that is not there.
TEST_F(CellVerdictsAgree, MoreOrFewerTargetsAreNoAgreement) {
  edit(R"(g = h['/verdicts/node']
for name, more in (('name', h['/verdicts/node/name'][:1]), ('roll_up', g['roll_up'][:1])):
    old = g[name]; data = np.concatenate([old[...], more]); kept = dict(old.attrs); dtype = old.dtype
    del g[name]; new = g.create_dataset(name, data=data, dtype=dtype)
    for key, value in kept.items(): new.attrs[key] = value
old = g['verdict']; data = np.concatenate([old[...], old[:, :1]], axis=1); kept = dict(old.attrs); dtype = old.dtype
del g['verdict']
new = g.create_dataset('verdict', data=data, dtype=dtype, chunks=(1, data.shape[1]), compression='gzip', shuffle=True)
for key, value in kept.items(): new.attrs[key] = value)");
  const auto found = difference(file_, results_, limits_);
  ASSERT_TRUE(found);
  EXPECT_EQ(to_string(*found), "targets of placement node: 5 targets in the file, 4 targets judged again");
}

TEST_F(CellVerdictsAgree, WithWhatElseItWasJudgedIsTold) {
  const CellReader cells(results_, case_outcomes(results_));
  CellVerdictsAgreement agreement(file_, cells, limits_);
  CellJudgement now = judge_cells(cells, limits_, 2, [&](const VerdictRow& row) { agreement.take(row); });
  EXPECT_FALSE(agreement.otherwise(now, kSha).any());
  EXPECT_TRUE(agreement.otherwise(now, std::string(64, 'b')).results);
  now.engine_version = "0.0";
  EXPECT_TRUE(agreement.otherwise(now, kSha).engine);
  now.limits_sha256 = "x";
  EXPECT_TRUE(agreement.otherwise(now, kSha).limits);
}

TEST_F(CellVerdictsAgree, WhatIsNoSuchFileIsRefusedInOneLine) {
  edit("del h['/verdicts/node/limit']\nh['/verdicts/node/limit'] = [0]");
  const std::string refusal = error_of([&] { difference(file_, results_, limits_); });
  EXPECT_NE(refusal.find("verdicts.h5"), std::string::npos) << refusal;
  EXPECT_EQ(refusal.find('\n'), std::string::npos) << refusal;
}

}  // namespace
}  // namespace rackproof
