// Sensors of a recorded machine that tells the truth, drifts, lies, wraps and disappears.
#include "harness/machine/node_sensors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

constexpr std::int64_t kTick = 100'000'000;
const std::string kRapl = "/sys/class/powercap/intel-rapl:0/";
const std::string kHwmon = "/sys/class/hwmon/hwmon0/";

class NodeSensorsTest : public ::testing::Test {
 protected:
  NodeSensorsTest() {
    machine.write(kRapl + "name", "package-0\n");
    machine.write(kRapl + "energy_uj", "1000000\n");
    machine.write(kRapl + "max_energy_range_uj", "262143328850\n");
    machine.write(kRapl + "constraint_0_power_limit_uw", "205000000\n");
    machine.write("/sys/class/powercap/intel-rapl:0:0/name", "dram\n");
    machine.write("/sys/class/powercap/intel-rapl:0:0/energy_uj", "5\n");
    machine.write(kHwmon + "name", "power_meter\n");
    machine.write(kHwmon + "power1_average", "412000000\n");
    machine.write("/sys/class/hwmon/hwmon1/name", "coretemp\n");
    machine.write("/sys/class/hwmon/hwmon1/temp1_input", "45000\n");
    machine.write("/sys/class/hwmon/hwmon1/temp1_label", "Package id 0\n");
    machine.write("/sys/class/hwmon/hwmon1/temp2_input", "44000\n");
    machine.write("/sys/class/hwmon/hwmon1/temp2_label", "Core 0\n");
    machine.write("/sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "2000000\n");
    machine.write("/sys/devices/system/cpu/cpufreq/policy1/scaling_cur_freq", "1000000\n");
    machine.write("/proc/meminfo", "MemTotal: 100 kB\nMemAvailable:   64 kB\n");
  }

  Sensor& named(const std::string& part) {
    const auto found = std::ranges::find_if(
        sensors, [&](const auto& one) { return one->source().name.find(part) != std::string::npos; });
    if (found == sensors.end()) throw std::out_of_range(part);
    return **found;
  }
  void find() { sensors = find_node_sensors(machine.root(), tally); }
  /// As a kernel does: the file stays the same.
  void tell(const std::string& file, const std::string& text) {
    std::ofstream(machine.root().at(file), std::ios::trunc) << text;
  }

  test::RecordedMachine machine;
  FileTally tally;
  Sensors sensors;
};

TEST_F(NodeSensorsTest, TellWhoseTheyAre) {
  find();
  EXPECT_EQ(named("package-0").source().scope, SensorScope::package);
  EXPECT_EQ(named("package-0").source().limit, 205);
  EXPECT_EQ(ee_hpc_level(named("package-0").source()), 0) << "it leaves out the rest of the node";
  EXPECT_EQ(named("dram").source().scope, SensorScope::board);
  EXPECT_EQ(named("power_meter").source().scope, SensorScope::node);
  EXPECT_EQ(ee_hpc_level(named("power_meter").source()), 1);
  EXPECT_EQ(named("coretemp").source().quantity, "temperature");
  EXPECT_THROW(named("Core 0"), std::out_of_range) << "reading it would interrupt the core";
}

TEST_F(NodeSensorsTest, AreRead) {
  find();
  EXPECT_FALSE(named("package-0").read(kTick)) << "a counter needs two";
  tell(kRapl + "energy_uj", "21000000\n");
  EXPECT_DOUBLE_EQ(*named("package-0").read(2 * kTick), 200);
  EXPECT_DOUBLE_EQ(*named("power_meter").read(kTick), 412);
  EXPECT_DOUBLE_EQ(*named("coretemp").read(kTick), 318.15);
  EXPECT_DOUBLE_EQ(*named("clock_mean").read(kTick), 1.5e9);
  EXPECT_DOUBLE_EQ(*named("clock_min").read(kTick), 1e9);
  EXPECT_DOUBLE_EQ(*named("memory/available").read(kTick), 64 * 1024);
}

TEST_F(NodeSensorsTest, GiveNoNumberForLiesAndGarbage) {
  find();
  for (const auto& [file, sensor] :
       {std::pair{kHwmon + "power1_average", "power_meter"},
        {std::string("/sys/class/hwmon/hwmon1/temp1_input"), "coretemp"},
        {std::string("/sys/devices/system/cpu/cpufreq/policy1/scaling_cur_freq"), "clock_mean"},
        {std::string("/proc/meminfo"), "memory/available"}}) {
    std::int64_t at = kTick;
    for (const char* text : {"", "\n", "nan", "1e3", "12 W", "0", "-5000000", "99999999999999999", "0x10",
                             "99999999999999999999999", "MemAvailable: none"}) {
      tell(file, text);
      EXPECT_FALSE(named(sensor).read(at += kTick)) << sensor << " of \"" << text << '"';
      EXPECT_FALSE(named(sensor).read(at).why().empty());
    }
  }
}

TEST_F(NodeSensorsTest, ThatDisappearAreGone) {
  find();
  EXPECT_TRUE(named("power_meter").read(kTick));
  machine.remove("/sys/class/hwmon");
  EXPECT_EQ(named("power_meter").read(2 * kTick).why(), kHwmon + "power1_average is gone");
}

TEST_F(NodeSensorsTest, ThatAreNotThereSayWhy) {
  machine.remove("/sys");
  find();
  EXPECT_EQ(named("rapl").read(kTick).why(), "no such folder: /sys/class/powercap");
  EXPECT_EQ(named("hwmon/power").read(kTick).why(), "no such folder: /sys/class/hwmon");
  EXPECT_EQ(named("hwmon/temperature").read(kTick).why(), "no such folder: /sys/class/hwmon");
  EXPECT_EQ(named("clock").read(kTick).why(), "no such folder: /sys/devices/system/cpu/cpufreq");
}

TEST_F(NodeSensorsTest, ReadEachFileOnceATimeAndOpenItOnceForEver) {
  find();
  for (int i = 1; i <= 20; ++i) {
    for (const auto& sensor : sensors) (void)sensor->read(i * kTick);
  }
  EXPECT_EQ(tally.opens, 7) << "energy of two domains, a power, a temperature, two policies, meminfo";
  EXPECT_EQ(tally.reads, 7 * 20);
}

TEST_F(NodeSensorsTest, DoNotOpenWhatCannotBeReadAgainAndAgain) {
  find();
  machine.remove("/proc");
  for (int i = 1; i <= 100; ++i) EXPECT_FALSE(named("memory/available").read(i * kTick));
  EXPECT_LE(tally.opens, 2);
}

}  // namespace
}  // namespace rackproof
