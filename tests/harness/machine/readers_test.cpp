// The readers on machines in the shape of real servers, and on one that lies.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/machine/cpu.hpp"
#include "harness/machine/cpu_list.hpp"
#include "harness/machine/interfaces.hpp"
#include "harness/machine/memory.hpp"
#include "harness/machine/operating_system.hpp"
#include "harness/machine/pci.hpp"
#include "harness/machine/system.hpp"
#include "harness/machine/tally.hpp"
#include "tests/harness/machine/servers.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

TEST(CpuList, AreNumbersInOrder) {
  EXPECT_EQ(parse_cpu_list("0-2,5"), (std::vector<int>{0, 1, 2, 5}));
  EXPECT_EQ(parse_cpu_list(""), std::vector<int>{});
  for (const char* garbage : {"x", "3-1", "0,", ",0", "1,1", "2,1", "0-99999999", "-1", "0-", "0 1"})
    EXPECT_FALSE(parse_cpu_list(garbage)) << garbage;
}

TEST(Tally, CountsAndHasNoPartOfAWhole) {
  EXPECT_EQ(tally(std::vector<std::string>{"b", "a", "b"}), "1 x a, 2 x b");
  EXPECT_EQ(tally(std::vector<std::string>{}), "none");
  using Text = Reading<std::string>;
  EXPECT_EQ(tally(std::vector<Text>{Text("a"), Text::unavailable("gone")}).why(), "gone");
}

TEST(Readers, ReadAServerOfEightAccelerators) {
  RecordedMachine machine;
  test::eight_accelerators(machine);
  const SystemRoot root = machine.root();
  const Cpu cpu = read_cpu(root);
  EXPECT_EQ(*cpu.sockets, 2);
  EXPECT_EQ(*cpu.cores, 16);
  EXPECT_EQ(*cpu.threads, 32);
  EXPECT_EQ(*cpu.offline, 0);
  EXPECT_EQ(*cpu.numa_nodes, 2);
  EXPECT_EQ(*cpu.numa_cpus, "0: 0-7,16-23, 1: 8-15,24-31");
  EXPECT_EQ(*cpu.model, "INTEL(R) XEON(R) PLATINUM 8558");
  EXPECT_EQ(*cpu.microcode, "0x21000283");
  const Memory memory = read_memory(root);
  EXPECT_EQ(*memory.total, 1056563916LL * 1024);
  ASSERT_TRUE(memory.modules) << memory.modules.why();
  EXPECT_EQ(memory.modules->slots, 16);
  ASSERT_EQ(memory.modules->modules.size(), 16U);
  EXPECT_EQ(memory.modules->modules[3].bytes, std::int64_t{64} << 30);
  EXPECT_EQ(memory.modules->modules[3].transfers_per_s, 4'800'000'000);
  EXPECT_EQ(memory.modules->modules[3].serial, "80CE0003");
  EXPECT_EQ(memory.modules->modules[3].slot, "DIMM_A4");
  const auto pci = read_pci(root);
  ASSERT_TRUE(pci) << pci.why();
  EXPECT_EQ(std::ranges::count_if(*pci, is_accelerator), 8);
  EXPECT_EQ(std::ranges::count_if(*pci, is_network_controller), 9);
  EXPECT_EQ(std::ranges::count_if(*pci, is_nvme), 1);
  const auto device = read_pci_device(root, "00000000:9A:00.0");
  ASSERT_TRUE(device) << device.why();
  EXPECT_EQ(device->id(), "10de:2330");
  EXPECT_EQ(*device->driver, "nvidia");
  EXPECT_EQ(*device->numa_node, 1);
  EXPECT_EQ(*described(device->now), "x16 32 GT/s");
  EXPECT_EQ(*read_system(root).serial, "EX000001");
  const OperatingSystem os = read_operating_system(root);
  EXPECT_EQ(*os.image, "compute 2026.11");
  EXPECT_EQ(*os.services, "munge, slurmd");
  const auto interfaces = read_interfaces(root);
  ASSERT_TRUE(interfaces);
  ASSERT_EQ(interfaces->size(), 1U);  // lo has no device
  EXPECT_EQ(*interfaces->front().bits_per_s, 10'000'000'000);
  const auto ports = read_infiniband_ports(root);
  ASSERT_EQ(ports->size(), 8U);
  EXPECT_EQ(*ports->front().state, "ACTIVE");
}

TEST(Readers, ReadAnArmNode) {
  RecordedMachine machine;
  test::arm_node(machine);
  const SystemRoot root = machine.root();
  const Cpu cpu = read_cpu(root);
  EXPECT_EQ(*cpu.model, "implementer 0x41 part 0xd4f");
  EXPECT_EQ(*cpu.cores, 72);
  EXPECT_EQ(*cpu.threads, 72);
  EXPECT_FALSE(cpu.microcode);
  EXPECT_EQ(*read_system(root).product, "Example Arm 4A");
  EXPECT_EQ(*read_system(root).serial, "ARM00042");
  EXPECT_EQ(read_system(root).bios.why(), "no such file: /sys/class/dmi/id/bios_version");
  EXPECT_EQ(read_memory(root).modules.why(), "no such file: /sys/firmware/dmi/tables/DMI");
  EXPECT_EQ(std::ranges::count_if(*read_pci(root), is_accelerator), 4);
}

TEST(Readers, AnEmptyMachineTellsNothing) {
  RecordedMachine machine;
  const SystemRoot root = machine.root();
  const Cpu cpu = read_cpu(root);
  EXPECT_FALSE(cpu.model || cpu.sockets || cpu.cores || cpu.threads || cpu.offline || cpu.numa_nodes);
  EXPECT_FALSE(read_memory(root).total);
  EXPECT_EQ(read_pci(root).why(), "the PCI bus cannot be seen here");
  EXPECT_FALSE(read_interfaces(root));
  EXPECT_FALSE(read_infiniband_ports(root));
  EXPECT_FALSE(read_operating_system(root).services);
}

// No file of a machine that answers garbage becomes a number or a text.
TEST(Readers, GarbageIsNeverANumber) {
  for (const std::string& garbage :
       {std::string("\xff\xfe\x80 garbage \x01"), std::string(), std::string("-99999999999999999999"),
        std::string(5000, 'A'), std::string("nan"), std::string("0x")}) {
    RecordedMachine machine;
    test::eight_accelerators(machine);
    test::spoil(machine, garbage);
    const SystemRoot root = machine.root();
    const Cpu cpu = read_cpu(root);
    EXPECT_FALSE(cpu.sockets || cpu.cores || cpu.threads || cpu.offline || cpu.microcode || cpu.model)
        << garbage;
    EXPECT_FALSE(read_memory(root).total) << garbage;
    EXPECT_FALSE(read_memory(root).modules) << garbage;
    EXPECT_FALSE(read_pci(root)) << garbage;
    const auto interfaces = read_interfaces(root);
    ASSERT_TRUE(interfaces);
    for (const Interface& interface : *interfaces)
      EXPECT_FALSE(interface.bits_per_s || interface.mtu) << garbage;
  }
}

TEST(Readers, LiesAreNoNumbers) {
  RecordedMachine machine;
  test::eight_accelerators(machine);
  const SystemRoot root = machine.root();
  const std::string device = std::string("/sys/bus/pci/devices/") + test::kAccelerators[0];
  const auto link = [&](const char* file, const char* text) {
    machine.write(device + file, text);
    return read_pci_device(root, test::kAccelerators[0])->now;
  };
  for (const char* width : {"0", "63", "255", "-1", "sixteen"})
    EXPECT_FALSE(link("/current_link_width", width).width) << width;
  for (const char* speed : {"Unknown", "0 GT/s", "-8 GT/s", "nan GT/s", "inf GT/s", "32", "9e99 GT/s"})
    EXPECT_FALSE(link("/current_link_speed", speed).transfers_per_s) << speed;
  machine.write(device + "/numa_node", "-1");
  EXPECT_FALSE(read_pci_device(root, test::kAccelerators[0])->numa_node);
  for (const char* total : {"MemTotal: 0 kB", "MemTotal: -5 kB", "MemTotal: 12 MB",
                            "MemTotal: 99999999999999999 kB", "MemFree: 1 kB"}) {
    machine.write("/proc/meminfo", total);
    EXPECT_FALSE(read_memory(root).total) << total;
  }
  machine.write("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "1,17");
  EXPECT_FALSE(read_cpu(root).cores);
  machine.write("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0,1,16");
  EXPECT_FALSE(read_cpu(root).cores);
  machine.write("/sys/devices/system/cpu/online", "0-40");
  EXPECT_FALSE(read_cpu(root).offline);
  machine.write("/sys/class/net/eno1/speed", "-1");
  EXPECT_FALSE(read_interfaces(root)->front().bits_per_s);
  for (const char* forgotten :
       {"To Be Filled By O.E.M.", "Default string", "00000000", "None", "0123456789"}) {
    machine.write("/sys/class/dmi/id/product_serial", forgotten);
    EXPECT_FALSE(read_system(root).serial) << forgotten;
  }
  for (const char* address : {"", "../../../etc", "0000:18:00.0/../x", "zz:zz.z", "18"})
    EXPECT_FALSE(read_pci_device(root, address)) << address;
}

}  // namespace
}  // namespace rackproof
