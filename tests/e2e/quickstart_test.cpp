// The quickstart's own plan, site and limits, from the command line to the verdict: once, then everything
// that is done with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kPlan = source_folder() / "configs/plans/quickstart.toml";
const fs::path kSite = source_folder() / "configs/sites/two-virtual-racks.toml";
const fs::path kLimits = source_folder() / "configs/limits/quickstart.toml";

class Quickstart : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    CommandOptions options;
    options.time_limit_s = 240;
    options.environment["OPENBLAS_CORETYPE"] =
        "Haswell";  // spoils numbers, and is not this machine's business
    finished_ = run_command(run_arguments(), options);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static std::vector<std::string> run_arguments() {
    return {rackproof_program(), "run", kPlan, "--site", kSite, "-o", output()};
  }
  static fs::path output() { return folder_->path() / "quickstart"; }
  static fs::path write(const std::string& name, const std::string& text) {
    write_durably(folder_->path() / name, text);
    return folder_->path() / name;
  }
  static Finished judge(const fs::path& limits, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{rackproof_program(), "judge", output() / "results.h5", "--limits",
                                       limits};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_command(arguments);
  }
  static Finished verify(const fs::path& folder) {
    return run_command({rackproof_program(), "verify", folder});
  }

  static std::unique_ptr<TemporaryFolder> folder_;
  static Finished finished_;
};

std::unique_ptr<TemporaryFolder> Quickstart::folder_;
Finished Quickstart::finished_;

std::string flipped(std::string bytes) {
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  return bytes;
}

TEST_F(Quickstart, IsAcceptedInTime) {
  EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
  EXPECT_LT(finished_.seconds, 180) << "it should take 90 on two idle cores; a test must bear a busy machine";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "ACCEPTED", finished_.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "report: " + (output() / "report.html").string(), finished_.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "irtual", finished_.out) << "it says that the nodes are virtual";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, " steps | ", finished_.err) << "a counter line every 10 s";
  EXPECT_EQ(finished_.out.find('\x1b'), std::string::npos) << "no colour when it is not a terminal";
}

TEST_F(Quickstart, LeavesItsFiles) {
  for (const char* name : {"results.h5", "verdicts.h5", "report.html", "journal.jsonl", "manifest.sha256",
                           "logs", "plan.toml", "site.toml", "limits.toml"}) {
    EXPECT_TRUE(fs::exists(output() / name)) << name;
  }
  for (const auto& entry : fs::recursive_directory_iterator(output())) {
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
  EXPECT_EQ(read_file(output() / "plan.toml"), read_file(kPlan));
  EXPECT_EQ(read_file(output() / "limits.toml"), read_file(kLimits));
}

TEST_F(Quickstart, MeasuresAllFourFamilies) {
  const json shown = json_of(run_command({rackproof_program(), "show", output(), "--json"}));
  EXPECT_EQ(shown.at("ended"), "complete");
  const auto value = [&](const char* target, const char* metric) {
    return value_of(shown, target, metric).at("value").get<double>();
  };
  for (const char* node : {"rack1/node1", "rack1/node2", "rack2/node1", "rack2/node2"}) {
    EXPECT_GT(value(node, "memory/host/triad:f64,cold#bandwidth"), 0.5e9) << node;
    EXPECT_GT(value(node, "compute/host/gemm:f64,sustained#rate"), 0.5e9) << node;
  }
  for (const char* rack : {"rack1", "rack2"})
    EXPECT_GT(value(rack, "ai/gpt/train:f32#throughput"), 20) << rack;
  EXPECT_GT(value("site", "interconnect/host/allreduce:f32,bytes=1048576,isolated#bus_bandwidth"), 0);
  for (const auto& cell : shown.at("cells")) {
    EXPECT_EQ(cell.at("status"), "ok") << cell.dump();
    EXPECT_EQ(cell.at("launches"), 2) << cell.dump();
    if (cell.at("value").is_null()) continue;
    EXPECT_LE(cell.at("lo").get<double>(), cell.at("value").get<double>()) << cell.dump();
    EXPECT_GE(cell.at("hi").get<double>(), cell.at("value").get<double>()) << cell.dump();
  }
}

TEST_F(Quickstart, H5dumpReadsTheResults) {
  for (const char* file : {"results.h5", "verdicts.h5"}) {
    const Finished dumped = run_command({"h5dump", "-H", output() / file});
    EXPECT_EQ(dumped.exit_code, 0) << file << ": " << dumped.err;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "DATASET", dumped.out) << file;
  }
  for (const char* dataset :
       {"/results/node/value", "/results/pair/lo", "/results/group/n", "/attempts/status", "/series/unit"}) {
    const Finished dumped = run_command({"h5dump", "-d", dataset, output() / "results.h5"});
    EXPECT_EQ(dumped.exit_code, 0) << dataset << ": " << dumped.err;
  }
}

TEST_F(Quickstart, VerifyNamesTheFileThatChanged) {
  const Finished sound = verify(output());
  EXPECT_EQ(sound.exit_code, 0) << sound.out << sound.err;
  std::vector<std::string> names;
  for (const auto& line : lines_of(read_file(output() / "manifest.sha256")))
    names.push_back(line.substr(line.find("  ") + 2));
  for (const char* name : {"results.h5", "verdicts.h5", "report.html", "journal.jsonl", "plan.toml",
                           "site.toml", "limits.toml"}) {
    EXPECT_TRUE(std::ranges::find(names, name) != names.end()) << name << " is not in the manifest";
  }
  EXPECT_EQ(run_command({"sha256sum", "--check", "--quiet", "manifest.sha256"}, {{}, {}, output()}).exit_code,
            0);

  const fs::path copy = folder_->path() / "copy";
  fs::copy(output(), copy, fs::copy_options::recursive);
  for (const auto& name : names) {
    const std::string bytes = read_file(copy / name);
    write_durably(copy / name, flipped(bytes));
    const Finished damaged = verify(copy);
    EXPECT_EQ(damaged.exit_code, 1) << name;
    ASSERT_EQ(lines_of(damaged.out).size(), 1u) << damaged.out;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, name, damaged.out);
    fs::remove(copy / name);
    EXPECT_EQ(verify(copy).exit_code, 1) << name << " is missing";
    write_durably(copy / name, bytes);
  }
  EXPECT_EQ(verify(copy).exit_code, 0);
}

TEST_F(Quickstart, StricterLimitsRejectAndSayWhatWhereAndWhy) {
  const fs::path limits =
      write("strict.toml",
            "schema = 1\nname = \"strict\"\n[[limit]]\nclause = \"7.3\"\n"
            "metric = \"memory/host/triad:f64,cold#bandwidth\"\nplacement = \"node\"\nlower = \"90 TB/s\"\n"
            "severity = \"gate\"\nprovenance = \"contract 4711, annex B\"\n");
  const Finished text = judge(limits);
  const json verdicts = json_of(judge(limits, {"--json"}));
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(verdicts.at("disposition"), "rejected");
  const json shown = json_of(run_command({rackproof_program(), "show", output(), "--json"}));
  for (const char* node : {"rack1/node1", "rack1/node2", "rack2/node1", "rack2/node2"}) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, node, text.out);
    const json cell = cell_of(verdicts, node, "memory/host/triad:f64,cold#bandwidth");
    EXPECT_EQ(cell.at("verdict"), "fail");
    EXPECT_EQ(cell.at("limit"), "≥ 90 TB/s");
    EXPECT_EQ(cell.at("clause"), "7.3");
    EXPECT_EQ(cell.at("provenance"), "contract 4711, annex B");
    const json measured = value_of(shown, node, "memory/host/triad:f64,cold#bandwidth");
    for (const char* key : {"value", "lo", "hi"})
      EXPECT_FLOAT_EQ(cell.at(key).get<float>(), measured.at(key).get<float>());
  }
  for (const char* part : {"REJECTED", "memory/host/triad:f64,cold#bandwidth", "≥ 90 TB/s",
                           "contract 4711, annex B", "7.3", "GB/s ["}) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, part, text.out);
  }
}

TEST_F(Quickstart, WaiversAcceptWithReservationsAndChangeNoVerdict) {
  const fs::path limits =
      write("waived.toml",
            "schema = 1\nname = \"strict\"\n[[limit]]\nmetric = \"memory/host/triad:f64,cold#bandwidth\"\n"
            "placement = \"node\"\nlower = \"90 TB/s\"\nprovenance = \"contract\"\n");
  const auto waiver = [](const std::string& node, const std::string& more = {}) {
    return "[[waiver]]\ntarget = \"" + node +
           "\"\nmetric = \"memory/host/triad:f64,cold#bandwidth\"\nwho = \"A. Buyer\"\n"
           "reason = \"as agreed\"\nuntil = 2999-12-31\n" +
           more;
  };
  std::string text = "schema = 1\n" + waiver("rack1/node1") + waiver("rack1/node2") + waiver("rack2/node1");
  const fs::path some = write("some-waivers.toml", text);
  const fs::path all = write("waivers.toml", text + waiver("rack2/node2") + waiver("rack9/node9"));

  const Finished rejected = judge(limits, {"--waivers", all});
  EXPECT_EQ(rejected.exit_code, 1) << "only --accept-waived accepts";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "accepted with reservations: 4 gates fail, waived by A. Buyer\n",
                      rejected.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "REJECTED", rejected.out) << "the verdict stays";
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "rack9/node9: no such target is judged", rejected.err);
  EXPECT_EQ(judge(limits, {"--waivers", all, "--accept-waived"}).exit_code, 0);
  const json told = json_of(judge(limits, {"--waivers", all, "--accept-waived", "--json"}));
  EXPECT_EQ(told.at("disposition"), "rejected");
  EXPECT_EQ(told.at("exit_code"), 0);
  EXPECT_EQ(told.at("waivers").at("accepted_with_reservations"), true);
  EXPECT_EQ(told.at("waivers").at("waived").size(), 4U);
  EXPECT_EQ(told.at("waivers").at("racks_with_reservations"), (json{"rack1", "rack2"}));

  const Finished partly = judge(limits, {"--waivers", some, "--accept-waived"});
  EXPECT_EQ(partly.exit_code, 1);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "3 of 4 failing gates are waived, by A. Buyer: not accepted\n",
                      partly.out);
  EXPECT_EQ(judge(limits, {"--accept-waived"}).exit_code, 3);
  const Finished mistyped =
      judge(limits, {"--waivers", write("bad.toml", "schema = 1\n" + waiver("a", "untill = 1\n"))});
  EXPECT_EQ(mistyped.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "did you mean \"until\"?", mistyped.err);
  EXPECT_EQ(mistyped.out, "");
}

TEST_F(Quickstart, JudgingAgainGivesTheSameAnswerToTheByte) {
  const Finished first = judge(kLimits, {"--json", "-o", folder_->path() / "first.h5"});
  const Finished second = judge(kLimits, {"--json", "-o", folder_->path() / "second.h5"});
  EXPECT_EQ(first.exit_code, 0) << first.out << first.err;
  EXPECT_FALSE(first.out.empty());
  EXPECT_EQ(first.out, second.out);
  EXPECT_EQ(read_file(folder_->path() / "first.h5"), read_file(folder_->path() / "second.h5"));
  EXPECT_EQ(read_file(folder_->path() / "first.h5"), read_file(output() / "verdicts.h5"));
  EXPECT_EQ(judge(kLimits, {"-o", folder_->path() / "first.h5"}).exit_code, 3)
      << "verdicts are never replaced";
  const Finished report =
      run_command({rackproof_program(), "report", output(), "-o", folder_->path() / "again.html"});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  EXPECT_EQ(read_file(folder_->path() / "again.html"), read_file(output() / "report.html"));
}

TEST_F(Quickstart, CountsEveryPlannedCellOnce) {
  const json verdicts = json_of(judge(kLimits, {"--json"}));
  std::map<std::string, int> counted;
  for (const auto& cell : verdicts.at("cells")) {
    if (cell.at("severity") == "gate") ++counted[cell.at("verdict")];
  }
  const json& campaign = verdicts.at("roll_ups").at(0);
  EXPECT_EQ(campaign.at("kind"), "campaign");
  EXPECT_EQ(counted, (std::map<std::string, int>{{"pass", campaign.at("pass").get<int>()}}));
  for (const auto& row : verdicts.at("coverage")) EXPECT_TRUE(row.at("measured").get<bool>()) << row.dump();
}

TEST_F(Quickstart, SecondRunIntoTheSameFolderChangesNothing) {
  const auto before = digests_of(output());
  const Finished again = run_command(run_arguments());
  EXPECT_EQ(again.exit_code, 3);
  EXPECT_EQ(lines_of(again.err).size(), 1u) << again.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, output().string() + " already holds a campaign", again.err);
  EXPECT_EQ(digests_of(output()), before);
}

TEST_F(Quickstart, SpoilingEnvironmentIsRemovedAndRecorded) {
  int hellos = 0;
  for (const auto& entry : read_journal(output() / "journal.jsonl").entries) {
    if (entry.record.at("type") != "hello") continue;
    ++hellos;
    const auto hello = entry.record.get<Hello>();
    ASSERT_TRUE(hello.removed_environment.contains("OPENBLAS_CORETYPE"));
    EXPECT_EQ(hello.removed_environment.at("OPENBLAS_CORETYPE"), "Haswell");
  }
  EXPECT_GT(hellos, 0);
}

}  // namespace

}  // namespace rackproof::e2e
