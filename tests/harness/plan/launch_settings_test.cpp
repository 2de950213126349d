#include "harness/plan/launch_settings.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "harness/plan/site.hpp"
#include "tests/harness/plan/problems_of.hpp"

namespace rackproof {
namespace {

// [launch] is line 15, its first key line 16.
std::string launching_site(const std::string& launcher, const std::string& launch) {
  return fmt::format(R"(schema = 1
name = "s"
launcher = "{}"

[[rack]]
name = "r"
labels = {{ pdu = "p1" }}

[[node]]
name = "r/n[1-2]"
rack = "r"
address = "{{node}}"
model = "m"

[launch]
{})",
                     launcher, launch);
}

Site read(const std::string& launcher, const std::string& launch) {
  return parse_site(launching_site(launcher, launch), "site.toml");
}

testing::AssertionResult finds(const std::string& launcher, const std::string& launch, int line,
                               const std::string& message, const std::string& hint) {
  const auto problems = problems_of([&] { read(launcher, launch); });
  if (problems.size() != 1) return testing::AssertionFailure() << problems.size() << " problems";
  return has_problem(problems, "site.toml", line, message, hint);
}

TEST(LaunchSettings, WithoutTheTableTheDefaultsHold) {
  std::string text = launching_site("ssh", "");
  text.resize(text.find("[launch]"));
  const LaunchSettings launch = parse_site(text, "site.toml").launch;
  EXPECT_EQ(launch.deploy, Deploy::shared);
  EXPECT_EQ(launch.ssh, (std::vector<std::string>{"ssh"}));
  EXPECT_EQ(launch.mpirun, (std::vector<std::string>{"mpirun"}));
  EXPECT_EQ(launch.answer_time_s, 30);
  EXPECT_EQ(launch.at_once, 0);
  EXPECT_EQ(launch.first_port, 0);
  EXPECT_EQ(launch.setup_text, "");
}

TEST(LaunchSettings, EveryKeyOfSsh) {
  const LaunchSettings launch = read("ssh", R"(deploy = "push"
folder = "/scratch/rackproof"
answer_time = "5000 ms"
ssh = ["/usr/bin/ssh", "-F", "config"]
mpirun = ["mpirun", "--mca", "mpi_yield_when_idle", "1"]
mpirun_from = "first_target"
control_net = "10.77.0.0/16"
data_net = "eth1,fd00::/8"
ports = "46000-46999"
at_once = 64
at_once_per = { rack = 4, pdu = 8 }
)")
                                    .launch;
  EXPECT_EQ(launch.deploy, Deploy::push);
  EXPECT_EQ(launch.folder, "/scratch/rackproof");
  EXPECT_EQ(launch.answer_time_s, 5);
  EXPECT_EQ(launch.ssh, (std::vector<std::string>{"/usr/bin/ssh", "-F", "config"}));
  EXPECT_EQ(launch.mpirun, (std::vector<std::string>{"mpirun", "--mca", "mpi_yield_when_idle", "1"}));
  EXPECT_EQ(launch.mpirun_from, MpirunFrom::first_target);
  EXPECT_EQ(launch.control_net, "10.77.0.0/16");
  EXPECT_EQ(launch.data_net, "eth1,fd00::/8");
  EXPECT_EQ(launch.first_port, 46000);
  EXPECT_EQ(launch.last_port, 46999);
  EXPECT_EQ(launch.at_once, 64);
  EXPECT_EQ(launch.at_once_per, (std::map<std::string, int>{{"pdu", 8}, {"rack", 4}}));
}

TEST(LaunchSettings, EveryLauncherHasItsKeys) {
  EXPECT_EQ(read("mpirun", "deploy = \"preinstalled\"\nworker = \"/opt/w\"\n").launch.worker, "/opt/w");
  EXPECT_EQ(read("slurm", "srun = [\"srun\", \"--qos=test\"]\ndata_net = \"ib0\"\nports = \"1-900\"\n")
                .launch.srun.back(),
            "--qos=test");
  const LaunchSettings launch =
      read("template", R"(on_node = ["docker", "exec", "{node}", "{worker}", "{args}"]
on_group = ["sh", "-c", "run {nodes} {ranks} {worker} {args} > {name}.log"]
)")
          .launch;
  EXPECT_EQ(launch.on_node.size(), 5u);
  EXPECT_EQ(launch.on_group.size(), 3u);
  EXPECT_EQ(read("local", "mpirun = [\"/opt/mpi/bin/mpirun\"]\nat_once = 1\n").launch.mpirun.front(),
            "/opt/mpi/bin/mpirun");
}

TEST(LaunchSettings, KeysAreStrict) {
  EXPECT_TRUE(finds("ssh", "deplyo = \"push\"\n", 16, "unknown key \"deplyo\"", "did you mean \"deploy\"?"));
  EXPECT_TRUE(finds("local", "ssh = [\"ssh\"]\n", 16, "ssh is no setting of launcher \"local\"",
                    "it is for mpirun, ssh"));
  EXPECT_TRUE(finds("local", "deploy = \"shared\"\n", 16, "deploy is no setting", "slurm, ssh, template"));
  EXPECT_TRUE(finds("slurm", "control_net = \"eth1\"\n", 16, "control_net is no setting", "mpirun, ssh"));
  EXPECT_TRUE(finds("ssh", "on_node = [\"a\"]\n", 16, "on_node is no setting", "it is for template"));
  EXPECT_TRUE(finds("mpirun", "srun = [\"srun\"]\n", 16, "srun is no setting", "it is for slurm"));
  std::string text = launching_site("ssh", "");
  text.replace(text.find("[launch]"), 8, "[[launch]]");
  EXPECT_TRUE(has_problem(problems_of([&] { parse_site(text, "site.toml"); }), "site.toml", 15,
                          "launch must be a table", "write [launch]"));
  // All problems at once, in the order of their lines.
  const auto problems = problems_of([] { read("ssh", "ports = 5\nat_once = 0\nmpirun_from = \"here\"\n"); });
  ASSERT_EQ(problems.size(), 4u);
  EXPECT_EQ(problems[3].line, 18);
}

TEST(LaunchSettings, TheWayTheFilesGetThere) {
  EXPECT_TRUE(finds("ssh", "deploy = \"copy\"\n", 16, "deploy = \"copy\" is not known", "\"push\""));
  EXPECT_TRUE(finds("ssh", "deploy = \"preinstalled\"\n", 16, "needs the worker's path", "write worker = "));
  EXPECT_TRUE(finds("ssh", "worker = \"/opt/w\"\n", 16, "means nothing without deploy = \"preinstalled\"",
                    "remove it"));
  EXPECT_TRUE(
      finds("ssh", "folder = \"/tmp/r\"\n", 16, "means nothing without deploy = \"push\"", "remove it"));
  EXPECT_TRUE(
      finds("ssh", "deploy = \"preinstalled\"\nworker = \"bin/w\"\n", 17, "absolute path", "/opt/rackproof"));
  EXPECT_TRUE(finds("ssh", "deploy = \"push\"\nfolder = \"/tmp/\\nx\"\n", 17, "absolute path", "/var/tmp"));
  for (const char* launcher : {"mpirun", "slurm"})
    EXPECT_TRUE(finds(launcher, "deploy = \"push\"\n", 16, "cannot push", "\"shared\""));
}

TEST(LaunchSettings, Programs) {
  EXPECT_TRUE(finds("ssh", "ssh = []\n", 16, "ssh is not a program", "write ssh = "));
  EXPECT_TRUE(finds("ssh", "ssh = [\"ssh\", \"\"]\n", 16, "ssh is not a program", "write ssh = "));
  EXPECT_TRUE(finds("ssh", "mpirun = [\"-n\"]\n", 16, "mpirun is not a program", "write mpirun = "));
  EXPECT_TRUE(finds("ssh", "mpirun = \"mpirun\"\n", 16, "mpirun must be a list of texts", "write mpirun = "));
  EXPECT_TRUE(finds("ssh", "ssh = [\"ssh\", \"-o\", \"User a\"]\n", 16, "has a blank in it", "-F"));
  EXPECT_TRUE(finds("ssh", "mpirun_from = \"there\"\n", 16, "mpirun_from = \"there\"", "first_target"));
}

TEST(LaunchSettings, Templates) {
  const std::string end = "\"{worker}\", \"{args}\"]\n";
  EXPECT_TRUE(finds("template", "answer_time = \"9 s\"\n", 15, "needs on_node", "on_node = "));
  EXPECT_TRUE(finds("template", "on_node = [\"x\", \"{worker}\"]\n", 16, "on_node has no {args}", "{args}"));
  EXPECT_TRUE(
      finds("template", "on_node = [\"x\", \"{args}\"]\n", 16, "on_node has no {worker}", "{worker}"));
  EXPECT_TRUE(finds("template", "on_node = [\"x\", \"{nodee}\", " + end, 16, "{nodee} is not known",
                    "did you mean {node}?"));
  EXPECT_TRUE(
      finds("template", "on_node = [\"x\", \"{ranks}\", " + end, 16, "{ranks} is not known", "{node}"));
  EXPECT_TRUE(finds("template", "on_node = [\"x\", " + end + "on_group = [\"x\", \"-n{rank}\", " + end, 17,
                    "{rank} is not known", "did you mean {ranks}?"));
  std::string text = launching_site("template", "");
  text.resize(text.find("[launch]"));
  EXPECT_TRUE(has_problem(problems_of([&] { parse_site(text, "site.toml"); }), "site.toml", 3,
                          "launcher \"template\" needs [launch]", "on_node"));
  EXPECT_EQ(placeholders_in("{node}:{worker} {} {a b} {x"), (std::vector<std::string>{"node", "worker"}));
}

TEST(LaunchSettings, TimesNetworksAndLimits) {
  for (const char* bad : {"\"0 s\"", "\"2 h\"", "\"-1 s\"", "\"1e9 s\""})
    EXPECT_FALSE(problems_of([&] { read("ssh", fmt::format("answer_time = {}\n", bad)); }).empty()) << bad;
  EXPECT_TRUE(finds("ssh", "answer_time = \"5 B\"\n", 16, "is in B, not in s", "write a quantity in s"));
  EXPECT_TRUE(finds("ssh", "answer_time = \"0.5 s\"\n", 16, "answer_time is out of range", "1 s"));
  EXPECT_TRUE(finds("ssh", "control_net = \"10.0.0.0\"\n", 16, "names no networks", "10.77.0.0/16"));
  EXPECT_TRUE(finds("ssh", "data_net = \"\"\n", 16, "names no networks", "10.77.0.0/16"));
  EXPECT_TRUE(finds("ssh", "ports = \"5\"\n", 16, "no range of ports", "46000-46999"));
  EXPECT_TRUE(finds("ssh", "at_once = 0\n", 16, "at_once = 0 is out of range", "from 1"));
  EXPECT_TRUE(finds("ssh", "at_once_per = 3\n", 16, "must be a table", "rack = 4"));
  EXPECT_TRUE(finds("ssh", "at_once_per = { rack = 0 }\n", 16, "at_once_per.rack", "from 1"));
  EXPECT_TRUE(finds("ssh", "at_once_per = { rack = 1.5 }\n", 16, "at_once_per.rack", "from 1"));
  EXPECT_TRUE(
      finds("ssh", "at_once_per = { racks = 2 }\n", 16, "no node has the label \"racks\"", "\"rack\"?"));
}

class SetupScript : public ::testing::Test {
 protected:
  SetupScript() { std::filesystem::create_directories(folder_); }
  ~SetupScript() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  Site site(const std::string& setup) {
    write("site.toml", launching_site("ssh", fmt::format("setup = \"{}\"\n", setup)));
    return read_site(folder_ / "site.toml");
  }
  testing::AssertionResult finds(const std::string& setup, const std::string& message) {
    return has_problem(problems_of([&] { site(setup); }), (folder_ / "site.toml").string(), 16, message,
                       "beside the site file");
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("rackproof-setup-{}", ::getpid());
};

TEST_F(SetupScript, IsReadBesideTheSiteFile) {
  write("modules.sh", "module load x # für alle\n");
  const Site read = site("modules.sh");
  EXPECT_EQ(read.launch.setup, "modules.sh");
  EXPECT_EQ(read.launch.setup_text, "module load x # für alle\n");
  write("empty.sh", "");
  EXPECT_EQ(site("empty.sh").launch.setup_text, "");
}

TEST_F(SetupScript, WhatCannotBeReadIsRefused) {
  EXPECT_TRUE(finds("missing.sh", "missing.sh cannot be read"));
  std::filesystem::create_directories(folder_ / "folder.sh");
  EXPECT_TRUE(finds("folder.sh", "folder.sh cannot be read"));
  write("large.sh", std::string(65 << 10, '#'));
  EXPECT_TRUE(finds("large.sh", "too large"));
  write("latin.sh", "# f\xfcr\n");
  EXPECT_TRUE(finds("latin.sh", "not UTF-8"));
  write("cut.sh", "# f\xc3");
  EXPECT_TRUE(finds("cut.sh", "not UTF-8"));
  write("surrogate.sh", "# \xed\xa0\x80\n");
  EXPECT_TRUE(finds("surrogate.sh", "not UTF-8"));
  write("zero.sh", std::string("a\0b", 3));
  EXPECT_TRUE(finds("zero.sh", "not UTF-8"));
}

TEST_F(SetupScript, IsANameOnly) {
  write("modules.sh", "");
  for (const char* name : {"/etc/profile.sh", "../modules.sh", "modules", "journal.jsonl"}) {
    const auto problems = problems_of([&] { site(name); });
    EXPECT_TRUE(has_problem(problems, (folder_ / "site.toml").string(), 16, "is not the name of a script",
                            "modules.sh"))
        << name;
  }
}

TEST(LaunchSettings, ThePathOfMessages) {
  const LaunchSettings given = read("ssh", "path = { interface = \"ib0,ib1\", share = 0.8 }").launch;
  EXPECT_EQ(given.path_interface, "ib0,ib1");
  EXPECT_EQ(given.path_share, 0.8);
  EXPECT_EQ(read("local", "path = { interface = \"lo\" }").launch.path_share, 0.9);
  EXPECT_EQ(read("ssh", "").launch.path_interface, "");
  for (const char* bad :
       {"path = \"eth1\"", "path = { share = 0.5 }", "path = { interface = \"10.0.0.0/8\" }",
        "path = { interface = \"eth1\", chare = 0.5 }", "path = { interface = \"\" }"})
    EXPECT_TRUE(finds("ssh", bad, 16, "path names no interface", "write path = {")) << bad;
  for (const char* bad : {"0", "1.1", "-1", "nan", "\"half\""}) {
    EXPECT_TRUE(finds("ssh", fmt::format("path = {{ interface = \"eth1\", share = {} }}", bad), 16,
                      "share of path is not above 0 and at most 1", "write path = {"))
        << bad;
  }
}

}  // namespace
}  // namespace rackproof
