// rackproof init and doctor on the machine in front of the user.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/record/durable_file.hpp"
#include "tests/e2e/command.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

CommandOptions within(double seconds) {
  CommandOptions options;
  options.time_limit_s = seconds;
  return options;
}

class Init : public testing::Test {
 protected:
  Finished init(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {rackproof_program(), "init", "-o", folder().string()});
    CommandOptions options;
    options.folder = temporary_.path();
    return run_command(arguments, options);
  }
  fs::path folder() const { return temporary_.path() / "hall-a"; }
  std::string text(const char* file) const { return read_file(folder() / file); }
  /// Nothing but what the test itself put there.
  void expect_nothing_written() const {
    for (const auto& entry : fs::directory_iterator(temporary_.path()))
      EXPECT_EQ(entry.path().filename(), "hosts.txt") << "left behind";
  }
  fs::path hosts(const std::string& lines) const {
    write_durably(temporary_.path() / "hosts.txt", lines);
    return temporary_.path() / "hosts.txt";
  }

  TemporaryFolder temporary_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Init, RunTakesWhatItWrites) {
  const Finished written = init({"--device", "fault:2"});
  ASSERT_EQ(written.exit_code, 0) << written.err;
  EXPECT_TRUE(contains(written.out, "1 of 1 nodes answered")) << written.out;
  const std::string site = text("site.toml");
  for (const char* part :
       {"name = \"hall-a\"", "launcher = \"local\"", "FILL IN where it stands", "[node.promised]",
        "\"cpu#cores\" = ", "name = \"dev1\"", "backend = \"fault\"", "[node.device.promised]"})
    EXPECT_TRUE(contains(site, part)) << part << " is not in\n" << site;
  EXPECT_FALSE(contains(site, "virtual_on"));
  // The files as they are run on test hosts; here the plan's samples are short.
  std::string plan = text("plan.toml");
  plan.replace(plan.find("launches = 2"), 12, "launches = 1\nsample_time = \"0.05 s\"");
  std::ofstream(folder() / "plan.toml") << plan;
  const Finished run = run_command({rackproof_program(), "run", folder() / "plan.toml", "--site",
                                    folder() / "site.toml", "-o", temporary_.path() / "out"},
                                   within(200));
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_TRUE(contains(run.out, "inventory")) << run.out;
}

TEST_F(Init, APromiseThatIsNotKeptIsFoundLater) {
  ASSERT_EQ(init({}).exit_code, 0);
  std::string site = text("site.toml");
  const std::string key = "\"cpu#sockets\" = ";
  ASSERT_TRUE(contains(site, key)) << site;
  site.insert(site.find(key) + key.size(), "1");  // 1 becomes 11
  std::ofstream(folder() / "site.toml") << site;
  std::string plan = text("plan.toml");
  plan.resize(plan.find("[[run]]", plan.find("[[run]]") + 1));  // the inventory only
  std::ofstream(folder() / "plan.toml") << plan;
  std::string limits = text("limits.toml");
  limits.resize(limits.find("[[limit]]", limits.find("\n[[limit]]") + 3));
  std::ofstream(folder() / "limits.toml") << limits;
  const Finished run = run_command({rackproof_program(), "run", folder() / "plan.toml", "--site",
                                    folder() / "site.toml", "-o", temporary_.path() / "out"});
  EXPECT_EQ(run.exit_code, 1) << run.out << run.err;
  EXPECT_TRUE(contains(run.out, "cpu#sockets")) << run.out;
}

TEST_F(Init, NothingAnswersNothingIsWritten) {
  const Finished finished = init({"no-such-host.invalid", "nor-this.invalid"});
  EXPECT_EQ(finished.exit_code, 3) << finished.out << finished.err;
  EXPECT_TRUE(contains(finished.err, "none of 2 nodes answered; nothing was written")) << finished.err;
  EXPECT_TRUE(contains(finished.err, "no-such-host.invalid: ")) << finished.err;
  expect_nothing_written();
}

TEST_F(Init, BadInputIsOneLineAndNothingIsWritten) {
  const auto refused = [&](std::vector<std::string> arguments, const std::string& part) {
    const Finished finished = init(std::move(arguments));
    EXPECT_EQ(finished.exit_code, 3) << part;
    EXPECT_TRUE(contains(finished.err, part)) << finished.err;
    expect_nothing_written();
  };
  refused({"--device", "fault"}, "write BACKEND:COUNT");
  refused({"--device", "nosuch:1"}, "librackproof-nosuch.so");
  refused({"--racks", "("}, "is no regular expression");
  refused({"--racks", "n[0-9]"}, "has no group");
  refused({"--launcher", "telnet"}, "telnet");
  refused({"--partition", "p", "a"}, "excludes");
  refused({"--hosts", "none.txt"}, "none.txt");
  refused({"--hosts", hosts("# nobody\n")}, "it names no host");
  refused({"--hosts", hosts("n1\nn[3-1]\nn2 n3\na/b\n")}, "hosts.txt:2");
  refused({"--hosts", hosts("n1\nn2 n3\n")}, "hosts.txt:2: \"n3\" stands behind the address");
  refused({"a/b"}, "\"a/b\" is not an address");
}

TEST_F(Init, AFolderThatIsThereIsLeftAlone) {
  fs::create_directories(folder());
  EXPECT_EQ(init({}).exit_code, 3);
  EXPECT_TRUE(fs::is_empty(folder()));
}

TEST(Doctor, SaysWhatIsHereAndWhatItCosts) {
  CommandOptions options;
  options.environment = {{"OMP_NUM_THREADS", "3"}, {"PATH", "/nowhere"}};
  const Finished finished = run_command({rackproof_program(), "doctor", "--json"}, options);
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto report = nlohmann::json::parse(finished.out);
  std::map<std::string, nlohmann::json> checks;
  for (const auto& check : report.at("checks")) checks[check.at("subject")] = check;
  EXPECT_EQ(checks.at("OMP_NUM_THREADS").at("group"), "variable");
  EXPECT_NE(checks.at("OMP_NUM_THREADS").at("cost"), "");
  EXPECT_EQ(checks.at("mpirun").at("found"), "not in PATH");
  EXPECT_NE(checks.at("mpirun").at("cost"), "");
  EXPECT_EQ(checks.at("librackproof-cpu.so").at("cost"), "");
  EXPECT_TRUE(checks.contains("memory modules"));
  const Finished for_people = run_command({rackproof_program(), "doctor"}, options);
  EXPECT_EQ(for_people.exit_code, 0);
  EXPECT_TRUE(contains(for_people.out, "OMP_NUM_THREADS: set")) << for_people.out;
}

}  // namespace

}  // namespace rackproof::e2e
