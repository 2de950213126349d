// What comes after measuring, as a user types it, on a small fleet with a known truth: lint, judge, merge --cells, explain, compare,
// calibrate.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/e2e/command.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kRate = "simulated/device/rate:index=1";

Finished rackproof(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), rackproof_program());
  return run_command(arguments);
}

json json_of(const Finished& run) {
  EXPECT_EQ(run.err, "");
  return json::parse(run.out, nullptr, false);
}

/// Two nights of 384 devices: one without faults, and one with three slow devices.
class Fleet : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    std::ofstream(path("slow.toml"))
        << "schema = 1\nname = \"slow\"\n[[fault]]\nkind = \"slow_device\"\ncount = 3\n"
           "effect = \"30 %\"\n";
    simulate("good", {"--seed", "1"});
    simulate("slow", {"--seed", "2", "--faults", path("slow.toml")});
    for (const char* night : {"good", "slow"}) {
      const Finished merged = rackproof({"merge", "--cells", results(night), "-o", cells(night)});
      ASSERT_EQ(merged.exit_code, 0) << merged.err;
    }
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static std::string path(const std::string& name) { return (folder_->path() / name).string(); }
  static std::string results(const std::string& night) { return path(night + "/night-001/results.h5"); }
  static std::string cells(const std::string& night) { return path(night + ".h5"); }
  static std::string limits() { return path("good/limits.toml"); }

  static std::set<std::string> planted() {
    std::ifstream file(path("slow/truth.json"));
    std::set<std::string> names;
    const json truth = json::parse(file);
    for (const json& fault : truth["faults"]) {
      for (const json& subject : fault["subjects"]) names.insert(subject["name"].get<std::string>());
    }
    EXPECT_EQ(names.size(), 3u);
    return names;
  }

 private:
  static void simulate(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> arguments{"simulate", "--racks",   "12", "--nodes", "4",       "--devices",
                                       "8",        "--metrics", "3",  "-o",      path(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished run = rackproof(arguments);
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }
  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(Fleet, IsJudgedAlikeFromResultsAndFromCells) {
  for (const std::string& file : {results("slow"), cells("slow")}) {
    const Finished run = rackproof({"judge", file, "--limits", limits(), "--json"});
    EXPECT_EQ(run.exit_code, 1) << run.err;
    const json verdict = json_of(run);
    EXPECT_EQ(verdict["disposition"], "rejected") << file;
    std::set<std::string> failing;
    for (const json& cell : verdict.contains("failing") ? verdict["failing"] : verdict["cells"]) {
      if (!cell.contains("verdict") || cell["verdict"] == "fail")
        failing.insert(cell["target"].get<std::string>());
    }
    EXPECT_EQ(failing, planted()) << file;
  }
  EXPECT_EQ(rackproof({"judge", cells("good"), "--limits", limits()}).exit_code, 0);
}

TEST_F(Fleet, LintKnowsWhatTheResultsMeasure) {
  const Finished sound = rackproof({"lint", limits(), "--results", results("good")});
  EXPECT_EQ(sound.exit_code, 0) << sound.out << sound.err;
  std::ofstream(path("odd.toml"))
      << "schema = 1\nname = \"odd\"\n[[limit]]\nmetric = \"simulated/device/rate:index=9#rate\"\n"
         "placement = \"device\"\nlower = \"1 GB/s\"\nprovenance = \"none\"\n";
  const Finished odd = rackproof({"lint", path("odd.toml"), "--results", results("good")});
  EXPECT_EQ(odd.exit_code, 3);
  EXPECT_NE(odd.err.find("odd.toml:4"), std::string::npos) << odd.err;
}

TEST_F(Fleet, ExplainSaysHowAVerdictCameAbout) {
  const std::string slow = *planted().begin();
  const Finished run =
      rackproof({"explain", results("slow"), "--limits", limits(), "--target", slow, "--case", kRate});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find(slow), std::string::npos);
  EXPECT_NE(run.out.find("fail"), std::string::npos) << run.out;
  const Finished nobody =
      rackproof({"explain", results("slow"), "--limits", limits(), "--target", slow + "9", "--case", kRate});
  EXPECT_EQ(nobody.exit_code, 3);
  EXPECT_NE(nobody.err.find("did you mean"), std::string::npos) << nobody.err;
}

TEST_F(Fleet, NightsOfTheSameMachineCompareAsEquivalent) {
  for (const auto& [one, other] :
       {std::pair{results("good"), results("slow")}, std::pair{cells("good"), cells("slow")},
        std::pair{cells("good"), results("slow")}}) {
    const Finished run = rackproof({"compare", one, other, "--json"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("\"equivalent\""), std::string::npos) << one;
    EXPECT_EQ(run.out.find("\"slower\""), std::string::npos) << one;
    EXPECT_NE(run.out.find("\"closed\""), std::string::npos) << one;
  }
  const Finished once = rackproof({"compare", cells("good"), cells("good")});
  EXPECT_EQ(once.exit_code, 3);
  EXPECT_EQ(lines_of(once.err).size(), 1u) << once.err;
}

TEST_F(Fleet, CalibratesAlikeFromResultsAndFromCells) {
  fs::create_directory(path("folder"));
  fs::copy_file(cells("good"), path("folder/cells.h5"));  // as `simulate` leaves a large fleet
  const std::map<std::string, std::string> sources{
      {"results", results("good")}, {"cells", cells("good")}, {"folder", path("folder")}};
  for (const auto& [from, source] : sources) {
    const std::string output = path("of-" + from + ".toml");
    const Finished run = rackproof({"calibrate", source, "-o", output});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("3 limits"), std::string::npos) << run.out;
    const Finished judged = rackproof({"judge", cells("slow"), "--limits", output, "--json"});
    const json verdict = json_of(judged);
    std::set<std::string> found;
    for (const json& finding : verdict["findings"]) {
      for (const json& subject : finding["subjects"]) found.insert(subject.get<std::string>());
    }
    for (const std::string& slow : planted())
      EXPECT_TRUE(found.contains(slow)) << slow << ", limits from " << from;
  }
  const Finished several =
      rackproof({"calibrate", cells("good"), results("slow"), "-o", path("several.toml")});
  EXPECT_EQ(several.exit_code, 3);
  EXPECT_FALSE(fs::exists(path("several.toml")));
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(Fleet, HasAPageOfEveryKind) {
  const std::string page = path("page.html"), site = path("site.html"), sheet = path("sheet.html");
  const Finished whole = rackproof({"report", results("slow"), "--limits", limits(), "-o", page});
  EXPECT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_EQ(rackproof({"report", cells("slow"), "--limits", limits(), "-o", site}).exit_code, 0);
  EXPECT_EQ(
      rackproof({"report", cells("slow"), "--limits", limits(), "--as", "acceptance", "-o", sheet}).exit_code,
      0);
  for (const std::string& file : {page, site, sheet}) {
    const std::string text = text_of(file);
    EXPECT_NE(text.find("REJECTED"), std::string::npos) << file;
    EXPECT_NE(text.find("验收不通过"), std::string::npos) << file;
    for (const std::string& slow : planted())
      EXPECT_NE(text.find(slow.substr(0, slow.find('/'))), std::string::npos) << file;
  }
  const std::string english = path("en.html");
  EXPECT_EQ(
      rackproof({"report", results("slow"), "--limits", limits(), "--lang", "en", "-o", english}).exit_code,
      0);
  EXPECT_EQ(text_of(english).find("<span lang=\"zh-CN\">"), std::string::npos);

  // Nodes that measured something answered, also where nobody wrote down their names.
  const std::string tiny = path("tiny"), tiny_page = path("tiny.html");
  EXPECT_EQ(rackproof({"simulate", "--racks", "2", "--nodes", "1", "--devices", "1", "--metrics", "1",
                       "--seed", "1", "--detail", "cells", "-o", tiny})
                .exit_code,
            0);
  EXPECT_EQ(rackproof({"report", tiny + "/night-001", "--limits", tiny + "/limits.toml", "-o", tiny_page})
                .exit_code,
            0);
  EXPECT_NE(text_of(tiny_page).find("1 / 1"), std::string::npos);  // nodes of a rack
  EXPECT_EQ(text_of(tiny_page).find("0 / 1"), std::string::npos);

  const std::string compared = path("compared.html");
  EXPECT_EQ(
      rackproof({"report", cells("good"), cells("slow"), "--as", "comparison", "-o", compared}).exit_code, 0);
  EXPECT_NE(text_of(compared).find("equivalent"), std::string::npos);
  const std::string morning = path("morning.html");
  EXPECT_EQ(rackproof({"report", path("good"), "--as", "nightly", "-o", morning}).exit_code, 0);
  EXPECT_NE(text_of(morning).find("2026-01-01"), std::string::npos);
}

TEST_F(Fleet, EveryRackHasItsCertificate) {
  const std::string all = path("certificates"), one = path("one");
  EXPECT_EQ(
      rackproof({"report", results("slow"), "--limits", limits(), "--as", "acceptance", "-o", all + "/"})
          .exit_code,
      0);
  EXPECT_EQ(std::distance(fs::directory_iterator(all), fs::directory_iterator()),
            13);  // racks, and the sheet
  const std::string slow = planted().begin()->substr(0, planted().begin()->find('/'));
  const Finished asked =
      rackproof({"report", results("slow"), "--limits", limits(), "--rack", "R00001," + slow, "-o", one});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_NE(text_of(one + "/rack-" + slow + ".html").find("REJECTED"), std::string::npos);
  EXPECT_NE(text_of(one + "/rack-R00001.html").find("ACCEPTED"), std::string::npos);
  EXPECT_EQ(text_of(one + "/rack-R00001.html").find("REJECTED"), std::string::npos);
  EXPECT_EQ(text_of(one + "/rack-" + slow + ".html"), text_of(all + "/rack-" + slow + ".html"));

  const Finished nobody =
      rackproof({"report", results("slow"), "--limits", limits(), "--rack", "R9", "-o", path("none")});
  EXPECT_EQ(nobody.exit_code, 3);
  EXPECT_EQ(lines_of(nobody.err).size(), 1u) << nobody.err;
  EXPECT_FALSE(fs::exists(path("none")));
  EXPECT_FALSE(fs::exists(path("none.tmp")));
  EXPECT_EQ(
      rackproof({"report", results("slow"), "--limits", limits(), "--rack", "R00001", "-o", all}).exit_code,
      3);
}

TEST_F(Fleet, OtherFormatsGoToStdoutOrAFile) {
  for (const char* format : {"junit", "json", "jsonl", "csv", "md"}) {
    const Finished run = rackproof({"report", results("slow"), "--limits", limits(), "--format", format});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find(planted().begin()->substr(0, planted().begin()->find('/'))), std::string::npos)
        << format;
    const std::string file = path(std::string("report.") + format);
    EXPECT_EQ(rackproof({"report", results("slow"), "--limits", limits(), "--format", format, "-o", file})
                  .exit_code,
              0);
    EXPECT_EQ(text_of(file), run.out) << format;
  }
}

TEST_F(Fleet, WhatNobodyJudgedIsNoVerdict) {
  const std::string page = path("unjudged.html");
  const Finished run =
      rackproof({"report", results("good"), "--lang", "en", "-o", page, "--require-verdict"});
  EXPECT_EQ(run.exit_code, 2) << run.err;
  EXPECT_EQ(rackproof({"report", results("good"), "--lang", "en", "-o", page}).exit_code, 0);
  EXPECT_EQ(text_of(page).find("✓ ACCEPTED"), std::string::npos);
  EXPECT_NE(text_of(page).find("– NOT JUDGED"), std::string::npos);
  EXPECT_NE(text_of(page).find("Nothing was judged: no limit applies"), std::string::npos);
  const std::string site = path("unjudged-site.html");
  EXPECT_EQ(rackproof({"report", cells("good"), "--lang", "en", "-o", site, "--require-verdict"}).exit_code,
            2);
  EXPECT_NE(text_of(site).find("– NOT JUDGED"), std::string::npos);
}

TEST_F(Fleet, APageAgreesWithTheVerdictsFileOfItsCells) {
  const std::string verdicts = path("verdicts.h5"), page = path("agreed.html");
  const std::vector<std::string> report{"report",     cells("slow"), "--limits", limits(),
                                        "--verdicts", verdicts,      "-o",       page};
  EXPECT_EQ(rackproof({"judge", cells("slow"), "--limits", limits(), "-o", verdicts}).exit_code, 1);
  const Finished agreed = rackproof(report);
  EXPECT_EQ(agreed.exit_code, 0) << agreed.err;
  EXPECT_EQ(agreed.err, "");
  fs::remove(page);

  // Somebody made the failing cells pass.
  const Finished edited =
      run_command({"/usr/bin/python3", "-c",
                   "import h5py, sys\nh = h5py.File(sys.argv[1], 'r+')\nv = h['/verdicts/device/verdict']\n"
                   "a = v[...]\nassert (a == 1).any()\na[a == 1] = 0\nv[...] = a\nh.close()",
                   verdicts});
  ASSERT_EQ(edited.exit_code, 0) << edited.err;
  const Finished refused = rackproof(report);
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "verdict pass in the file, verdict fail judged again",
                      refused.err);
  EXPECT_EQ(lines_of(refused.err).size(), 1u) << refused.err;
  EXPECT_FALSE(fs::exists(page));

  // With other limits it may differ: that is said, on stderr and in the page.
  std::ofstream(path("other.toml")) << text_of(limits()) << "\n# another file\n";
  const Finished other = rackproof(
      {"report", cells("slow"), "--limits", path("other.toml"), "--verdicts", verdicts, "-o", page});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "other limits", other.err);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "other limits", text_of(page));
}

TEST_F(Fleet, BadInputOfAReportIsOneLineAndNothingIsWritten) {
  const std::string page = path("never.html");
  const std::vector<std::vector<std::string>> bad{
      {results("good"), "--format", "pdf", "-o", page},
      {results("good"), "--as", "morning", "-o", page},
      {results("good"), "--lang", "fr", "-o", page},
      {results("good")},
      {results("good"), results("slow"), "-o", page},
      {results("good"), "--as", "acceptance", "--format", "csv", "-o", page},
      {cells("good"), "--rack", "R00001", "--limits", limits(), "-o", page},
      {cells("good"), "--format", "csv", "--limits", limits(), "-o", page},
      {results("good"), results("slow"), "--as", "comparison"},
      {path("good/truth.json"), "-o", page},
      {cells("good"), "--limits", limits(), "--verdicts", cells("good"), "-o", page},
      {results("good"), "--limits", limits(), "--verdicts", path("none.h5"), "-o", page},
      {results("good"), "--limits", limits(), "-o", path("no/such/folder/page.html")},
  };
  for (std::vector<std::string> arguments : bad) {
    arguments.insert(arguments.begin(), "report");
    const Finished run = rackproof(arguments);
    EXPECT_EQ(run.exit_code, 3) << run.out;
    EXPECT_EQ(lines_of(run.err).size(), 1u) << run.err;
    EXPECT_FALSE(fs::exists(page)) << run.err;
  }
}

}  // namespace

}  // namespace rackproof::e2e
