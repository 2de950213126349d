// What a verdicts file says otherwise than the same results and limits are judged to be.
#include "harness/verdict/verdict_agreement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"
#include "tests/harness/verdict/drawn_campaign.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::kTriad;

class VerdictAgreement : public testing::Test {
 protected:
  VerdictAgreement() {
    CampaignBuilder campaign(1, 2);
    campaign.measured(0, {2e9, 2e9});
    campaign.measured(1, {0.5e9, 0.5e9});
    results_ = campaign.results;
    results_.notices.push_back({"shared", {"rack1/node1"}, "by two"});
    now_ = judge(results_, limits_);
    stored_ = {now_, {}, applied_limits(limits_)};
    for (const TargetRow& target : results_.targets) stored_.targets.push_back(target.name);
  }

  std::optional<VerdictDifference> difference() const {
    return first_difference(stored_, now_, results_, limits_);
  }
  VerdictCell& cell(std::uint32_t target, const std::string& quantity) {
    for (VerdictCell& one : stored_.verdicts.cells) {
      if (one.target == target && one.quantity == quantity) return one;
    }
    throw Error("no such cell");
  }

  Results results_;
  Limits limits_ = test::floor_of_1_gb();
  Verdicts now_;
  StoredVerdicts stored_;
};

TEST_F(VerdictAgreement, TheSameIsTheSame) {
  ASSERT_EQ(now_.cells.size(), 4u);
  ASSERT_FALSE(now_.findings.empty());
  EXPECT_FALSE(difference());
  EXPECT_FALSE(judged_otherwise(stored_, now_, limits_).any());
}

TEST_F(VerdictAgreement, NaNIsEqualToNaNAndToNothingElse) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  ASSERT_TRUE(std::isnan(cell(0, "").value)) << "a completion has no number";
  EXPECT_FALSE(difference());
  for (double VerdictCell::*field : {&VerdictCell::value, &VerdictCell::lo, &VerdictCell::hi}) {
    double& number = cell(0, "bandwidth").*field;
    const double kept = number;
    number = nan;
    EXPECT_TRUE(difference());
    number = kept;
    cell(0, "").*field = 0;
    EXPECT_TRUE(difference()) << "nothing was measured there, which is not 0";
    cell(0, "").*field = nan;
  }
  EXPECT_FALSE(difference());
}

TEST_F(VerdictAgreement, TheFirstCellThatDiffersIsNamedWithBothVerdicts) {
  cell(1, "bandwidth").verdict = Verdict::pass;
  cell(1, "").launches = 7;
  ASSERT_TRUE(difference());
  EXPECT_EQ(
      to_string(*difference()),
      "rack1/node2, case " + kTriad +
          ", its completion: launches 7 (verdict pass) in the file, launches 2 (verdict pass) judged again");
  cell(1, "").launches = 2;
  EXPECT_EQ(to_string(*difference()), "rack1/node2, case " + kTriad +
                                          ", quantity bandwidth: verdict pass in the file, verdict fail "
                                          "judged again");
}

TEST_F(VerdictAgreement, EveryFieldCounts) {
  struct Change {
    const char* what;
    std::function<void(StoredVerdicts&)> make;
  };
  const auto limit_cell = [](StoredVerdicts& file) -> VerdictCell& {
    for (VerdictCell& one : file.verdicts.cells) {
      if (!one.completion()) return one;
    }
    throw Error("no cell of a limit");
  };
  const std::vector<Change> changes{
      {"verdict", [&](StoredVerdicts& f) { limit_cell(f).verdict = Verdict::inconclusive; }},
      {"severity", [&](StoredVerdicts& f) { limit_cell(f).severity = Severity::score; }},
      {"failure", [&](StoredVerdicts& f) { limit_cell(f).failure = "limit"; }},
      {"value", [&](StoredVerdicts& f) { limit_cell(f).value += 1; }},
      {"lo", [&](StoredVerdicts& f) { limit_cell(f).lo += 1; }},
      {"hi", [&](StoredVerdicts& f) { limit_cell(f).hi += 1; }},
      {"launches", [&](StoredVerdicts& f) { ++limit_cell(f).launches; }},
      {"found", [&](StoredVerdicts& f) { limit_cell(f).found = "tcp"; }},
      {"reason", [&](StoredVerdicts& f) { limit_cell(f).reason = "because"; }},
      {"no cell", [](StoredVerdicts& f) { f.verdicts.cells.pop_back(); }},
      {"no cell", [](StoredVerdicts& f) { f.verdicts.cells.erase(f.verdicts.cells.begin()); }},
      {"a cell",
       [](StoredVerdicts& f) {
         f.verdicts.cells.insert(f.verdicts.cells.begin() + 1, f.verdicts.cells.front());
         f.verdicts.cells[1].quantity = "latency";
       }},
      {"cell 4", [](StoredVerdicts& f) { f.verdicts.cells.push_back(f.verdicts.cells.back()); }},
      {"cell 0", [](StoredVerdicts& f) { std::swap(f.verdicts.cells.front(), f.verdicts.cells.back()); }},
      {"disposition", [](StoredVerdicts& f) { f.verdicts.roll_ups[1].disposition = Disposition::accepted; }},
      {"verdict", [](StoredVerdicts& f) { f.verdicts.roll_ups[1].verdict = Verdict::pass; }},
      {"pass", [](StoredVerdicts& f) { ++f.verdicts.roll_ups[0].passed; }},
      {"fail", [](StoredVerdicts& f) { ++f.verdicts.roll_ups[0].failed; }},
      {"inconclusive", [](StoredVerdicts& f) { ++f.verdicts.roll_ups[0].inconclusive; }},
      {"not_judged", [](StoredVerdicts& f) { ++f.verdicts.roll_ups[0].not_judged; }},
      {"not_applicable", [](StoredVerdicts& f) { ++f.verdicts.roll_ups[0].not_applicable; }},
      {"no roll-up", [](StoredVerdicts& f) { f.verdicts.roll_ups.pop_back(); }},
      {"lower", [](StoredVerdicts& f) { f.limits[0].lower = 0.4e9; }},
      {"severity", [](StoredVerdicts& f) { f.limits[0].severity = Severity::score; }},
      {"provenance", [](StoredVerdicts& f) { f.limits[0].provenance = "elsewhere"; }},
      {"0 rows", [](StoredVerdicts& f) { f.limits.clear(); }},
      {"measured", [](StoredVerdicts& f) { f.verdicts.coverage[0].measured = false; }},
      {"judged", [](StoredVerdicts& f) { f.verdicts.coverage[0].judged = false; }},
      {"excluded", [](StoredVerdicts& f) { f.verdicts.coverage[0].excluded = "nobody knows"; }},
      {"no row", [](StoredVerdicts& f) { f.verdicts.coverage.clear(); }},
      {"no finding", [](StoredVerdicts& f) { f.verdicts.findings.clear(); }},
      {"evidence", [](StoredVerdicts& f) { f.verdicts.findings[0].evidence = "none"; }},
      {"disposition", [](StoredVerdicts& f) { f.verdicts.disposition = Disposition::accepted; }},
      {"exit code", [](StoredVerdicts& f) { f.verdicts.exit_code = ExitCode::accepted; }},
      {"campaign", [](StoredVerdicts& f) { f.verdicts.campaign_id = "another"; }},
      {"rack9", [](StoredVerdicts& f) { f.targets[0] = "rack9"; }},
      {"none", [](StoredVerdicts& f) { f.targets.pop_back(); }},
  };
  const StoredVerdicts sound = stored_;
  for (const Change& change : changes) {
    stored_ = sound;
    change.make(stored_);
    const auto found = difference();
    ASSERT_TRUE(found) << change.what;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, change.what, found->stored);
    EXPECT_NE(found->stored, found->now) << change.what;
  }
  stored_ = sound;
  EXPECT_FALSE(difference());
}

TEST_F(VerdictAgreement, WhatWasJudgedWithOtherThingsMaySaySomethingElse) {
  const auto otherwise = [&] { return judged_otherwise(stored_, now_, limits_); };
  for (std::string Verdicts::*field :
       {&Verdicts::results_sha256, &Verdicts::limits_sha256, &Verdicts::engine_version}) {
    const std::string kept = stored_.verdicts.*field;
    stored_.verdicts.*field = "another";
    EXPECT_TRUE(otherwise().may_differ());
    stored_.verdicts.*field = kept;
    EXPECT_FALSE(otherwise().may_differ());
  }
  stored_.verdicts.waivers_sha256 = "another";
  EXPECT_TRUE(otherwise().waivers);
  EXPECT_FALSE(otherwise().may_differ()) << "waivers change no verdict";
}

TEST_F(VerdictAgreement, LimitsOnRatedValuesMayHaveStoodOnOthers) {
  stored_.limits[0].lower = 0.9e9;
  EXPECT_FALSE(judged_otherwise(stored_, now_, limits_).rated) << "1 GB/s is 1 GB/s";
  EXPECT_TRUE(difference());
  limits_.limits[0].relative = RelativeBound{0.9, RelativeBound::To::peers, ""};
  EXPECT_FALSE(judged_otherwise(stored_, now_, limits_).rated) << "peers are in the results";
  limits_.limits[0].relative = RelativeBound{0.9, RelativeBound::To::rated, "memory_bandwidth"};
  EXPECT_TRUE(judged_otherwise(stored_, now_, limits_).rated);
  stored_.limits[0].lower = 1e9;
  EXPECT_FALSE(judged_otherwise(stored_, now_, limits_).rated);
}

TEST_F(VerdictAgreement, AFileThatWasWrittenAndReadAgrees) {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Results results = test::drawn_campaign(seed);
    const Limits limits = test::drawn_limits(seed);
    const Verdicts verdicts = judge(results, limits);
    const auto path = folder / ("v" + std::to_string(seed) + ".h5");
    write_verdicts(verdicts, results, limits, path);
    const StoredVerdicts read = read_stored_verdicts(path);
    EXPECT_FALSE(judged_otherwise(read, verdicts, limits).any()) << seed;
    const auto found = first_difference(read, verdicts, results, limits);
    EXPECT_FALSE(found) << seed << ": " << (found ? to_string(*found) : "");
  }
}

}  // namespace
}  // namespace rackproof
