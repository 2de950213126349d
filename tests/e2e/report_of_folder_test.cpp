// Reports of a campaign's folder say what its verdicts file says, or nothing.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/results/results_file.hpp"
#include "harness/verdict/verdicts_file.hpp"
#include "tests/e2e/command.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Finished rackproof(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), rackproof_program());
  return run_command(arguments);
}

/// A simulated campaign of two racks as `run` leaves it: results, limits, verdicts.
class ReportOfFolder : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path made = folder_.path() / "made";
    const Finished simulated =
        rackproof({"simulate", "--racks", "2", "--nodes", "2", "--devices", "2", "--metrics", "2", "--seed",
                   "1", "--detail", "attempts", "-o", made.string()});
    ASSERT_EQ(simulated.exit_code, 0) << simulated.err;
    fs::create_directory(campaign());
    fs::rename(made / "night-001" / "results.h5", campaign() / "results.h5");
    fs::rename(made / "limits.toml", limits());
    judge_to_file({});
  }

  fs::path campaign() const { return folder_.path() / "campaign"; }
  fs::path limits() const { return campaign() / "limits.toml"; }
  fs::path stored() const { return campaign() / "verdicts.h5"; }

  void judge_to_file(const std::vector<std::string>& more) const {
    fs::remove(stored());
    std::vector<std::string> arguments{"judge", campaign(), "--limits", limits(), "-o", stored()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished judged = rackproof(arguments);
    ASSERT_EQ(judged.exit_code, 0) << judged.err;
  }

  /// Writes the verdicts file with a change.
  template <class Change>
  void alter(const Change& change) const {
    const Results results = read_results(campaign() / "results.h5", ReadSamples::none);
    Verdicts verdicts = read_verdicts(stored());
    change(verdicts);
    write_verdicts(verdicts, results, read_limits(limits(), measurable(results)), stored());
  }

  TemporaryFolder folder_;
};

VerdictCell& limit_cell(Verdicts& verdicts) {
  for (VerdictCell& cell : verdicts.cells) {
    if (!cell.completion()) return cell;
  }
  throw Error("no cell of a limit");
}

TEST_F(ReportOfFolder, IsWrittenWhileTheFileSaysTheSame) {
  const Finished report = rackproof({"report", campaign()});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  EXPECT_EQ(report.err, "");
  const std::string page = read_file(campaign() / "report.html");
  EXPECT_EQ(page.find("was judged"), std::string::npos);
  alter([](Verdicts&) {});
  EXPECT_EQ(rackproof({"report", campaign()}).exit_code, 0) << "written again without a change";
  EXPECT_EQ(read_file(campaign() / "report.html"), page);
  fs::remove(stored());
  EXPECT_EQ(rackproof({"report", campaign()}).exit_code, 0) << "there is nothing to hold it against";
  EXPECT_EQ(read_file(campaign() / "report.html"), page);
}

TEST_F(ReportOfFolder, OfAnAlteredVerdictNothingIsWrittenInAnyForm) {
  ASSERT_EQ(rackproof({"report", campaign()}).exit_code, 0);
  std::string where;
  alter([&](Verdicts& verdicts) {
    VerdictCell& cell = limit_cell(verdicts);
    ASSERT_EQ(cell.verdict, Verdict::pass);
    cell.verdict = Verdict::fail;
    cell.failure = "limit";
    where = "case " + cell.case_id + ", quantity " + cell.quantity +
            ": verdict fail in the file, verdict pass judged again";
  });
  const auto before = digests_of(folder_.path());
  const std::string elsewhere = (folder_.path() / "elsewhere").string();
  const std::vector<std::vector<std::string>> forms{
      {},
      {"-o", elsewhere + ".html", "--lang", "en"},
      {"--as", "acceptance"},
      {"--rack", "R00001", "-o", elsewhere},
      {"--format", "junit"},
      {"--format", "json", "-o", elsewhere + ".json"},
      {"--format", "jsonl"},
      {"--format", "csv"},
      {"--format", "md"},
  };
  for (std::vector<std::string> form : forms) {
    form.insert(form.begin(), {"report", campaign()});
    const Finished report = rackproof(form);
    EXPECT_EQ(report.exit_code, 3);
    EXPECT_EQ(report.out, "");
    EXPECT_EQ(lines_of(report.err).size(), 1u) << report.err;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, where, report.err);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "rackproof verify", report.err);
    EXPECT_EQ(digests_of(folder_.path()), before);
  }
}

TEST_F(ReportOfFolder, ARollUpThatWasAlteredIsSeen) {
  alter([](Verdicts& verdicts) { verdicts.roll_ups.at(1).disposition = Disposition::rejected; });
  const Finished report = rackproof({"report", campaign()});
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "rack R00001: disposition rejected in the file, disposition accepted judged again",
                      report.err);
}

TEST_F(ReportOfFolder, AFileThatIsNoneIsRefused) {
  write_durably(stored(), "no HDF5");
  const Finished report = rackproof({"report", campaign()});
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, stored().string(), report.err);
  EXPECT_FALSE(fs::exists(campaign() / "report.html"));
}

TEST_F(ReportOfFolder, WithOtherLimitsThePageSaysSo) {
  const fs::path other = folder_.path() / "other.toml";
  write_durably(other, read_file(limits()) + "\n# of another day\n");
  const std::string page = (folder_.path() / "page.html").string();
  const Finished report = rackproof({"report", campaign(), "--limits", other, "--lang", "en", "-o", page});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "note: verdicts.h5 was judged with other limits (", report.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "was judged with other limits (", read_file(page));
  ASSERT_EQ(rackproof({"report", campaign(), "--limits", other, "--lang", "zh", "-o", page}).exit_code, 0);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "按其他限值判定（", read_file(page));
  const std::string folder = (folder_.path() / "certificates").string();
  ASSERT_EQ(
      rackproof({"report", campaign(), "--limits", other, "--as", "acceptance", "-o", folder}).exit_code, 0);
  for (const char* name : {"rack-R00001.html", "racks.html"})
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "was judged with other limits (",
                        read_file(fs::path(folder) / name));
}

TEST_F(ReportOfFolder, AnEarlierVersionMayHaveJudgedOtherwise) {
  alter([](Verdicts& verdicts) {
    verdicts.engine_version = "0.0.1";
    limit_cell(verdicts).verdict = Verdict::inconclusive;
  });
  const Finished report = rackproof({"report", campaign()});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "note: verdicts.h5 was judged by rackproof 0.0.1", report.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "由 rackproof 0.0.1 判定", read_file(campaign() / "report.html"));
}

TEST_F(ReportOfFolder, WaiversAreInTheFileAndThePage) {
  const fs::path waivers = folder_.path() / "waivers.toml";
  write_durably(
      waivers,
      "schema = 1\n[[waiver]]\ntarget = \"R9\"\nmetric = \"m\"\nwho = \"A. Buyer\"\nreason = \"agreed\"\n"
      "until = 2999-12-31\n");
  const std::string page = (folder_.path() / "page.html").string();
  const std::vector<std::string> command{"report", campaign(), "--waivers", waivers,
                                         "--lang", "en",       "-o",        page};
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "note: verdicts.h5 was judged without these waivers",
                      rackproof(command).err);
  judge_to_file({"--waivers", waivers});
  const json shown = json::parse(rackproof({"show", campaign(), "--json"}).out);
  EXPECT_EQ(shown.at("verdicts").at("waivers"), "waivers.toml");
  EXPECT_EQ(shown.at("verdicts").at("disposition"), "accepted");
  const auto sha = shown.at("verdicts").at("waivers_sha256").get<std::string>();
  EXPECT_EQ(sha.size(), 64u);
  EXPECT_EQ(read_verdicts(stored()).waivers_sha256, sha);
  const Finished report = rackproof(command);
  EXPECT_EQ(report.exit_code, 0) << report.err;
  EXPECT_EQ(report.err.find("was judged"), std::string::npos) << report.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "waivers.toml, SHA-256 " + sha, read_file(page));
  const Finished junit = rackproof({"report", campaign(), "--waivers", waivers, "--format", "junit"});
  EXPECT_PRED_FORMAT2(testing::IsSubstring, sha, junit.out);
  alter([](Verdicts& verdicts) { limit_cell(verdicts).verdict = Verdict::fail; });
  EXPECT_EQ(rackproof({"report", campaign()}).exit_code, 3)
      << "waivers change no verdict: it is still compared";
}

}  // namespace

}  // namespace rackproof::e2e
