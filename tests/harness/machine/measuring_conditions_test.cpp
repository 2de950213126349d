#include "harness/machine/measuring_conditions.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

constexpr const char* kGovernor = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
constexpr const char* kHugePages = "/sys/kernel/mm/transparent_hugepage/enabled";

/// A machine of which nothing is missing.
void fill(RecordedMachine& machine) {
  for (const char* file :
       {"/sys/firmware/dmi/tables/DMI", "/sys/class/dmi/id/product_serial", "/sys/class/dmi/id/bios_version",
        "/sys/class/powercap/intel-rapl:0/energy_uj", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq",
        "/sys/devices/system/edac/mc/mc0/ce_count", "/dev/kmsg", "/proc/self/schedstat",
        "/sys/bus/pci/devices/0000:00:00.0/vendor", "/sys/class/hwmon/hwmon0/name",
        "/sys/devices/system/node/node0/cpulist"})
    machine.write(file, "1\n");
  machine.write(kGovernor, "performance\n");
  machine.write(kHugePages, "always [madvise] never\n");
}

std::vector<std::string> costly(const RecordedMachine& machine) {
  std::vector<std::string> subjects;
  for (const auto& row : measuring_conditions(machine.root())) {
    EXPECT_FALSE(row.subject.empty());
    EXPECT_FALSE(row.found.empty()) << row.subject;
    if (!row.is_met()) subjects.push_back(row.subject);
  }
  return subjects;
}

TEST(MeasuringConditions, AWholeMachineCostsNothing) {
  RecordedMachine machine;
  fill(machine);
  EXPECT_EQ(costly(machine), std::vector<std::string>{});
}

TEST(MeasuringConditions, WhatIsMissingIsNamedAloneWithItsCost) {
  const std::vector<std::pair<const char*, const char*>> parts{
      {"/sys/firmware", "memory modules"},
      {"/sys/class/dmi/id/product_serial", "serial of the machine"},
      {"/sys/class/dmi/id/bios_version", "firmware"},
      {"/sys/class/powercap", "energy of the CPUs"},
      {"/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "clock of the CPUs"},
      {"/sys/devices/system/edac", "memory errors"},
      {"/dev/kmsg", "kernel log"},
      {"/proc/self/schedstat", "waiting for a CPU"},
      {"/sys/bus/pci/devices", "PCI bus"},
      {"/sys/class/hwmon", "sensors"},
      {"/sys/devices/system/node", "NUMA nodes"},
      {kGovernor, "governor"},
      {kHugePages, "transparent huge pages"}};
  for (const auto& [file, subject] : parts) {
    RecordedMachine machine;
    fill(machine);
    machine.remove(file);
    EXPECT_EQ(costly(machine), std::vector<std::string>{subject});
  }
  RecordedMachine empty;
  EXPECT_EQ(costly(empty).size(), parts.size());
}

TEST(MeasuringConditions, SettingsThatSlowAMachineDown) {
  RecordedMachine machine;
  fill(machine);
  machine.write(kGovernor, "powersave\n");
  EXPECT_EQ(costly(machine), std::vector<std::string>{"governor"});
  fill(machine);
  for (const char* setting : {"always madvise [never]\n", "garbage", "][", ""}) {
    machine.write(kHugePages, setting);
    EXPECT_EQ(costly(machine), std::vector<std::string>{"transparent huge pages"}) << setting;
  }
}

}  // namespace
}  // namespace rackproof
