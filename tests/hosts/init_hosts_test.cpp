// A first site file from hosts that answer.
#include "harness/record/durable_file.hpp"
#include "tests/hosts/hosts_fixture.hpp"

namespace rackproof::hosts {

namespace {

e2e::CommandOptions within(double seconds) {
  e2e::CommandOptions options;
  options.time_limit_s = seconds;
  return options;
}

class InitOnHosts : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 2, .slurm = true}); }

  /// `init` of a site in `folder` with these arguments on head. Returns the site file.
  static std::string init(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
                          const std::string& told) {
    std::vector<std::string> command{e2e::rackproof_program(), "init", "-o", folder};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const e2e::Finished written = cluster().on("head", command, within(120));
    EXPECT_EQ(written.exit_code, 0) << written.out << written.err;
    EXPECT_NE(written.out.find(told), std::string::npos) << written.out << written.err;
    return read_file(folder / "site.toml");
  }
};

TEST_F(InitOnHosts, RunAcceptsWhatItWrites) {
  const e2e::TemporaryFolder temporary;
  const auto folder = temporary.path() / "hall-a";
  const std::string site = init(folder, {"h[0-1]", "--racks", "^(h)"}, "2 of 2 nodes answered");
  EXPECT_NE(site.find("name = \"h/h1\""), std::string::npos) << site;
  EXPECT_EQ(site.find("virtual_on"), std::string::npos) << "they have boot ids of their own";
  const e2e::Finished run = cluster().on("head",
                                         {e2e::rackproof_program(), "run", folder / "plan.toml", "--site",
                                          folder / "site.toml", "-o", temporary.path() / "out"},
                                         within(200));
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
}

TEST_F(InitOnHosts, WhoDoesNotAnswerIsMarked) {
  const e2e::TemporaryFolder temporary;
  const std::string site = init(temporary.path() / "hall-a", {"h0", "h9"}, "1 of 2 nodes answered");
  EXPECT_NE(site.find("# FILL IN: did not answer on "), std::string::npos) << site;
}

TEST_F(InitOnHosts, AsksTheNodesOfSlurm) {
  const e2e::TemporaryFolder temporary;
  const std::string site =
      init(temporary.path() / "hall-a", {"--slurm", "--launcher", "ssh"}, "2 of 2 nodes answered");
  EXPECT_NE(site.find("address = \"h1\""), std::string::npos) << site;
}

}  // namespace

}  // namespace rackproof::hosts
