#include "harness/plan/site.hpp"

#include <gtest/gtest.h>

#include "harness/plan/campaign_size.hpp"
#include "tests/harness/plan/problems_of.hpp"
#include "tests/harness/plan/small_site.hpp"

namespace rackproof {
namespace {

std::vector<Diagnostic> site_problems(const std::string& text) {
  return problems_of([&] { parse_site(text, "site.toml"); });
}

testing::AssertionResult site_finds(const std::string& text, int line, const std::string& message,
                                    const std::string& hint) {
  return has_problem(site_problems(text), "site.toml", line, message, hint);
}

// Lines 1 to 5 are the same in most texts below; what is tested begins in line 6.
const std::string kSiteHead =
    "schema = 1\nname = \"s\"\nvirtual_on = \"host\"\n[[rack]]\nname = \"rack[1-2]\"\n";
const std::string kSiteNodes =
    "[[node]]\nname = \"{rack}/node[1-2]\"\nrack = \"rack[1-2]\"\naddress = \"h\"\nmodel = \"m\"\n";

TEST(Site, RangesTemplatesAndLabels) {
  const std::string text = R"(schema = 1
name = "hall-a"
slots = 4
attribute_virtual = true
[[rack]]
name = "R[009-010]"
labels = { hall = "A", row = "1" }
[[rack]]
name = "X"
[[node]]
name = "{rack}/n[1-2]"
rack = "R[009-010]"
address = "{rack}-{node}.example"
model = "host-model"
labels = { row = "own" }
[[node.device]]
name = "dev[0-1]"
backend = "fault"
model = "fault-device"
options = "slow=2"
[[node.device]]
name = "cpu0"
backend = "cpu"
model = "cpu-device"
serial = "S1"
[[node]]
name = "X/only"
rack = "X"
address = "10.0.0.1"
model = "m"
serial = "123"
absent = "not delivered"
system_root = "/recorded/{rack}/{node}"
)";
  const Site site = parse_site(text, "site.toml");
  EXPECT_EQ(site.name, "hall-a");
  EXPECT_EQ(site.launcher, "local");
  EXPECT_EQ(site.slots, 4);
  EXPECT_TRUE(site.attribute_virtual);
  EXPECT_EQ(site.text, text);
  ASSERT_EQ(site.racks.size(), 3u);
  EXPECT_EQ(site.racks[1].name, "R010");
  EXPECT_EQ(site.racks[1].labels->at("hall"), "A");
  ASSERT_EQ(site.nodes.size(), 5u);
  EXPECT_EQ(site.nodes[0].name, "R009/n1");
  EXPECT_EQ(site.nodes[1].name, "R009/n2");
  EXPECT_EQ(site.nodes[2].name, "R010/n1");
  EXPECT_EQ(site.nodes[2].rack, "R010");
  EXPECT_EQ(site.nodes[2].address, "R010-R010/n1.example");
  EXPECT_EQ(*site.nodes[2].labels,
            (Labels{{"hall", "A"}, {"rack", "R010"}, {"row", "own"}, {"site", "hall-a"}}));
  ASSERT_EQ(site.nodes[2].devices->size(), 3u);
  EXPECT_EQ(site.nodes[2].devices->at(1).name, "dev1");
  EXPECT_EQ(site.nodes[2].devices->at(1).options, "slow=2");
  EXPECT_EQ(site.nodes[2].devices->at(2).serial, "S1");
  EXPECT_EQ(site.nodes[0].system_root, "");
  EXPECT_EQ(site.nodes[4].system_root, "/recorded/X/X/only");
  EXPECT_EQ(site.nodes[4].absent, "not delivered");
  EXPECT_EQ(site.nodes[4].serial, "123");
  EXPECT_EQ(*site.nodes[4].labels, (Labels{{"rack", "X"}, {"site", "hall-a"}}));
  EXPECT_TRUE(site.nodes[4].devices->empty());
}

TEST(Site, SmallestSiteHasItsDefaults) {
  const Site site = parse_site(
      "schema = 1\nname = \"s\"\n[[rack]]\nname = \"r\"\n[[node]]\nname = \"r/n\"\nrack = "
      "\"r\"\naddress = \"localhost\"\nmodel = \"m\"\n",
      "site.toml");
  EXPECT_EQ(site.slots, 1);
  EXPECT_FALSE(site.attribute_virtual);
  EXPECT_EQ(site.virtual_on, "");
  EXPECT_EQ(site.nodes.size(), 1u);
}

TEST(Site, InterfacesOfDevices) {
  const auto site = [](const std::string& nic) {
    return kSiteHead + kSiteNodes +
           "[[node.device]]\nname = \"dev[0-1]\"\nbackend = \"fault\"\nmodel = \"d\"\n" + nic;
  };
  EXPECT_EQ(parse_site(site(""), "site.toml").nodes[0].devices->at(1).nic, "");
  EXPECT_EQ(parse_site(site("nic = \"ib0\"\n"), "site.toml").nodes[0].devices->at(1).nic, "ib0");
  const auto devices = parse_site(site("nic = \"mlx5_[2-3]\"\n"), "site.toml").nodes[1].devices.edit();
  EXPECT_EQ(devices[0].nic, "mlx5_2");
  EXPECT_EQ(devices[1].nic, "mlx5_3");
  EXPECT_TRUE(
      site_finds(site("nic = \"eth[1-3]\"\n"), 15, "not an interface for each of 2 devices", "as long as"));
  EXPECT_TRUE(site_finds(site("nic = \"eth/1\"\n"), 15, "not an interface", "write one name"));
  EXPECT_TRUE(site_finds(site("nic = \"eth 1\"\n"), 15, "\"eth 1\" is not a name", "letters"));
}

TEST(Site, SettingsAreChecked) {
  const auto problems = site_problems(
      "name = \"two words\"\nlauncher = \"slurmm\"\nslots = 0\nattribute_virtual = \"no\"\nvirtualon = "
      "\"x\"\n");
  EXPECT_TRUE(has_problem(problems, "site.toml", 1, "schema is missing", "schema = 1"));
  EXPECT_TRUE(has_problem(problems, "site.toml", 1, "\"two words\" is not a name", "letters"));
  EXPECT_TRUE(
      has_problem(problems, "site.toml", 2, "unknown launcher \"slurmm\"", "did you mean \"slurm\"?"));
  EXPECT_TRUE(has_problem(problems, "site.toml", 3, "slots = 0", "from 1"));
  EXPECT_TRUE(has_problem(problems, "site.toml", 4, "attribute_virtual must be true or false", "false"));
  EXPECT_TRUE(
      has_problem(problems, "site.toml", 5, "unknown key \"virtualon\"", "did you mean \"virtual_on\"?"));
  EXPECT_TRUE(has_problem(problems, "site.toml", 1, "no racks", "[[rack]]"));
  EXPECT_EQ(problems.size(), 7u);
}

TEST(Site, RackProblems) {
  EXPECT_TRUE(site_finds(kSiteHead + "[[rack]]\nname = \"rack[2-4]\"\n" + kSiteNodes, 7,
                         "\"rack2\" is there twice, first in line 5", "name of its own"));
  EXPECT_TRUE(site_finds(kSiteHead + "[[rack]]\nname = \"r 3\"\n" + kSiteNodes, 7, "\"r 3\" is not a name",
                         "letters"));
  EXPECT_TRUE(site_finds(kSiteHead + "[[rack]]\nname = \"a+b\"\n" + kSiteNodes, 7, "\"a+b\" is not a name",
                         "letters"));
  EXPECT_TRUE(
      site_finds(kSiteHead + "[[rack]]\nname = \"r[3-1]\"\n" + kSiteNodes, 7, "runs backwards", "[1-8]"));
  EXPECT_TRUE(site_finds(kSiteHead + "[[rack]]\nname = \"site\"\n" + kSiteNodes, 7,
                         "cannot be called \"site\"", "another name"));
  EXPECT_TRUE(
      site_finds(kSiteHead + "[[rack]]\nlabels = {}\n" + kSiteNodes, 6, "name is missing", "name = "));
  EXPECT_TRUE(site_finds(kSiteHead + "[[rack]]\nname = \"r[3-5]\"\n" + kSiteNodes, 7,
                         "\"r3\" has no nodes (and 2 more like it)", "[[node]]"));
  EXPECT_TRUE(site_finds(kSiteHead + "labels = { rack = \"x\" }\n" + kSiteNodes, 6,
                         "\"rack\" is set by the program", "another"));
  EXPECT_TRUE(site_finds(kSiteHead + "labels = { site = \"x\" }\n" + kSiteNodes, 6,
                         "\"site\" is set by the program", "another"));
  EXPECT_TRUE(
      site_finds(kSiteHead + "labels = { hall = \"a b\" }\n" + kSiteNodes, 6, "hall = \"a b\"", "letters"));
  EXPECT_TRUE(site_finds(kSiteHead + "lables = {}\n" + kSiteNodes, 6, "unknown key \"lables\"",
                         "did you mean \"labels\"?"));
  EXPECT_TRUE(site_finds("schema = 1\nname = \"s\"\nrack = []\n", 3, "no racks", "[[rack]]"));
  EXPECT_TRUE(
      site_finds("schema = 1\nname = \"s\"\n[rack]\nname = \"r\"\n", 3, "rack must be a list", "[[rack]]"));
}

TEST(Site, NodeProblems) {
  const std::string rest = "\naddress = \"h\"\nmodel = \"m\"\n";
  EXPECT_TRUE(site_finds(kSiteHead + kSiteNodes + "[[node]]\nname = \"rack1/node2\"\nrack = \"rack1\"" + rest,
                         12, "\"rack1/node2\" has the name of another node, first in line 7",
                         "name of its own"));
  EXPECT_TRUE(site_finds(kSiteHead + "[[node]]\nname = \"n[1-2]\"\nrack = \"rack[1-2]\"" + rest, 7,
                         "\"n1\" has the name of another node, first in line 7 (and 1 more like it)",
                         "{rack}/"));
  EXPECT_TRUE(site_finds(kSiteHead + "[[node]]\nname = \"{rack}\"\nrack = \"rack[1-2]\"" + rest, 7,
                         "\"rack1\" has the name of another rack, first in line 5", "name of its own"));
  EXPECT_TRUE(site_finds(kSiteHead + kSiteNodes + "[[node]]\nname = \"n9\"\nrack = \"rak1\"" + rest, 13,
                         "no rack is called \"rak1\"", "did you mean \"rack1\"?"));
  EXPECT_TRUE(site_finds(kSiteHead + kSiteNodes + "[[node]]\nname = \"n9\"\nrack = \"somewhere-else\"" + rest,
                         13, "no rack is called \"somewhere-else\"", "[[rack]]"));
  EXPECT_TRUE(site_finds(kSiteHead + kSiteNodes + "[[node]]\nname = \"{rak}/n\"\nrack = \"rack1\"" + rest, 12,
                         "\"{rak}/n\" is not a name", "letters"));
  EXPECT_TRUE(site_finds(kSiteHead + kSiteNodes + "[[node]]\nname = \"n[1-2\"\nrack = \"rack1\"" + rest, 12,
                         "brackets", "[1-8]"));
  const auto empty = site_problems(kSiteHead + "[[node]]\nserial = \"1\"\n");
  for (const char* key : {"name", "rack", "address", "model"}) {
    EXPECT_TRUE(has_problem(empty, "site.toml", 6, std::string(key) + " is missing", key));
  }
  EXPECT_TRUE(
      site_finds(kSiteHead + kSiteNodes + "serial = \"1\"\n", 11, "one serial for 4 nodes", "each node"));
  EXPECT_TRUE(
      site_finds(kSiteHead + kSiteNodes + "serial = 17\n", 11, "serial must be a text", "serial = \"17\""));
  EXPECT_TRUE(site_finds(kSiteHead + kSiteNodes + "adress = \"x\"\n", 11, "unknown key \"adress\"",
                         "did you mean \"address\"?"));
}

TEST(Site, Addresses) {
  const std::string head =
      "schema = 1\nname = \"s\"\n[[rack]]\nname = \"r\"\n[[node]]\nname = \"r/n[1-3]\"\nrack = \"r\"\n"
      "model = \"m\"\n";
  EXPECT_TRUE(
      site_finds(head + "address = \"localhost\"\n", 9,
                 "nodes \"r/n1\" and \"r/n2\" both have the address \"localhost\" (and 1 more like it)",
                 "set virtual_on"));
  EXPECT_TRUE(site_finds("virtual_on = \"\"\n" + head + "address = \"localhost\"\n", 10,
                         "both have the address", "{node}"));
  EXPECT_TRUE(site_problems("virtual_on = \"this\"\n" + head + "address = \"localhost\"\n").empty());
  EXPECT_TRUE(site_problems(head + "address = \"{node}\"\n").empty());
  for (const char* bad : {"-oProxyCommand=x", "two words", "{nod}", "h[1-3]"}) {
    EXPECT_TRUE(site_finds("virtual_on = \"this\"\n" + head + "address = \"" + bad + "\"\n", 10,
                           "is not an address", "host name"))
        << bad;
  }
}

TEST(Site, DeviceProblems) {
  const std::string head = kSiteHead + kSiteNodes + "[[node.device]]\n";  // its keys begin in line 12
  const std::string rest = "backend = \"fault\"\nmodel = \"m\"\n";
  EXPECT_TRUE(site_problems(head + "name = \"dev[0-7]\"\n" + rest).empty());
  EXPECT_TRUE(site_finds(head + "name = \"dev0\"\n" + rest + "[[node.device]]\nname = \"dev[0-1]\"\n" + rest,
                         16, "device \"dev0\" is there twice", "name of its own"));
  EXPECT_TRUE(site_finds(head + "name = \"dev 0\"\n" + rest, 12, "\"dev 0\" is not a name", "letters"));
  EXPECT_TRUE(site_finds(head + rest, 11, "name is missing", "name = "));
  EXPECT_TRUE(site_finds(head + "name = \"d\"\nmodel = \"m\"\n", 11, "backend is missing", "backend = "));
  EXPECT_TRUE(site_finds(head + "name = \"d\"\nbackend = \"cpu\"\n", 11, "model is missing", "model = "));
  EXPECT_TRUE(
      site_finds(head + "name = \"d\"\nbackend = \"../evil\"\nmodel = \"m\"\n", 13, "not a backend", "cpu"));
  EXPECT_TRUE(
      site_finds(head + "name = \"d\"\nbackend = \"a/b\"\nmodel = \"m\"\n", 13, "not a backend", "cpu"));
  EXPECT_TRUE(site_finds(head + "name = \"d[0-1]\"\n" + rest + "serial = \"1\"\n", 15,
                         "one serial for 2 devices", "each"));
  EXPECT_TRUE(site_finds(head + "name = \"d\"\n" + rest + "option = \"1\"\n", 15, "unknown key \"option\"",
                         "did you mean \"options\"?"));
}

TEST(Site, AllProblemsOfAFileAreShownTogetherInOrder) {
  const auto problems =
      site_problems(kSiteHead + "lables = {}\n" + kSiteNodes + "adress = \"x\"\n[[rack]]\nname = \"r 3\"\n");
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].line, 6);
  EXPECT_EQ(problems[1].line, 12);
  EXPECT_EQ(problems[2].line, 14);
}

TEST(Site, SyntaxErrorIsOneProblem) { EXPECT_TRUE(site_finds("schema = 1\nname = s\n", 2, "", "TOML")); }

TEST(Site, ManyMistakesOfOneRangeAreOneLine) {
  const auto problems = site_problems("schema = 1\nname = \"s\"\n[[rack]]\nname = \"r[1-40000]\"\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].message.find("39999 more"), std::string::npos) << problems[0].message;
}

TEST(Site, TooManyNodes) {
  EXPECT_TRUE(site_finds(
      "schema = 1\nname = \"s\"\nvirtual_on = \"h\"\n[[rack]]\nname = \"r[1-2]\"\n[[node]]\nname = "
      "\"{rack}/n[1-600000]\"\nrack = \"r[1-2]\"\naddress = \"h\"\nmodel = \"m\"\n",
      7, "more than 1000000 nodes", "campaigns"));
}

TEST(Site, UnreadableFile) {
  EXPECT_TRUE(has_problem(problems_of([] { read_site("/nonexistent/site.toml"); }), "/nonexistent/site.toml",
                          0, "cannot be read", "path"));
}

TEST(Site, NodesOfOneTemplateShareDevicesAndLabelsUntilOneIsEdited) {
  Site site = small_site();
  EXPECT_EQ(&*site.nodes[0].devices, &*site.nodes[3].devices);
  EXPECT_EQ(&*site.nodes[0].labels, &*site.nodes[1].labels);
  EXPECT_NE(&*site.nodes[1].labels, &*site.nodes[2].labels) << "of another rack";
  site.nodes[0].devices.edit()[0].model = "other";
  EXPECT_EQ(site.nodes[0].devices->at(0).model, "other");
  EXPECT_EQ(site.nodes[1].devices->at(0).model, "device-model");
}

TEST(Site, OneCampaignIsOnAtMost512Racks) {
  const auto racks = [](int count) {
    const std::string names = "R[001-" + std::to_string(count) + "]";
    return parse_site("schema = 1\nname = \"s\"\n[[rack]]\nname = \"" + names +
                          "\"\n[[node]]\nname = \"{rack}/n\"\n"
                          "rack = \"" +
                          names + "\"\naddress = \"{node}\"\nmodel = \"m\"\n",
                      "site.toml");
  };
  EXPECT_NO_THROW(check_campaign_size(racks(512), "site.toml"));
  try {
    check_campaign_size(racks(513), "site.toml");
    FAIL();
  } catch (const ConfigurationError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("site.toml"), std::string::npos) << text;
    EXPECT_NE(text.find("513 racks; one campaign is on at most 512"), std::string::npos) << text;
    EXPECT_NE(text.find("--shard"), std::string::npos) << text;
  }
}

const std::string kRequires =
    kSiteHead + kSiteNodes + "[node.requires]\n";  // line 11; its first key is line 12

TEST(SiteRequirements, AreKeptAsTheyAreWritten) {
  const Site site = parse_site(kRequires + R"(cores = 64
memory = "500 GiB"
memlock = "unlimited"
open_files = 65536
services = ["munge", "nvidia-fabricmanager"]
governor = "performance"
temperature_at_rest = "45 degC"
load = 0.05
device_processes = 0
power_cap = "default"
)",
                               "site.toml");
  const Requirements& needs = *site.nodes.back().requirements;
  EXPECT_EQ(needs.at("cores"), "64");
  EXPECT_EQ(needs.at("memory"), "500 GiB");
  EXPECT_EQ(needs.at("services"), "munge, nvidia-fabricmanager");
  EXPECT_EQ(needs.at("load"), "0.05");
  EXPECT_EQ(needs.size(), 10u);
  EXPECT_TRUE(parse_site(kSiteHead + kSiteNodes, "site.toml").nodes.front().requirements->empty());
  const auto kelvin = needed_number(*find_preflight_item("temperature_at_rest"), "45 degC");
  EXPECT_NEAR(kelvin.value_or(0), 318.15, 1e-9);
}

TEST(SiteRequirements, WhatIsNoNeedIsRefused) {
  EXPECT_TRUE(site_finds(kRequires + "governer = \"performance\"\n", 12, "unknown key \"governer\"",
                         "did you mean \"governor\"?"));
  for (const char* bad : {"cores = -1",
                          "cores = 1.5",
                          "cores = \"64\"",
                          "memory = 512",
                          "memory = \"512 s\"",
                          "memory = \"much\"",
                          "memlock = \"infinite\"",
                          "open_files = \"12 B\"",
                          "services = \"munge\"",
                          "services = []",
                          "services = [\"../../etc\"]",
                          "governor = 1",
                          "governor = \"\"",
                          "temperature_at_rest = 45",
                          "temperature_at_rest = \"45 W\"",
                          "load = 2",
                          "load = nan",
                          "load = -0.1",
                          "mig = \"maybe\"",
                          "mps = true",
                          "ecc_pending = \"none\"",
                          "cores = \"unlimited\""}) {
    const std::string key = std::string(bad).substr(0, std::string(bad).find(' '));
    EXPECT_TRUE(site_finds(kRequires + bad + "\n", 12, key + " is not what", "write " + key + " = ")) << bad;
  }
  EXPECT_TRUE(site_finds(kSiteHead + kSiteNodes + "requires = 5\n", 11, "requires must be a table",
                         "[node.requires]"));
}

}  // namespace
}  // namespace rackproof
