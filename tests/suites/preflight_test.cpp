// Each item with something that blocks and something that does not, on recorded machines and on the fault backend.
#include "suites/preflight.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "suites/step_devices.hpp"
#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

/// A node of two sockets that is fit to be measured.
class PreflightTest : public testing::Test {
 protected:
  PreflightTest() {
    machine.write("/proc/self/status", "Cpus_allowed_list:\t0-63\n");
    machine.write("/proc/meminfo", "MemTotal: 536870912 kB\nHugePages_Free: 1024\n");
    machine.write("/proc/mounts", "tmpfs /dev/shm tmpfs rw,size=67108864k 0 0\n");
    machine.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    machine.write("/sys/fs/cgroup/system.slice/munge.service/cgroup.procs", "1");
    machine.write("/sys/class/thermal/thermal_zone0/temp", "40000");
    machine.write("/proc/1/comm", "systemd");
    cpu_time(0, 1000);
  }
  void cpu_time(int busy, int idle) {
    machine.write("/proc/stat", fmt::format("cpu  {} 0 0 {} 0 0 0 0 0 0\n", busy, idle));
  }
  /// What is found of one item; `options` of the fault backend: of a step with its devices.
  PreflightFound found(const std::string& item, const Requirements& needs, const PreflightModes& modes = {},
                       const std::optional<std::string>& options = std::nullopt) {
    std::optional<StepDevices> devices;
    if (options) {
      BundleStep step;
      step.backend = "fault";
      step.backend_options = *options;
      devices.emplace(step, Installation{"", RACKPROOF_BINARY_DIR "/lib/rackproof"}, 0, machine.root());
    }
    const SystemRoot root = machine.root();
    const PreflightPlace place{root, devices ? devices->devices() : std::span<const Device>(),
                               devices ? devices->identities() : std::span<const DeviceIdentity>(),
                               [this] { cpu_time(busy_, 1100 - busy_); }};
    std::optional<PreflightFound> one;
    for (PreflightFound& each : look(place, needs, modes)) {
      if (each.item == item) one = std::move(each);
    }
    return one.value_or(PreflightFound{"nothing", "", "", PreflightDecision::recorded, ""});
  }
  void expect(const std::string& item, const std::string& need, PreflightDecision decision,
              const std::string& text, const std::optional<std::string>& options = std::nullopt) {
    const PreflightFound one = found(item, {{item, need}}, {}, options);
    EXPECT_EQ(to_string(one.decision), to_string(decision)) << item << ": " << one.found << one.why;
    EXPECT_EQ(one.found, text) << item << ": " << one.why;
    EXPECT_EQ(one.needed, need);
  }

  RecordedMachine machine;
  int busy_ = 2;  ///< ticks of 100 of others, within the window of load
};

using enum PreflightDecision;

TEST_F(PreflightTest, WhatAHostHas) {
  expect("cores", "64", accepted, "64");
  expect("cores", "65", blocked, "64");
  expect("memory", "500 GiB", accepted, "549.8 GB");
  expect("memory", "600 GB", blocked, "549.8 GB");
  expect("shm", "64 GiB", accepted, "68.72 GB");
  expect("shm", "65 GiB", blocked, "68.72 GB");
  expect("huge_pages", "1024", accepted, "1024");
  expect("huge_pages", "1025", blocked, "1024");
  machine.write("/proc/meminfo", "HugePages_Free: 1048577\n");
  expect("huge_pages", "1024", accepted, "1048577");
}

TEST_F(PreflightTest, WhatAProcessMayUse) {
  EXPECT_EQ(found("open_files", {{"open_files", "8"}}).decision, accepted);
  EXPECT_EQ(found("open_files", {{"open_files", "4000000000"}}).decision, blocked);
  EXPECT_EQ(found("memlock", {{"memlock", "0 B"}}).decision, accepted);
  const PreflightFound most = found("memlock", {{"memlock", "unlimited"}});
  EXPECT_EQ(most.decision, most.found == "unlimited" ? accepted : blocked);
}

TEST_F(PreflightTest, HowAHostIsSet) {
  expect("governor", "performance", accepted, "performance");
  machine.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  expect("governor", "performance", blocked, "powersave");
  expect("services", "munge", accepted, "munge");
  expect("services", "munge, sssd, nvidia-fabricmanager", blocked, "without sssd, nvidia-fabricmanager");
}

TEST_F(PreflightTest, WhatAHostDoes) {
  expect("load", "0.05", accepted, "0.02");
  busy_ = 60;
  cpu_time(0, 1000);
  expect("load", "0.05", blocked, "0.60");
  expect("temperature_at_rest", "45 degC", accepted, "313 K");
  expect("temperature_at_rest", "310 K", blocked, "313 K");
}

TEST_F(PreflightTest, WhatADeviceIs) {
  expect("device_processes", "0", accepted, "0", "fault=none");
  expect("device_processes", "0", blocked, "1", "fault=none,other_processes=1");
  expect("compute_mode", "default", accepted, "default", "fault=none");
  expect("compute_mode", "default", blocked, "exclusive", "fault=none,compute_mode=exclusive");
  expect("mig", "off", accepted, "off", "fault=none");
  expect("mig", "off", blocked, "on", "fault=none,partition=1g.10gb");
  expect("ecc_pending", "0", accepted, "0", "fault=none");
  expect("ecc_pending", "0", blocked, "4", "fault=none,ecc_pending=2");  // two devices
  expect("power_cap", "default", accepted, "default", "fault=none");
  expect("power_cap", "default", blocked, "300W-of-500W", "fault=none,power_limit=300");
  expect("temperature_at_rest", "60 degC", accepted, "330 K", "fault=throttle,at=1000");
  expect("temperature_at_rest", "45 degC", blocked, "330 K", "fault=throttle,at=1000");
  expect("mps", "off", accepted, "off", "fault=none");
  machine.write("/proc/7/comm", "nvidia-cuda-mps");
  expect("mps", "off", blocked, "on", "fault=none");
}

TEST_F(PreflightTest, ItemsOfDevicesAreNotAskedOfAHost) {
  for (const char* item : {"device_processes", "compute_mode", "mig", "mps", "ecc_pending", "power_cap"})
    EXPECT_EQ(found(item, {{item, "0"}}).item, "nothing") << item;
}

TEST_F(PreflightTest, WhatCannotBeReadBlocksWhereItIsRequired) {
  machine.remove("/sys/devices/system/cpu");
  const PreflightFound required = found("governor", {{"governor", "performance"}});
  EXPECT_EQ(required.decision, blocked);
  EXPECT_EQ(required.found, "");
  EXPECT_EQ(required.why.find("unavailable: no CPU shows a governor"), 0u) << required.why;
  EXPECT_EQ(found("governor", {}).decision, recorded);
  EXPECT_EQ(found("governor", {}, {{"governor", "block"}}).decision, recorded) << "nobody requires it";
  EXPECT_EQ(found("governor", {{"governor", "performance"}}, {{"governor", "record"}}).decision, recorded);
  EXPECT_EQ(found("temperature_at_rest", {{"temperature_at_rest", "45 degC"}}, {}, "fault=none").decision,
            blocked)
      << "a device without a thermometer";
}

TEST_F(PreflightTest, ThePlanDecidesWhatFollows) {
  machine.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  const Requirements needs{{"governor", "performance"}};
  EXPECT_EQ(found("governor", needs, {{"governor", "off"}}).item, "nothing");
  const PreflightFound noted = found("governor", needs, {{"governor", "record"}});
  EXPECT_EQ(noted.decision, recorded);
  EXPECT_EQ(noted.needed, "performance");
  EXPECT_EQ(noted.found, "powersave");
  EXPECT_EQ(found("governor", {}).decision, recorded) << "required by nobody";
  EXPECT_EQ(found("governor", {}, {{"governor", "block"}}).decision, blocked) << "the standard need";
  EXPECT_EQ(found("cores", {}, {{"cores", "block"}}).decision, recorded) << "it has no standard need";
  EXPECT_EQ(found("services", {}).item, "nothing") << "no service is named";
}

TEST_F(PreflightTest, NoneOfTheItemsIsForgotten) {
  const SystemRoot root = machine.root();
  const PreflightPlace host{root, {}, {}, [this] { cpu_time(2, 1098); }};
  std::size_t of_hosts = 0;
  for (const PreflightItem& item : preflight_items())
    of_hosts += !item.of_device || item.name == "temperature_at_rest" ? 1 : 0;
  EXPECT_EQ(look(host, {{"services", "munge"}}, {}).size(), of_hosts);
}

TEST(PreflightReason, NamesTheFirstRankOfEachItem) {
  const PreflightFound bad{"governor", "powersave", "performance", blocked, ""};
  const PreflightFound unread{"memory", "", "1 GB", blocked, "unavailable: needs root"};
  const PreflightFound good{"cores", "64", "64", accepted, ""};
  EXPECT_EQ(why_blocked({{0, {good}}}, {"h0"}), "");
  EXPECT_EQ(why_blocked({{0, {good, bad}}}, {"h0"}),
            "precondition governor: found powersave, needs performance");
  EXPECT_EQ(why_blocked({{0, {good}}, {1, {bad, unread}}, {2, {bad}}}, {"h0", "h1", "h2"}),
            "precondition governor of rank 1 (h1): found powersave, needs performance; precondition memory "
            "of rank 1 (h1): "
            "unavailable: needs root, needs 1 GB");
}

}  // namespace
}  // namespace rackproof
