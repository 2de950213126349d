// Campaigns of different racks, merged: one file that is shown, judged and reported, and refused what is no sound merge.
#include <gtest/gtest.h>

#include <memory>
#include <regex>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The site of SiteText with its rack, and itself, called otherwise.
std::string site_of(const std::string& rack) {
  std::string text = std::regex_replace(SiteText{}.text(), std::regex("\"r1"), "\"" + rack);
  return std::regex_replace(text, std::regex("small-site"), "site-" + rack);
}

PlanText plan_of(int launches) {
  PlanText plan;
  plan.cases = {kTriad};
  plan.launches = launches;
  return plan;
}

/// Of a count, which is the same on a busy host.
std::string limits() { return limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}); }

/// Two campaigns that were run, of rack r1 with two launches and of r2 with three.
class Fleet : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    first_ = std::make_unique<SmallCampaign>(plan_of(2).text(), site_of("r1"), limits());
    second_ = std::make_unique<SmallCampaign>(plan_of(3).text(), site_of("r2"), limits());
    for (const auto* campaign : {first_.get(), second_.get()}) {
      const Finished finished = campaign->run();
      ASSERT_EQ(finished.exit_code, 0) << finished.out << finished.err;
    }
  }
  static void TearDownTestSuite() {
    first_.reset();
    second_.reset();
  }

  static Finished merge(const fs::path& output, const std::vector<fs::path>& inputs) {
    std::vector<std::string> arguments{rackproof_program(), "merge", "-o", output};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    return run_command(arguments);
  }
  static json judged(const fs::path& results) {
    return json_of(
        run_command({rackproof_program(), "judge", results, "--limits", first_->limits(), "--json"}));
  }
  static std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }
  /// One line on stderr that holds `message`, exit 3, and no file in the folder that was not there.
  void expect_refused(const std::vector<std::string>& arguments, const std::string& message) const {
    const std::size_t before = files_in(folder_.path());
    std::vector<std::string> all{rackproof_program(), "merge"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished finished = run_command(all);
    EXPECT_EQ(finished.exit_code, 3) << message;
    EXPECT_EQ(lines_of(finished.err).size(), 1u) << finished.err;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, message, finished.err);
    EXPECT_EQ(finished.out, "");
    EXPECT_EQ(files_in(folder_.path()), before) << message;
  }

  fs::path fleet() const { return folder_.path() / "fleet.h5"; }

  inline static std::unique_ptr<SmallCampaign> first_;
  inline static std::unique_ptr<SmallCampaign> second_;
  TemporaryFolder folder_;
};

TEST_F(Fleet, IsJudgedAsItsCampaignsAre) {
  const Finished finished = merge(fleet(), {first_->output(), second_->output() / "results.h5"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(files_in(folder_.path()), 1u) << "nothing is left beside it";
  const json all = judged(fleet());
  EXPECT_EQ(all.at("disposition"), "accepted") << all.at("findings").dump(1);
  std::size_t cells = 0;
  for (const auto* campaign : {first_.get(), second_.get()}) {
    const json alone = campaign->judged();
    for (const auto& cell : alone.at("cells")) {
      const std::string metric = cell.at("metric") == "" ? cell.at("case") : cell.at("metric");
      EXPECT_EQ(cell_of(all, cell.at("target"), metric), cell);
      ++cells;
    }
  }
  EXPECT_EQ(all.at("cells").size(), cells);
  std::size_t twice = 0;
  for (const auto& finding : all.at("findings")) twice += finding.at("kind") == "one machine twice" ? 1 : 0;
  EXPECT_EQ(twice, 1u) << "both racks are this machine: " << all.at("findings").dump(1);
}

TEST_F(Fleet, ShowsBothCampaigns) {
  ASSERT_EQ(merge(fleet(), {first_->output(), second_->output()}).exit_code, 0);
  const json shown = json_of(run_command({rackproof_program(), "show", fleet(), "--json"}));
  ASSERT_EQ(shown.at("parts").size(), 2u);
  const auto digests = digests_of(first_->output());
  EXPECT_EQ(shown.at("parts")[0].at("results_sha256"), digests.at("results.h5"));
  EXPECT_EQ(shown.at("parts")[0].at("site"), "site-r1");
  EXPECT_EQ(shown.at("parts")[1].at("site"), "site-r2");
  EXPECT_EQ(value_of(shown, "r1/n2/dev0", std::string(kTriad) + "#bandwidth"),
            value_of(first_->shown(), "r1/n2/dev0", std::string(kTriad) + "#bandwidth"));
  EXPECT_EQ(value_of(shown, "r2/n1/dev0", std::string(kTriad) + "#bandwidth").at("launches"), 3);
  const Finished text = run_command({rackproof_program(), "show", fleet()});
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "  campaign " + shown.at("parts")[1].at("campaign").get<std::string>(), text.out);
}

TEST_F(Fleet, HasAReportWithEveryCampaign) {
  ASSERT_EQ(merge(fleet(), {first_->output(), second_->output()}).exit_code, 0);
  const fs::path page = folder_.path() / "fleet.html";
  const Finished finished =
      run_command({rackproof_program(), "report", fleet(), "--limits", first_->limits(), "-o", page});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const std::string html = read_file(page);
  for (const auto* campaign : {first_.get(), second_.get()}) {
    const std::string id = campaign->shown().at("campaign");
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "campaign " + id, html);
  }
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "All 2 racks are accepted", html);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "over 2 or 3 fresh launches", html);
  const Finished alone = run_command({rackproof_program(), "report", fleet()});
  EXPECT_EQ(alone.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "give -o PATH", alone.err);
}

TEST_F(Fleet, IsTheSameWhateverTheOrder) {
  ASSERT_EQ(merge(fleet(), {first_->output(), second_->output()}).exit_code, 0);
  const fs::path other = folder_.path() / "other.h5";
  ASSERT_EQ(merge(other, {second_->output(), first_->output()}).exit_code, 0);
  EXPECT_EQ(read_file(fleet()), read_file(other));
}

TEST_F(Fleet, H5dumpReadsIt) {
  ASSERT_EQ(merge(fleet(), {first_->output(), second_->output()}).exit_code, 0);
  const Finished header = run_command({"/usr/bin/h5dump", "-H", fleet()});
  EXPECT_EQ(header.exit_code, 0) << header.err;
  const Finished parts = run_command({"/usr/bin/h5dump", "-d", "/parts/launches", fleet()});
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "(0): 2, 3", parts.out);
}

TEST_F(Fleet, WhatIsNoSoundMergeIsRefusedInOneLine) {
  const std::string one = first_->output();
  const std::string two = second_->output();
  const std::string output = fleet();
  expect_refused({one, two}, "name it with -o FILE");
  expect_refused({"-o", output}, "at least two campaigns");
  expect_refused({"-o", output, one}, "at least two campaigns");
  expect_refused({"-o", output, one, (fs::path(one) / "results.h5").string()}, "results.h5 is given twice");
  expect_refused({"-o", output, one, (folder_.path() / "none.h5").string()}, "no results in");
  expect_refused({"-o", output, one, first_->plan()}, "not an HDF5 file");
  expect_refused({"-o", output, one, (fs::path(two) / "verdicts.h5").string()},
                 "not a rackproof-results file but \"rackproof-verdicts\"");
  expect_refused({"-o", (folder_.path() / "no" / "fleet.h5").string(), one, two}, "there is no folder");
  const fs::path copy = folder_.path() / "copy.h5";
  fs::copy_file(fs::path(one) / "results.h5", copy);
  expect_refused({"-o", output, one, copy}, "hold the same campaign");
  expect_refused({"-o", copy, one, two}, "copy.h5 exists; results are never replaced");
  ASSERT_EQ(merge(fleet(), {one, two}).exit_code, 0);
  const auto digest = digests_of(folder_.path());
  expect_refused({"-o", (folder_.path() / "more.h5").string(), output, one},
                 "is a merge of 2 campaigns itself");
  EXPECT_EQ(digests_of(folder_.path()), digest);
}

}  // namespace

}  // namespace rackproof::e2e
