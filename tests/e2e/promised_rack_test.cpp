// What was promised against recorded machines and fault devices, from the command line to the exit status.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/e2e/small_campaign.hpp"
#include "tests/harness/machine/servers.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLimits = R"(schema = 1
name = "l"
[[limit]]
metric = "inventory/host/*"
placement = "node"
promised = true
provenance = "made up by a test"
)";

std::string site_of(const fs::path& machine, const std::string& more = "") {
  return fmt::format(R"(schema = 1
name = "s"
virtual_on = "this-host"
{}
[[rack]]
name = "r1"
[[node]]
name = "r1/n1"
rack = "r1"
address = "localhost"
model = "EX-8A"
system_root = "{}"
[node.promised]
"cpu#cores" = 16
"memory#modules" = 16
"memory#module_bytes" = "1 TiB"
"pci#accelerators" = 8
"pci#narrow_links" = "none"
"system#bios" = ["2.0", "2.1"]
)",
                     more, machine.string());
}

PlanText host_plan() {
  PlanText plan;
  plan.cases = {"inventory/host/*"};
  plan.placement = "node";
  plan.launches = 1;
  return plan;
}

TEST(Inventory, TheRecordedServerIsAsPromised) {
  test::RecordedMachine machine;
  test::eight_accelerators(machine);
  const SmallCampaign campaign(host_plan().text(), site_of(machine.folder()), kLimits);
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_EQ(cell_of(campaign.judged(), "r1/n1", "inventory/host/memory#modules").at("reason"), "found 16");
}

TEST(Inventory, WhatDiffersIsRejectedAndNamed) {
  test::RecordedMachine machine;
  test::eight_accelerators(machine);
  machine.write(std::string("/sys/bus/pci/devices/") + test::kAccelerators[4] + "/current_link_width", "8\n");
  machine.remove("/sys/firmware/dmi");
  const SmallCampaign campaign(host_plan().text(), site_of(machine.folder()), kLimits);
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "promised none, found 0000:9a:00.0 x8 of x16", finished.out);
  const auto judged = campaign.judged();
  const auto modules = cell_of(judged, "r1/n1", "inventory/host/memory#modules");
  EXPECT_EQ(modules.at("verdict"), "not_judged");
  EXPECT_EQ(modules.at("reason"), "promised 16; unavailable: no such file: /sys/firmware/dmi/tables/DMI");
}

TEST(Inventory, SerialsAreKeptWithTheCampaign) {
  test::RecordedMachine machine;
  test::eight_accelerators(machine);
  const SmallCampaign campaign(host_plan().text(), site_of(machine.folder(), "serials = \"serials.csv\""),
                               kLimits);
  write_durably(campaign.folder() / "serials.csv", "target,serial\nr1/n1,EX000009\n");
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "promised EX000009, found EX000001", finished.out);
  EXPECT_TRUE(fs::exists(campaign.output() / "serials.csv"));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "serials.csv", read_file(campaign.output() / "manifest.sha256"));
  write_durably(campaign.output() / "serials.csv", "target,serial\nr1/n1,EX000001\n");
  EXPECT_EQ(run_command({rackproof_program(), "verify", campaign.output()}).exit_code, 1);
  const Finished topology = run_command(
      {rackproof_program(), "show", campaign.output(), "--hwloc", campaign.folder() / "topology"});
  EXPECT_EQ(topology.exit_code, 0) << topology.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, ".xml: r1/n1", topology.out);
}

TEST(Inventory, APromiseThatNobodyCanKeepIsRefusedBeforeAnythingRuns) {
  test::RecordedMachine machine;
  const SmallCampaign campaign(host_plan().text(), site_of(machine.folder()) + "\"cpu#core\" = 1\n", kLimits);
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "did you mean \"cpu#cores\"?", finished.err);
  EXPECT_FALSE(fs::exists(campaign.output()));
}

// The fault backend lists all of its devices: the second of two is not there when it has one.
TEST(Inventory, AMissingDeviceFailsTheInventoryAndAHiddenOneDoesNot) {
  for (const bool is_hidden : {false, true}) {
    SiteText site;
    site.options = {is_hidden ? "fault=hidden,device=fault-1" : "fault=none,devices=1"};
    std::string text = site.text();
    text.replace(text.find("\"dev0\""), 6, "\"dev[0-1]\"");
    PlanText plan;
    plan.cases = {"inventory/device/identity"};
    plan.launches = 1;
    const SmallCampaign campaign(plan.text(), text,
                                 limits_text({{"inventory/device/identity#memory", "lower = \"1 MB\""}}));
    const Finished finished = campaign.run();
    EXPECT_EQ(finished.exit_code, is_hidden ? 2 : 1) << finished.out << finished.err;
    const auto judged = campaign.judged();
    EXPECT_EQ(cell_of(judged, "r1/n1/dev0", "inventory/device/identity").at("verdict"), "pass");
    const auto second = cell_of(judged, "r1/n1/dev1", "inventory/device/identity");
    EXPECT_EQ(second.at("verdict"), is_hidden ? "not_judged" : "fail") << second.dump();
    if (is_hidden) continue;
    EXPECT_EQ(second.at("reason"), "missing: backend fault shows 1 devices; number 2 was promised");
  }
}

}  // namespace

}  // namespace rackproof::e2e
