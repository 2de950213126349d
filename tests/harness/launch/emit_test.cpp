#include "harness/launch/emit.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <array>
#include <fstream>

#include "harness/base/error.hpp"
#include "harness/launch/campaign_record.hpp"
#include "harness/record/bundle_file.hpp"
#include "tests/harness/launch/detached_campaign.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

class EmitTest : public ::testing::Test {
 protected:
  ~EmitTest() override { fs::remove_all(folder_); }

  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_ / "bundles"))
      found.insert(entry.path().filename());
    return found;
  }
  static std::vector<std::string> steps_of(const BundleFile& file) {
    std::vector<std::string> ids;
    for (const auto& step : file.bundle.steps) ids.push_back(step.step);
    return ids;
  }

  fs::path folder_ = new_folder();
};

TEST(BundleName, CanBeReadBackAndIsSharedByNobody) {
  const std::vector<std::uint32_t> nodes{0, 1}, devices{0, 0, 1, 1};
  EXPECT_EQ(bundle_name("rack1/node2", {0}, {}), "rack1%2Fnode2");
  EXPECT_EQ(bundle_name("rack1/a+rack1/b", nodes, nodes), "rack1%2Fa+rack1%2Fb.group");
  EXPECT_EQ(bundle_name("rack1", nodes, nodes), "rack1.group");
  EXPECT_EQ(bundle_name("rack1", nodes, devices), "rack1@devices.group");
  // A node may have the name that the group's file has.
  EXPECT_EQ(bundle_name("rack1.group", {0}, {}), "rack1%2Egroup");
  EXPECT_EQ(bundle_name("rack1.group", nodes, nodes), "rack1.group.group");
  EXPECT_EQ(bundle_name("rack1.group.x", {0}, {}), "rack1.group.x");
}

TEST_F(EmitTest, ANodeGetsItsStepsOfAllLaunchesInPlanOrder) {
  SmallCampaign small;
  small.scripts = {"one", "two"};
  small.cases = "\"memory/device/copy:f64\", \"memory/device/scale:f64\"";
  small.settings =
      "launches = 3\nseed = 9\nsample_time = \"0.25 s\"\ncase_time_limit = \"7 s\"\nstep_time_limit = \"70 "
      "s\"";
  const DetachedCampaign campaign(small, folder_);
  const auto bundles = campaign.emit();
  ASSERT_EQ(bundles.size(), 2u);
  EXPECT_EQ(names(), (std::set<std::string>{"README.txt", "rack1%2Fnode1.json", "rack1%2Fnode2.json"}));
  EXPECT_EQ(bundles[1].name, "rack1%2Fnode2");
  EXPECT_EQ(bundles[1].steps, 3u);
  const BundleFile file = campaign.bundle("rack1%2Fnode2");
  EXPECT_EQ(file.sha256, bundles[1].digest);
  EXPECT_EQ(file.bundle.campaign, campaign.records("campaign").at(0).at("id"));
  EXPECT_EQ(file.bundle.catalogue_hash, catalogue_hash(fake_catalogue()));
  EXPECT_EQ(file.bundle.seed, 9u);
  EXPECT_EQ(file.bundle.sample_time_s, 0.25);
  EXPECT_EQ(file.bundle.case_time_limit_s, 7);
  EXPECT_EQ(file.bundle.step_time_limit_s, 70);
  EXPECT_EQ(steps_of(file), (std::vector<std::string>{"s000002.0", "s000004.0", "s000006.0"}));
  for (int launch = 0; launch < 3; ++launch) {
    const BundleStep& step = file.bundle.steps[static_cast<std::size_t>(launch)];
    EXPECT_EQ(step.launch, launch);
    EXPECT_EQ(step.target, "rack1/node2/dev0");
    EXPECT_EQ(step.cases, (std::vector{kCopy, kScale}));
    EXPECT_EQ(step.backend_options, "two");
    EXPECT_EQ(step.ranks, 0);
  }
  const std::string text = read_file(folder_ / "bundles" / "README.txt");
  for (const auto& bundle : bundles) {
    EXPECT_NE(text.find("detached --bundle " + bundle.name + ".json --journal " + bundle.name + "-"),
              std::string::npos);
  }
}

TEST_F(EmitTest, APlanTwiceGivesTheSameBundles) {
  const DetachedCampaign campaign(SmallCampaign{}, folder_);
  const auto first = campaign.emit();
  EXPECT_EQ(campaign.emit().at(0).digest, first.at(0).digest);
}

TEST_F(EmitTest, PairsAndRanksOfDevicesGetBundlesOfTheirOwn) {
  CaseRow of_hosts = fake_catalogue().front();
  of_hosts.id = "interconnect/host/x";
  of_hosts.on_pair = true;
  CaseRow of_devices = of_hosts;
  of_devices.id = "interconnect/device/y";
  of_devices.rank_per_device = true;
  const std::array catalogue{of_hosts, of_devices};
  SmallCampaign small;
  small.scripts = {"one", "one"};
  small.site_settings = "launcher = \"local\"";  // addresses of their own: other machines
  Site site = small.site();
  site.nodes[0].devices.edit().push_back(site.nodes[0].devices->front());
  const Plan plan =
      parse_plan("schema = 1\nname = \"p\"\nlaunches = 1\n[[run]]\ncases = [\"*\"]\nplacement = \"pair\"\n",
                 "plan.toml", catalogue);
  JournalContent journal;
  journal.entries.push_back({0, {{"type", "campaign"}, {"id", "c-1"}}});
  const auto bundles = emit_bundles(plan, site, catalogue, journal, folder_, {"/x/worker", "/x/module"});
  ASSERT_EQ(bundles.size(), 2u);
  EXPECT_EQ(names(), (std::set<std::string>{"README.txt", "rack1%2Fnode1+rack1%2Fnode2.group.json",
                                            "rack1%2Fnode1+rack1%2Fnode2@devices.group.json"}));
  const auto ranks_of = [&](const std::string& name) {
    return read_bundle_file(folder_ / "bundles" / (name + ".json")).bundle.steps.at(0).ranks;
  };
  EXPECT_EQ(ranks_of("rack1%2Fnode1+rack1%2Fnode2.group"), 2);
  EXPECT_EQ(ranks_of("rack1%2Fnode1+rack1%2Fnode2@devices.group"), 3);
  const std::string text = read_file(folder_ / "bundles" / "README.txt");
  EXPECT_NE(text.find("mpirun -n 2 --host host1:1,host2:1 rackproof-worker rank --bundle"), std::string::npos)
      << text;
  site.launch.worker = "/opt/bin/rackproof-worker";
  site.launch.mpirun = {"/opt/mpi/mpirun", "--bind-to", "none"};
  emit_bundles(plan, site, catalogue, journal, folder_, {"/x/worker", "/x/module"});
  EXPECT_NE(
      read_file(folder_ / "bundles" / "README.txt")
          .find("/opt/mpi/mpirun --bind-to none -n 2 --host host1:1,host2:1 /opt/bin/rackproof-worker rank"),
      std::string::npos);
  site.launch.control_net = "10.1.0.0/16";
  site.launch.data_net = "eth1";
  site.launch.first_port = 46000;
  site.launch.last_port = 46063;
  emit_bundles(plan, site, catalogue, journal, folder_, {"/x/worker", "/x/module"});
  const std::string on_networks = read_file(folder_ / "bundles" / "README.txt");
  for (const char* part :
       {"--host host1:1,host2:1 --mca oob_tcp_if_include 10.1.0.0/16 --mca pml ob1 ",
        " --mca btl_tcp_if_include eth1 ", " --mca oob_tcp_dynamic_ipv4_ports 46000-46003 ",
        " --mca btl_tcp_port_min_v4 46016 ", " /opt/bin/rackproof-worker rank --bundle"})
    EXPECT_NE(on_networks.find(part), std::string::npos) << part << on_networks;
  EXPECT_NE(text.find("mpirun -n 3 --host host1:2,host2:1 rackproof-worker rank --bundle"), std::string::npos)
      << text;
}

TEST_F(EmitTest, WhatIsCollectedIsNotEmittedAgainAndMachineryIs) {
  SmallCampaign small;
  small.scripts = {"one", "two", "three"};
  small.cases = "\"memory/device/copy:f64\", \"memory/device/scale:f64\"";
  small.settings = "launches = 1\nretries = 1";
  const DetachedCampaign campaign(small, folder_);
  campaign.emit();
  campaign.collect({campaign.work("rack1%2Fnode1", "1.jsonl"),
                    campaign.work("rack1%2Fnode2", "2.jsonl", {"boot-1", {{kScale, Status::crashed}}, -1})});
  campaign.emit();
  EXPECT_EQ(names(), (std::set<std::string>{"README.txt", "rack1%2Fnode2.json", "rack1%2Fnode3.json"}));
  const BundleFile retry = campaign.bundle("rack1%2Fnode2");
  ASSERT_EQ(retry.bundle.steps.size(), 1u);
  EXPECT_EQ(retry.bundle.steps[0].step, "s000002.1");
  EXPECT_EQ(retry.bundle.steps[0].attempt, 1);
  EXPECT_EQ(retry.bundle.steps[0].cases, std::vector{kScale});
  campaign.collect({campaign.work("rack1%2Fnode2", "2b.jsonl", {"boot-1", {{kScale, Status::crashed}}, -1})});
  campaign.emit();
  EXPECT_FALSE(names().contains("rack1%2Fnode2.json")) << "no attempt is left";
}

TEST_F(EmitTest, JournalsBesideTheBundlesStay) {
  const DetachedCampaign campaign(SmallCampaign{}, folder_);
  campaign.emit();
  const auto journal = campaign.work("rack1%2Fnode1", "bundles/here.jsonl");
  const std::string before = read_file(journal);
  campaign.emit();
  EXPECT_EQ(read_file(journal), before);
  // An emission that died between: its folder is half written and has the journal already.
  fs::create_directory(folder_ / "bundles.tmp");
  fs::rename(journal, folder_ / "bundles.tmp" / "here.jsonl");
  std::ofstream(folder_ / "bundles.tmp" / "rack1%2Fnode1.json") << "{";
  campaign.emit();
  EXPECT_EQ(read_file(journal), before);
  EXPECT_FALSE(fs::exists(folder_ / "bundles.tmp"));
  EXPECT_EQ(campaign.bundle("rack1%2Fnode1").bundle.steps.size(), 1u);
}

TEST_F(EmitTest, AFullDiskLeavesTheBundlesThatWereThere) {
  SmallCampaign small;
  small.settings = "launches = 20";
  const DetachedCampaign campaign(small, folder_);
  campaign.emit();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{2000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
  EXPECT_THROW(campaign.emit(), Error);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(campaign.bundle("rack1%2Fnode1").bundle.steps.size(), 20u);
  campaign.emit();
  EXPECT_EQ(campaign.bundle("rack1%2Fnode1").bundle.steps.size(), 20u);
}

}  // namespace
}  // namespace rackproof
