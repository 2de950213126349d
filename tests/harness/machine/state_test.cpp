// How a machine is set and what it does: governor, huge pages, services, temperature, load.
#include <gtest/gtest.h>

#include "harness/machine/governor.hpp"
#include "harness/machine/huge_pages.hpp"
#include "harness/machine/load.hpp"
#include "harness/machine/services.hpp"
#include "harness/machine/temperature.hpp"
#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

constexpr const char* kGovernorFile = "/cpufreq/scaling_governor";

TEST(Governor, IsThatOfAllCpus) {
  RecordedMachine machine;
  EXPECT_FALSE(cpu_governor(machine.root()));
  machine.write("/sys/devices/system/cpu/cpufreq/boost", "1");
  machine.write("/sys/devices/system/cpu/cpu0/online", "1");  // without cpufreq
  EXPECT_FALSE(cpu_governor(machine.root()));
  for (const char* cpu : {"cpu1", "cpu2", "cpu10"})
    machine.write(std::string("/sys/devices/system/cpu/") + cpu + kGovernorFile, "performance\n");
  EXPECT_EQ(*cpu_governor(machine.root()), "performance");
  machine.write(std::string("/sys/devices/system/cpu/cpu2") + kGovernorFile, "powersave\n");
  EXPECT_EQ(*cpu_governor(machine.root()), "performance,powersave");
  machine.write(std::string("/sys/devices/system/cpu/cpu2") + kGovernorFile, "");
  EXPECT_FALSE(cpu_governor(machine.root()));
}

TEST(HugePages, AreThoseThatAreFree) {
  RecordedMachine machine;
  EXPECT_FALSE(free_huge_pages(machine.root()));
  machine.write("/proc/meminfo", "HugePages_Total:    1024\nHugePages_Free:      512\n");
  EXPECT_EQ(*free_huge_pages(machine.root()), 512);
  machine.write("/proc/meminfo", "HugePages_Free: many\n");
  EXPECT_FALSE(free_huge_pages(machine.root()));
}

TEST(Services, HaveACgroup) {
  RecordedMachine machine;
  EXPECT_FALSE(is_service_running(machine.root(), "munge")) << "no systemd is not the same as no service";
  machine.write("/sys/fs/cgroup/system.slice/munge.service/cgroup.procs", "12\n");
  machine.write("/sys/fs/cgroup/systemd/system.slice/old.service/tasks", "13\n");
  EXPECT_TRUE(*is_service_running(machine.root(), "munge"));
  EXPECT_TRUE(*is_service_running(machine.root(), "munge.service"));
  EXPECT_TRUE(*is_service_running(machine.root(), "old")) << "of version 1";
  EXPECT_FALSE(*is_service_running(machine.root(), "sssd"));
}

TEST(Services, ProcessesAreFoundByTheNameThatTheKernelKeeps) {
  RecordedMachine machine;
  EXPECT_FALSE(is_process_running(machine.root(), "nvidia-cuda-mps-server"));
  machine.write("/proc/self/comm", "nvidia-cuda-mps\n");
  machine.write("/proc/17/comm", "bash\n");
  EXPECT_FALSE(*is_process_running(machine.root(), "nvidia-cuda-mps-server"));
  machine.write("/proc/18/comm", "nvidia-cuda-mps\n");
  EXPECT_TRUE(*is_process_running(machine.root(), "nvidia-cuda-mps-server"));
}

TEST(Temperature, IsThatOfTheHottestCpuSensor) {
  RecordedMachine machine;
  EXPECT_FALSE(host_temperature(machine.root()));
  machine.write("/sys/class/thermal/thermal_zone0/temp", "41000");
  EXPECT_NEAR(*host_temperature(machine.root()), 314.15, 1e-9);
  machine.write("/sys/class/hwmon/hwmon0/name", "coretemp");
  machine.write("/sys/class/hwmon/hwmon0/temp1_input", "55000");
  machine.write("/sys/class/hwmon/hwmon0/temp2_input", "57500");
  machine.write("/sys/class/hwmon/hwmon0/temp2_crit", "100000");
  machine.write("/sys/class/hwmon/hwmon1/name", "nvme");
  machine.write("/sys/class/hwmon/hwmon1/temp1_input", "80000");
  EXPECT_NEAR(*host_temperature(machine.root()), 330.65, 1e-9);
  for (const char* lie : {"999999", "-273150", "N/A", ""}) {
    machine.write("/sys/class/hwmon/hwmon0/temp2_input", lie);
    EXPECT_NEAR(*host_temperature(machine.root()), 328.15, 1e-9) << lie;
  }
}

class Load : public testing::Test {
 protected:
  void cpu(const std::string& line) { machine.write("/proc/stat", line + "\ncpu0 1 2 3 4 5 6 7 8 0 0\n"); }
  /// utime 10, then what is given.
  void process(int pid, const std::string& name, int utime) {
    machine.write("/proc/" + std::to_string(pid) + "/stat",
                  std::to_string(pid) + " (" + name + ") S 1 1 1 0 -1 4194560 1 0 0 0 " +
                      std::to_string(utime) + " 0 0 0 20 0 1 0 5 1 1\n");
  }
  RecordedMachine machine;
};

TEST_F(Load, IsWhatOthersTook) {
  cpu("cpu  100 0 100 800 0 0 0 0 0 0");
  process(7, "rackproof-worke", 10);
  process(8, "some one) else", 10);
  const auto load = load_of_others(machine.root(), [&] {
    cpu("cpu  130 0 110 850 0 5 0 5 0 0");  // 50 busy of 100
    process(7, "rackproof-worke", 30);
    process(8, "some one) else", 40);
  });
  EXPECT_NEAR(*load, 0.3, 1e-9) << "the 20 ticks of this program are not others'";
}

TEST_F(Load, IdleMachinesHaveNone) {
  cpu("cpu  100 0 100 800 0 0 0 0 0 0");
  EXPECT_EQ(*load_of_others(machine.root(), [&] { cpu("cpu  100 0 100 890 10 0 0 0 0 0"); }), 0);
}

TEST_F(Load, WhatStandsStillWrapsOrIsGarbageIsUnavailable) {
  EXPECT_FALSE(load_of_others(machine.root(), [] {}));
  cpu("cpu  100 0 100 800 0 0 0 0 0 0");
  EXPECT_EQ(load_of_others(machine.root(), [] {}).why(), "the CPU times of /proc/stat stand still");
  EXPECT_FALSE(load_of_others(machine.root(), [&] { cpu("cpu  1 0 1 8 0 0 0 0 0 0"); }));
  cpu("cpu  100 0 100 800 0 0 0 0 0 0");
  EXPECT_FALSE(load_of_others(machine.root(), [&] { cpu("cpu  900 0 100 700 0 0 0 0 0 0"); }))
      << "the idle time went backwards";
  EXPECT_FALSE(load_of_others(machine.root(), [&] { cpu("cpu  nonsense"); }));
  EXPECT_FALSE(load_of_others(machine.root(), [&] { machine.remove("/proc/stat"); }));
}

}  // namespace
}  // namespace rackproof
