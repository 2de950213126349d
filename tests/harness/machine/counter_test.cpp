#include "harness/machine/counter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/machine/host_counters.hpp"
#include "harness/machine/kernel_log.hpp"
#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

Counter of(double value, std::string unit = "1") { return {std::move(unit), value}; }
Counter none(std::string why) { return {"1", Reading<double>::unavailable(std::move(why))}; }

std::string why(const Counter& before, const Counter& after) {
  return counter_deltas({{"c", before}}, {{"c", after}}).at("c").value.why();
}

TEST(CounterDelta, IsWhatTheWindowAdded) {
  const Counters deltas =
      counter_deltas({{"a", of(7)}, {"b", of(1e15, "B")}}, {{"a", of(9)}, {"b", of(1e15, "B")}});
  EXPECT_EQ(*deltas.at("a").value, 2) << "never the lifetime";
  EXPECT_EQ(*deltas.at("b").value, 0);
  EXPECT_EQ(deltas.at("b").unit, "B");
}

TEST(CounterDelta, WhatWrapsIsResetDisappearsOrIsGarbageHasNone) {
  EXPECT_EQ(why(of(4294967290.0), of(4)), "went backwards: reset");
  EXPECT_EQ(why(of(1.8446744073709550e19), of(12)), "went backwards: reset");
  EXPECT_EQ(why(of(5), of(0)), "went backwards: reset");
  EXPECT_EQ(why(of(5), of(std::nan(""))), "no number");
  EXPECT_EQ(why(of(5), of(std::numeric_limits<double>::infinity())), "no number");
  EXPECT_EQ(why(none("needs root"), of(5)), "needs root");
  EXPECT_EQ(why(of(5), none("needs root")), "at the end of the window: needs root");
  EXPECT_EQ(why(of(5), of(6, "B")), "its unit changed within the window");
  EXPECT_EQ(counter_deltas({{"c", of(5)}}, {}).at("c").value.why(), "disappeared within the window");
  EXPECT_EQ(counter_deltas({}, {{"c", of(5)}}).at("c").value.why(), "appeared within the window");
}

TEST(CounterDelta, OnlyWhatSaysSomethingIsKept) {
  const Counters kept = worth_keeping(
      {{"zero", of(0)}, {"moved", of(1)}, {"bytes", of(0, "B")}, {"gone", none("disappeared")}});
  EXPECT_FALSE(kept.contains("zero"));
  EXPECT_FALSE(kept.contains("bytes"));
  EXPECT_EQ(kept.size(), 2u);
}

/// A server of two sockets with what it counts.
class HostCounters : public testing::Test {
 protected:
  HostCounters() {
    machine.write("/sys/devices/system/edac/mc/mc0/ce_count", "3");
    machine.write("/sys/devices/system/edac/mc/mc0/ue_count", "0");
    machine.write("/sys/devices/system/edac/mc/power/control", "auto");
    machine.write("/sys/bus/pci/devices/0000:17:00.0/aer_dev_correctable",
                  "RxErr 1\nBadTLP 4\nTOTAL_ERR_COR 5");
    machine.write("/sys/bus/pci/devices/0000:17:00.0/aer_dev_fatal", "Undefined 0\nTOTAL_ERR_FATAL 0");
    machine.write("/sys/class/net/eth0/device/vendor", "0x15b3");
    machine.write("/sys/class/net/eth0/statistics/rx_bytes", "1000");
    machine.write("/sys/class/net/eth0/statistics/tx_bytes", "500");
    machine.write("/sys/class/net/eth0/statistics/rx_errors", "2");
    machine.write("/sys/class/net/eth0/statistics/rx_packets", "12");
    machine.write("/sys/class/net/eth0/carrier_changes", "4");
    machine.write("/sys/class/net/veth9/statistics/rx_bytes", "77");
    machine.write("/sys/class/infiniband/mlx5_0/ports/1/counters/port_xmit_data", "250");
    machine.write("/sys/class/infiniband/mlx5_0/ports/1/counters/link_downed", "1");
    machine.write("/sys/class/infiniband/mlx5_0/ports/1/hw_counters/out_of_buffer", "6");
    machine.write("/sys/class/infiniband/mlx5_0/ports/1/hw_counters/lifespan", "12");
    for (const int cpu : {0, 1, 2, 3}) {
      const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu);
      machine.write(folder + "/topology/core_cpus_list", cpu % 2 == 0 ? "0,2" : "1,3");
      machine.write(folder + "/topology/package_cpus_list", "0-3");
      machine.write(folder + "/thermal_throttle/core_throttle_count", cpu % 2 == 0 ? "5" : "2");
      machine.write(folder + "/thermal_throttle/package_throttle_count", "9");
    }
    machine.write("/proc/interrupts",
                  "           CPU0       CPU1\n  8:          1          0   rtc0\n"
                  "MCE:          0          2   Machine check exceptions\n"
                  "MCP:         33         33   Machine check polls\n");
  }
  double value(const std::string& name) { return *read_host_counters(machine.root()).at(name).value; }
  RecordedMachine machine;
};

TEST_F(HostCounters, AreReadFromWhereTheyLie) {
  EXPECT_EQ(value("edac/mc0/ce"), 3);
  EXPECT_EQ(value("aer/0000:17:00.0/correctable"), 5);
  EXPECT_EQ(value("aer/0000:17:00.0/fatal"), 0);
  EXPECT_EQ(value("nic/eth0/rx_bytes"), 1000);
  EXPECT_EQ(value("nic/eth0/rx_errors"), 2);
  EXPECT_EQ(value("nic/eth0/carrier_changes"), 4);
  EXPECT_EQ(value("ib/mlx5_0/1/port_xmit_data"), 1000) << "words of four bytes";
  EXPECT_EQ(value("ib/mlx5_0/1/out_of_buffer"), 6);
  EXPECT_EQ(value("thermal/core_throttle"), 7) << "CPUs of one core count once";
  EXPECT_EQ(value("thermal/package_throttle"), 9);
  EXPECT_EQ(value("machine_checks"), 2);
  const Counters all = read_host_counters(machine.root());
  EXPECT_EQ(all.at("nic/eth0/rx_bytes").unit, "B");
  EXPECT_EQ(all.at("ib/mlx5_0/1/port_xmit_data").unit, "B");
  for (const char* absent :
       {"nic/veth9/rx_bytes", "nic/eth0/rx_packets", "ib/mlx5_0/1/lifespan", "aer/0000:17:00.0/nonfatal"})
    EXPECT_FALSE(all.contains(absent)) << absent;
}

TEST_F(HostCounters, GarbageIsUnavailableAndStopsNothing) {
  machine.write("/sys/devices/system/edac/mc/mc0/ce_count", "garbage");
  machine.write("/sys/bus/pci/devices/0000:17:00.0/aer_dev_correctable", "TOTAL_ERR_COR many");
  machine.write("/sys/bus/pci/devices/0000:17:00.0/aer_dev_fatal", "");
  machine.write("/sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "99999999999999999999");
  machine.write("/proc/interrupts", "MCE: none\n");
  const Counters all = read_host_counters(machine.root());
  for (const char* name : {"edac/mc0/ce", "aer/0000:17:00.0/correctable", "aer/0000:17:00.0/fatal",
                           "thermal/core_throttle", "machine_checks"}) {
    EXPECT_FALSE(all.at(name).value) << name;
    EXPECT_FALSE(all.at(name).value.why().empty()) << name;
  }
  EXPECT_EQ(*all.at("edac/mc0/ue").value, 0) << "the others go on";
}

TEST_F(HostCounters, DriftWithinAWindow) {
  const Counters before = read_host_counters(machine.root());
  machine.write("/sys/devices/system/edac/mc/mc0/ue_count", "1");
  machine.write("/sys/class/net/eth0/statistics/rx_bytes", "12");  // wrapped, or reset
  machine.remove("/sys/class/infiniband");
  machine.write("/sys/class/net/eth0/carrier_changes", "6");
  const Counters kept = worth_keeping(counter_deltas(before, read_host_counters(machine.root())));
  EXPECT_EQ(*kept.at("edac/mc0/ue").value, 1);
  EXPECT_EQ(*kept.at("nic/eth0/carrier_changes").value, 2);
  EXPECT_EQ(kept.at("nic/eth0/rx_bytes").value.why(), "went backwards: reset");
  EXPECT_EQ(kept.at("ib/mlx5_0/1/link_downed").value.why(), "disappeared within the window");
  EXPECT_FALSE(kept.contains("edac/mc0/ce"));
}

TEST_F(HostCounters, ABareMachineHasNone) {
  RecordedMachine bare;
  EXPECT_TRUE(read_host_counters(bare.root()).empty());
  EXPECT_EQ(interface_bytes(bare.root(), "eth0").why(),
            "no such file: /sys/class/net/eth0/statistics/tx_bytes");
  EXPECT_EQ(*interface_bytes(machine.root(), "eth0"), 1500);
}

class KernelLog : public testing::Test {
 protected:
  void log(const std::string& text) { machine.write("/dev/kmsg", text); }
  static double count(const Counters& events, const std::string& kind) {
    return *events.at("kernel_log/" + kind).value;
  }
  RecordedMachine machine;
  const std::string before_ =
      "4,10,100,-;mce: [Hardware Error]: CPU 1: Machine check\n"
      "6,11,200,-;eth0: link up\n SUBSYSTEM=net\n";
};

TEST_F(KernelLog, CountsWhatCameWithinTheWindow) {
  log(before_);
  const KernelLogWindow window(machine.root());
  log(before_ +
      "3,12,300,-;NVRM: Xid (PCI:0000:17:00): 79, GPU has fallen off the bus.\n"
      "6,13,310,-;Out of memory: Killed process 77 (worker)\n"
      "6,14,320,-;mlx5_core 0000:17:00.0 eth0: Link down\n"
      "4,15,330,-;nvme nvme0: I/O 5 QID 1 timeout, aborting\n"
      "4,16,340,-;pcieport 0000:00:01.0: AER: Corrected error received\n");
  const Counters events = window.events();
  EXPECT_EQ(count(events, "mce"), 0) << "that was before";
  for (const char* kind : {"xid", "device_lost", "oom", "link_down", "nvme", "aer"})
    EXPECT_EQ(count(events, kind), 1) << kind;
}

TEST_F(KernelLog, NothingCame) {
  log(before_);
  const KernelLogWindow window(machine.root());
  for (const auto& [name, counter] : window.events()) EXPECT_EQ(*counter.value, 0) << name;
  log("");
  const KernelLogWindow empty(machine.root());
  log("3,0,5,-;NVRM: Xid (PCI:0000:17:00): 13\n");
  EXPECT_EQ(count(empty.events(), "xid"), 1);
}

TEST_F(KernelLog, WhatIsClearedLostOrClosedIsUnavailable) {
  const auto why_of = [](const KernelLogWindow& window) {
    return window.events().at("kernel_log").value.why();
  };
  EXPECT_EQ(why_of(KernelLogWindow(machine.root())), "no such file: /dev/kmsg");
  log(before_);
  const KernelLogWindow window(machine.root());
  log("6,3,1,-;a new boot\n");
  EXPECT_EQ(why_of(window), "went backwards: reset");
  log("6,20,1,-;much was said before this\n");
  EXPECT_EQ(why_of(window), "messages were lost within the window");
  log("\xff\xfe garbage;\n,;x\n");
  EXPECT_EQ(why_of(window), "went backwards: reset");
  machine.remove("/dev/kmsg");
  EXPECT_EQ(why_of(window), "no such file: /dev/kmsg");
}

TEST(KernelMessages, HaveKinds) {
  using Kinds = std::vector<std::string_view>;
  EXPECT_EQ(kinds_of_event("mce: [Hardware Error]: Machine check events logged"), Kinds{"mce"});
  EXPECT_EQ(kinds_of_event("NVRM: Xid (PCI:0000:17:00): 31, pid=7"), Kinds{"xid"});
  EXPECT_EQ(kinds_of_event("oom-kill:constraint=CONSTRAINT_NONE"), Kinds{"oom"});
  EXPECT_EQ(kinds_of_event("mce: CPU0: Thermal monitoring enabled (TM1)"), Kinds{});
  EXPECT_EQ(kinds_of_event("usb 1-1: new device"), Kinds{});
}

}  // namespace
}  // namespace rackproof
