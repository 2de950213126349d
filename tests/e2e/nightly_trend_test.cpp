// rackproof trend as an operator runs it.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/command.hpp"
#include "tests/harness/verdict/night_files.hpp"

namespace rackproof::e2e {

namespace {

constexpr int kNights = 16;

/// Sixteen nights of four nodes; the third is slow on the last five of them.
class NightlyTrend : public testing::Test {
 protected:
  NightlyTrend() {
    site_.racks = 1;
    site_.nodes = 4;
    site_.planted = [](int night, int node, test::NightlyNode& state) {
      if (node == 2 && night >= kNights - 5) state.share = 0.9;
    };
    for (int night = 0; night < kNights; ++night) site_.write(folder_.path(), night);
  }

  Finished trend(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {rackproof_program(), "trend", folder_.path().string()});
    return run_command(options);
  }
  void write_events(const std::string& text) const { write_new(folder_.path() / "trend-events.toml", text); }

  test::NightlySite site_;
  TemporaryFolder folder_;
};

/// One line on stderr, nothing on stdout, status 3.
void expect_refused(const Finished& run, const std::string& text) {
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find(text), std::string::npos) << run.err;
  EXPECT_EQ(lines_of(run.err).size(), 1u) << run.err;
}

TEST_F(NightlyTrend, TellsWhatChangedAndExitsByItOnlyWhenAsked) {
  const Finished text = trend();
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find("16 nights from 16 runs"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("rack1/node3 (SN0002)"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("by chance, at most 0.006 alarm"), std::string::npos) << text.out;
  EXPECT_EQ(trend({"--strict"}).exit_code, 1);

  const auto json = nlohmann::json::parse(trend({"--json"}).out);
  EXPECT_EQ(json["schema_version"], 1);
  ASSERT_EQ(json["findings"].size(), 1u);
  const auto& finding = json["findings"][0];
  EXPECT_EQ(finding["state"], "confirmed");
  EXPECT_EQ(finding["subject"], "rack1/node3");
  EXPECT_EQ(finding["since"], date_text(test::kFirstDay + kNights - 5));
  EXPECT_NEAR(finding["effect"], -0.1, 0.01);
  EXPECT_EQ(json["new_confirmed"], true);

  const Finished drain = trend({"--drain-list"});
  EXPECT_EQ(drain.exit_code, 0);
  EXPECT_TRUE(drain.out.starts_with("host02 rackproof " + finding["id"].get<std::string>())) << drain.out;
  EXPECT_EQ(lines_of(drain.out).size(), 1u);
  EXPECT_EQ(trend({"--drain-list", "--drain-limit", "0"}).out, "");

  write_events("schema = 1\n[[acknowledged]]\nid = \"" + finding["id"].get<std::string>() +
               "\"\nwho = \"me\"\nticket = \"OPS-1\"\nuntil = 2027-01-01\n");
  EXPECT_EQ(trend({"--strict"}).exit_code, 0);
  EXPECT_NE(trend().out.find("acknowledged (me, OPS-1, until 2027-01-01)"), std::string::npos);
  EXPECT_EQ(trend({"--drain-list"}).out, "");
}

TEST_F(NightlyTrend, TooLittleIsTwoWhenStrict) {
  for (int night = 5; night < kNights; ++night)
    std::filesystem::remove_all(folder_.path() / fmt::format("night{:03}", night));
  const Finished run = trend({"--strict"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("5 nights; nothing can be said before there are 10"), std::string::npos) << run.err;
  EXPECT_EQ(trend().exit_code, 0);
}

TEST_F(NightlyTrend, WhatCannotBeReadIsRefusedByName) {
  const std::filesystem::path bad = folder_.path() / "bad.h5";
  write_new(bad, "no results");
  expect_refused(trend(), "bad.h5");
  Results other = site_.night(40);
  other.series[0].unit = "s";
  std::filesystem::remove(bad);
  write_results(other, bad);
  expect_refused(trend(), "\"s, higher is better, formula stream-triad, clock host\"");
  std::filesystem::remove(bad);
  write_events("schema = 1\n[[part_swaps]]\n");
  expect_refused(trend(), "trend-events.toml:2: unknown key \"part_swaps\"; did you mean \"part_swap\"?");
}

TEST(NightlyTrendOfNothing, IsRefused) {
  const TemporaryFolder folder;
  expect_refused(run_command({rackproof_program(), "trend", folder.path().string()}),
                 "holds no results file");
  expect_refused(run_command({rackproof_program(), "trend", (folder.path() / "none").string()}),
                 "is no folder");
  expect_refused(run_command({rackproof_program(), "trend", folder.path().string(), "--min-effect", "2 s"}),
                 "--min-effect 2 s is no share");
}

}  // namespace

}  // namespace rackproof::e2e
