// Bad input gets one clear line with file, line and what to write instead, exit 3, and nothing half-written.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <memory>
#include <regex>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the test's own text lacks " + from);
  return text.replace(at, from.size(), to);
}

/// 1-based line where a text stands for the last time.
int line_of(const std::string& text, const std::string& needle) {
  const auto at = text.rfind(needle);
  return at == std::string::npos
             ? 0
             : 1 + static_cast<int>(
                       std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

const std::string kBandwidth = std::string(kTriad) + "#bandwidth";
std::string sound_plan() { return PlanText{}.text(); }
std::string sound_site() { return SiteText{}.text(); }
std::string sound_limits() { return limits_text({{kBandwidth, "lower = \"1 MB/s\""}}); }

struct Mistake {
  const char* name;
  const char* file;  ///< plan, site or limits
  std::string from;
  std::string to;
  std::string message;
  std::string hint;  ///< what to write instead
};

const std::vector<Mistake> kMistakes{
    {"unknown_key_in_plan", "plan", "retries = 0", "retrys = 0", "unknown key \"retrys\"",
     "did you mean \"retries\"?"},
    {"unknown_key_in_site", "site", "slots = 2", "slot = 2", "unknown key \"slot\"",
     "did you mean \"slots\"?"},
    {"unknown_key_in_limits", "limits", "clause = \"1\"", "clauses = \"1\"", "unknown key \"clauses\"",
     "did you mean \"clause\"?"},
    {"unknown_unit", "plan", "\"0.05 s\"", "\"0.05 sek\"", "sek", "sample_time = \"30 s\""},
    {"no_unit", "limits", "\"1 MB/s\"", "\"1\"", "no unit", "GB/s"},
    {"wrong_dimension_of_time", "plan", "\"0.05 s\"", "\"0.05 GB\"", "is in B, not in s",
     "sample_time = \"30 s\""},
    {"wrong_dimension_of_limit", "limits", "\"1 MB/s\"", "\"1 GFLOP/s\"", "wrong dimension", "GB/s"},
    {"duplicate_node", "site", "r1/n2", "r1/n1", "\"r1/n1\"", "a name of its own"},
    {"limit_on_a_misspelt_metric", "limits", "#bandwidth", "#bandwith", "nothing in the plan measures",
     "did you mean \"" + kBandwidth + "\"?"},
    {"limit_on_a_case_not_planned", "limits", kBandwidth, "interconnect/host/pt2pt:latency#time",
     "nothing in the plan measures", ""},
    {"limit_on_another_placement", "limits", "\"device\"", "\"node\"", "is not measured on \"node\"",
     "\"device\""},
    {"unknown_case", "plan", kGemm, "compute/device/gem:f64,n=256,sustained", "unknown case",
     "did you mean \"" + std::string(kGemm) + "\"?"},
    {"wrong_placement", "plan", "placement = \"device\"", "placement = \"nod\"", "\"nod\" is not a placement",
     "did you mean \"node\"?"},
    {"number_where_text_belongs", "plan", "name = \"small\"", "name = 5", "name must be a text", "\"5\""},
    {"not_toml", "site", "slots = 2", "slots = = 2", "", "this is not TOML"},
    {"unknown_rack", "site", "name = \"r1/n1\"\nrack = \"r1\"", "name = \"r1/n1\"\nrack = \"r2\"",
     "no rack is called \"r2\"", "did you mean \"r1\"?"},
};

class BadConfiguration : public testing::TestWithParam<Mistake> {};

TEST_P(BadConfiguration, IsOneLineWithPlaceAndRemedy) {
  const Mistake& mistake = GetParam();
  std::map<std::string, std::string> texts{
      {"plan", sound_plan()}, {"site", sound_site()}, {"limits", sound_limits()}};
  std::string& bad = texts.at(mistake.file);
  bad = replaced(bad, mistake.from, mistake.to);
  const SmallCampaign campaign(texts["plan"], texts["site"], texts["limits"]);
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_EQ(finished.out, "");
  const auto lines = lines_of(finished.err);
  ASSERT_EQ(lines.size(), 1u) << finished.err;
  const fs::path file = campaign.folder() / (std::string(mistake.file) + ".toml");
  std::smatch parts;
  ASSERT_TRUE(std::regex_match(lines[0], parts, std::regex("(.+?):([0-9]+): (.+?); (.+)"))) << lines[0];
  EXPECT_TRUE(fs::equivalent(fs::path(parts[1].str()), file)) << parts[1];
  // The line of the mistake itself, or of the table that lacks something.
  const std::string marker = mistake.to.substr(mistake.to.rfind('\n') + 1);
  EXPECT_EQ(std::stoi(parts[2]), line_of(bad, marker)) << lines[0];
  EXPECT_PRED_FORMAT2(testing::IsSubstring, mistake.message, lines[0]);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, mistake.hint, lines[0]);
  EXPECT_FALSE(fs::exists(campaign.output())) << "nothing is half-written";
}

INSTANTIATE_TEST_SUITE_P(Mistakes, BadConfiguration, testing::ValuesIn(kMistakes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(BadConfigurationTogether, IsShownAtOnce) {
  std::string plan = replaced(sound_plan(), "retries = 0", "retrys = 0");
  plan = replaced(plan, "\"30 s\"", "\"30 W\"");
  plan = replaced(plan, kGemm, "compute/device/gem:f64,n=256,sustained");
  const SmallCampaign campaign(plan, sound_site(), sound_limits());
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 3);
  const auto lines = lines_of(finished.err);
  ASSERT_EQ(lines.size(), 3u) << finished.err;
  for (const auto& line : lines) EXPECT_TRUE(line.starts_with(campaign.plan().string() + ":")) << line;
}

/// Expects exit 3 and one line on stderr that names `part`.
void expect_refused(const Finished& finished, const std::string& part) {
  EXPECT_EQ(finished.exit_code, 3) << finished.out << finished.err;
  EXPECT_EQ(finished.out, "");
  ASSERT_EQ(lines_of(finished.err).size(), 1u) << finished.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, part, finished.err);
}

TEST(MissingFile, IsNamed) {
  for (const char* name : {"plan.toml", "site.toml", "limits.toml"}) {
    const SmallCampaign campaign(sound_plan(), sound_site(), sound_limits());
    fs::remove(campaign.folder() / name);
    expect_refused(campaign.run(), (campaign.folder() / name).string());
    EXPECT_FALSE(fs::exists(campaign.output())) << name;
  }
}

TEST(MissingWorker, IsNoticedBeforeAnythingIsWritten) {
  const SmallCampaign campaign(sound_plan(), sound_site(), sound_limits());
  fs::create_directory(campaign.folder() / "bin");
  fs::copy(rackproof_program(), campaign.folder() / "bin" / "rackproof");
  auto arguments = campaign.run_arguments();
  arguments[0] = campaign.folder() / "bin" / "rackproof";
  expect_refused(run_command(arguments), (campaign.folder() / "bin" / "rackproof-worker").string());
  EXPECT_FALSE(fs::exists(campaign.output()));

  // A plan is shown all the same: that starts nothing.
  EXPECT_EQ(run_command({arguments[0], "plan", campaign.plan(), "--site", campaign.site()}).exit_code, 0);
}

TEST(OutputFolder, ThatHoldsSomethingIsLeftAlone) {
  const SmallCampaign campaign(sound_plan(), sound_site(), sound_limits());
  fs::create_directory(campaign.output());
  write_durably(campaign.output() / "notes.txt", "mine");
  expect_refused(campaign.run(), campaign.output().string() + " is not empty");
  EXPECT_EQ(digests_of(campaign.output()).size(), 1u);
  write_durably(campaign.output() / "journal.jsonl", "");
  expect_refused(campaign.run(), campaign.output().string() + " already holds a campaign");
  EXPECT_EQ(digests_of(campaign.output()).size(), 2u);
  fs::remove_all(campaign.output());
  write_durably(campaign.output(), "a file");
  expect_refused(campaign.run(), campaign.output().string() + " is a file");
  EXPECT_EQ(read_file(campaign.output()), "a file");
}

/// A finished campaign, whose results are then damaged in a copy.
class BadResults : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    PlanText plan;
    plan.launches = 1;
    plan.cases = {kTriad};
    campaign_ = std::make_unique<SmallCampaign>(plan.text(), sound_site(), sound_limits());
    ASSERT_EQ(campaign_->run().exit_code, 0);
  }
  static void TearDownTestSuite() { campaign_.reset(); }

  void SetUp() override { fs::copy(campaign_->output(), copy(), fs::copy_options::recursive); }
  fs::path copy() const { return folder_.path() / "copy"; }
  fs::path results() const { return copy() / "results.h5"; }

  /// judge, show and report refuse the file with a line that names it and `part`, and write nothing.
  void expect_all_refuse(const std::string& part) const {
    fs::remove(copy() / "report.html");
    const auto before = digests_of(copy());
    const std::string limits = campaign_->limits();
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"judge", results(), "--limits", limits},
             {"judge", results(), "--limits", limits, "--json", "-o", folder_.path() / "new.h5"},
             {"show", results()},
             {"show", copy(), "--json"},
             {"report", copy()}}) {
      std::vector<std::string> command{rackproof_program()};
      command.insert(command.end(), arguments.begin(), arguments.end());
      SCOPED_TRACE(arguments[0]);
      const Finished finished = run_command(command);
      expect_refused(finished, results().string());
      EXPECT_PRED_FORMAT2(testing::IsSubstring, part, finished.err);
    }
    EXPECT_EQ(digests_of(copy()), before);
    EXPECT_FALSE(fs::exists(folder_.path() / "new.h5"));
  }

  /// Overwrites an unsigned attribute of the file's root.
  void set_attribute(const char* name, unsigned value) const {
    const hid_t file = H5Fopen(results().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    ASSERT_GE(attribute, 0);
    ASSERT_GE(H5Awrite(attribute, H5T_NATIVE_UINT, &value), 0);
    H5Aclose(attribute);
    H5Fclose(file);
  }

  TemporaryFolder folder_;
  static std::unique_ptr<SmallCampaign> campaign_;
};

std::unique_ptr<SmallCampaign> BadResults::campaign_;

TEST_F(BadResults, SoundOnesAreRead) {
  EXPECT_EQ(run_command({rackproof_program(), "show", results()}).exit_code, 0);
  EXPECT_EQ(run_command({rackproof_program(), "report", copy()}).exit_code, 0);
  EXPECT_EQ(run_command({rackproof_program(), "judge", results(), "--limits", campaign_->limits()}).exit_code,
            0);
}

TEST_F(BadResults, TruncatedOnesAreRefused) {
  const std::string bytes = read_file(results());
  for (const std::size_t length : {bytes.size() - 1, bytes.size() / 2, std::size_t{512}}) {
    write_durably(results(), bytes.substr(0, length));
    expect_all_refuse("");
  }
}

TEST_F(BadResults, EmptyOrForeignOnesAreRefused) {
  write_durably(results(), "");
  expect_all_refuse("HDF5");
  write_durably(results(), std::string(10000, 'x'));
  expect_all_refuse("HDF5");
}

TEST_F(BadResults, AnotherSchemaIsRefused) {
  set_attribute("schema_major", 2);
  expect_all_refuse("schema 2.4");
  set_attribute("schema_major", 1);
  set_attribute("schema_minor", 7);
  expect_all_refuse("schema 1.7");
}

TEST_F(BadResults, VerdictsAreNotResults) {
  fs::copy_file(copy() / "verdicts.h5", results(), fs::copy_options::overwrite_existing);
  expect_all_refuse("rackproof-results");
}

TEST_F(BadResults, UnfinishedOnesAreRefused) {
  set_attribute("complete", 0);
  expect_all_refuse("incomplete");
}

TEST_F(BadResults, MissingOnesAreRefused) {
  fs::remove(results());
  expect_refused(run_command({rackproof_program(), "show", copy()}), copy().string());
  expect_refused(run_command({rackproof_program(), "judge", copy(), "--limits", campaign_->limits()}),
                 copy().string());
  expect_refused(run_command({rackproof_program(), "report", copy()}), copy().string());
}

TEST_F(BadResults, LimitsThatTheyDoNotMeasureAreRefused) {
  const fs::path limits = folder_.path() / "limits.toml";
  write_durably(limits, limits_text({{std::string(kGemm) + "#rate", "lower = \"1 FLOP/s\""}}));
  expect_refused(run_command({rackproof_program(), "judge", results(), "--limits", limits}),
                 limits.string() + ":");
}

TEST(Shards, ThatCannotBeAreRefused) {
  const SmallCampaign campaign(sound_plan(), sound_site(), sound_limits());
  const auto refused = [&](const std::vector<std::string>& more, const std::string& expected) {
    expect_refused(campaign.run(more), expected);
    EXPECT_FALSE(fs::exists(campaign.output()));
  };
  refused({"--shard", "1/1"}, "\"1/1\" is no shard; write I/N with I from 0 to N-1, such as 0/4");
  refused({"--shard", "0/2"}, "the site has 1 rack, too few for 2 shards");
  std::vector<std::string> batch{rackproof_program(), "plan",     campaign.plan(),  "--site",
                                 campaign.site(),     "--sbatch", campaign.output()};
  expect_refused(run_command(batch), "write launcher = \"slurm\"");
  EXPECT_FALSE(fs::exists(campaign.output()));
  std::string site = sound_site();
  site.insert(site.find("virtual_on"), "launcher = \"slurm\"\n");
  write_durably(campaign.site(), site);
  batch.insert(batch.end(), {"--shards", "2"});
  expect_refused(run_command(batch), "too few for 2 shards");
  EXPECT_FALSE(fs::exists(campaign.output()));
}

TEST(Shards, ThatWasBegunGoesOnAsItself) {
  std::string site = sound_site();
  site.insert(site.find("[[node]]"), "[[rack]]\nname = \"r2\"\n\n");
  site.replace(site.rfind("rack = \"r1\""), 11, "rack = \"r2\"");
  const SmallCampaign campaign(sound_plan(), site, sound_limits());
  const Finished begun = campaign.run({"--shard", "1/2"});
  EXPECT_EQ(begun.exit_code, 0) << begun.out << begun.err;
  EXPECT_TRUE(campaign.attempts("r1/n1/dev0", kTriad).empty());
  EXPECT_FALSE(campaign.attempts("r1/n2/dev0", kTriad).empty()) << "in rack r2";
  expect_refused(campaign.run({"--resume", "--shard", "0/2"}), "is a campaign of shard 1/2");
  expect_refused(campaign.run({"--resume"}), "is complete");
}

TEST(Usage, IsExplained) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"frobnicate"},
                                                    {},
                                                    {"run"},
                                                    {"run", "plan.toml"},
                                                    {"judge"},
                                                    {"merge"},
                                                    {"show", "--nonsense", "x"},
                                                    {"list", "everything"},
                                                    {"verify"}}) {
    std::vector<std::string> command{rackproof_program()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Finished finished = run_command(command);
    EXPECT_EQ(finished.exit_code, 3) << (arguments.empty() ? "no verb" : arguments[0]);
    EXPECT_EQ(finished.out, "");
    EXPECT_FALSE(finished.err.empty());
  }
  for (const char* verb : {"run", "plan", "judge", "report", "show", "merge", "verify", "list"}) {
    const Finished finished = run_command({rackproof_program(), verb, "--help"});
    EXPECT_EQ(finished.exit_code, 0) << verb;
    EXPECT_FALSE(finished.out.empty()) << verb;
  }
  const Finished help = run_command({rackproof_program(), "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "Exit status", help.out);
  EXPECT_EQ(run_command({rackproof_program(), "--version"}).exit_code, 0);
  EXPECT_EQ(run_command({rackproof_program(), "verify", "/nonexistent"}).exit_code, 3);
}

TEST(PlanVerb, PrintsTheStepsInOrderAndStartsNothing) {
  const SmallCampaign campaign(sound_plan(), sound_site(), sound_limits());
  const auto before = digests_of(campaign.folder());
  const std::vector<std::string> command{rackproof_program(), "plan", campaign.plan(), "--site",
                                         campaign.site()};
  const Finished text = run_command(command);
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "estimated time", text.out);
  auto with_json = command;
  with_json.emplace_back("--json");
  const auto shown = json_of(run_command(with_json));
  std::vector<std::pair<int, std::string>> steps;
  for (const auto& step : shown.at("steps")) {
    steps.emplace_back(step.at("launch"), step.at("target"));
    EXPECT_EQ(step.at("cases"), (std::vector<std::string>{kTriad, kGemm, kEventTriad}));
    EXPECT_GT(step.at("estimate_s").get<double>(), 0);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, step.at("step").get<std::string>(), text.out);
  }
  EXPECT_EQ(steps, (std::vector<std::pair<int, std::string>>{
                       {0, "r1/n1/dev0"}, {0, "r1/n2/dev0"}, {1, "r1/n1/dev0"}, {1, "r1/n2/dev0"}}));
  EXPECT_EQ(digests_of(campaign.folder()), before);
}

}  // namespace

}  // namespace rackproof::e2e
