// Recorded machines in the shape of real servers: two sockets with eight accelerators and eight NICs, an Arm node, and one
// that answers nothing but garbage.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof::test {

/// A memory module as a structure of the SMBIOS table; size 0: an empty slot. SMBIOS 3.2, structure type 17.
struct DmiModule {
  std::string slot = "DIMM_A1";
  std::uint32_t mib = 65536;
  std::uint16_t speed = 4800;
  std::string vendor = "Samsung";
  std::string serial = "80CE0001";
  std::string part = "M321R8GA0BB0-CQKZJ";
};

inline std::string dmi_structure(const DmiModule& module) {
  std::string fields(0x54, '\0');
  const auto put = [&](std::size_t at, std::uint32_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) fields[at + i] = static_cast<char>(value >> (8 * i) & 0xff);
  };
  put(0, 17, 1);
  put(1, 0x54, 1);
  const bool is_large = module.mib >= 0x7fff;
  put(0x0c, is_large ? 0x7fff : module.mib, 2);
  if (is_large) put(0x1c, module.mib, 4);
  put(0x10, 1, 1);
  put(0x15, 5600, 2);
  put(0x20, module.speed, 2);
  put(0x17, 2, 1);
  put(0x18, 3, 1);
  put(0x1a, 4, 1);
  for (const std::string& text : {module.slot, module.vendor, module.serial, module.part})
    fields += text + '\0';
  return fields + '\0';
}

inline std::string dmi_table(const std::vector<DmiModule>& modules) {
  // Something else first: a BIOS structure with one text.
  std::string table =
      std::string("\x00\x12\x00\x00\x01", 5) + std::string(13, '\0') + "BIOS" + std::string(2, '\0');
  for (const DmiModule& module : modules) table += dmi_structure(module);
  return table + std::string("\x7f\x04\xff\xff\0\0", 6);
}

inline std::vector<DmiModule> sixteen_modules() {
  std::vector<DmiModule> modules;
  for (int i = 0; i < 16; ++i)
    modules.push_back({.slot = fmt::format("DIMM_{}{}", i < 8 ? 'A' : 'B', i % 8 + 1),
                       .serial = fmt::format("80CE{:04}", i)});
  return modules;
}

struct RecordedPci {
  std::string address, pci_class, vendor, device, driver;
  int numa_node = 0;
  int width = 16;
  std::string speed = "32.0 GT/s PCIe";
};

inline void add_pci(RecordedMachine& machine, const RecordedPci& device) {
  const std::string folder = "/sys/bus/pci/devices/" + device.address;
  machine.write(folder + "/class", device.pci_class + "\n");
  machine.write(folder + "/vendor", device.vendor + "\n");
  machine.write(folder + "/device", device.device + "\n");
  machine.write(folder + "/numa_node", fmt::format("{}\n", device.numa_node));
  for (const char* which : {"current", "max"}) {
    machine.write(fmt::format("{}/{}_link_width", folder, which), fmt::format("{}\n", device.width));
    machine.write(fmt::format("{}/{}_link_speed", folder, which), device.speed + "\n");
  }
  if (!device.driver.empty()) machine.link(folder + "/driver", "../../../bus/pci/drivers/" + device.driver);
}

inline void add_cpus(RecordedMachine& machine, int sockets, int cores, int threads) {
  const int all = sockets * cores * threads;
  const std::string cpus = "/sys/devices/system/cpu";
  machine.write(cpus + "/online", fmt::format("0-{}\n", all - 1));
  machine.write(cpus + "/present", fmt::format("0-{}\n", all - 1));
  machine.write("/sys/devices/system/node/online", sockets == 1 ? "0\n" : fmt::format("0-{}\n", sockets - 1));
  for (int cpu = 0; cpu < all; ++cpu) {
    const int core = cpu % (sockets * cores);
    std::string siblings = std::to_string(core);
    for (int thread = 1; thread < threads; ++thread)
      siblings += fmt::format(",{}", core + thread * sockets * cores);
    const std::string folder = fmt::format("{}/cpu{}", cpus, cpu);
    machine.write(folder + "/topology/thread_siblings_list", siblings + "\n");
    machine.write(folder + "/topology/physical_package_id", fmt::format("{}\n", core / cores));
  }
  for (int node = 0; node < sockets; ++node) {
    std::string list;
    for (int thread = 0; thread < threads; ++thread) {
      const int first = thread * sockets * cores + node * cores;
      list += fmt::format("{}{}-{}", list.empty() ? "" : ",", first, first + cores - 1);
    }
    machine.write(fmt::format("/sys/devices/system/node/node{}/cpulist", node), list + "\n");
  }
}

inline constexpr std::array<const char*, 8> kAccelerators{"0000:18:00.0", "0000:2a:00.0", "0000:3a:00.0",
                                                          "0000:5d:00.0", "0000:9a:00.0", "0000:ab:00.0",
                                                          "0000:ba:00.0", "0000:db:00.0"};

inline void add_system(RecordedMachine& machine) {
  machine.write("/proc/sys/kernel/ostype", "Linux\n");
  machine.write("/proc/sys/kernel/osrelease", "6.1.0-30-amd64\n");
  machine.write("/proc/sys/kernel/random/boot_id", "6f9619ff-8b86-d011-b42d-00c04fc964ff\n");
  machine.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  machine.write("/proc/cmdline", "root=LABEL=root ro iommu=pt\n");
  machine.write(
      "/etc/os-release",
      "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nIMAGE_ID=compute\nIMAGE_VERSION=2026.11\n");
  machine.write("/sys/fs/cgroup/system.slice/munge.service/cgroup.procs", "812\n");
  machine.write("/sys/fs/cgroup/system.slice/slurmd.service/cgroup.procs", "921\n");
}

inline void add_network(RecordedMachine& machine, int ports) {
  machine.write("/sys/class/net/lo/operstate", "unknown\n");
  machine.write("/sys/class/net/eno1/operstate", "up\n");
  machine.write("/sys/class/net/eno1/address", "ac:1f:6b:00:00:01\n");
  machine.write("/sys/class/net/eno1/speed", "10000\n");
  machine.write("/sys/class/net/eno1/mtu", "9000\n");
  machine.link("/sys/class/net/eno1/device/driver", "../../../bus/pci/drivers/ixgbe");
  for (int i = 0; i < ports; ++i) {
    const std::string device = fmt::format("/sys/class/infiniband/mlx5_{}", i);
    machine.write(device + "/fw_ver", "28.39.2048\n");
    machine.write(device + "/ports/1/rate", "400 Gb/sec (4X NDR)\n");
    machine.write(device + "/ports/1/state", "4: ACTIVE\n");
    machine.write(device + "/ports/1/link_layer", "InfiniBand\n");
  }
}

/// Two sockets of eight cores, eight accelerators, eight InfiniBand NICs and an Ethernet one, sixteen modules of 64 GiB.
inline void eight_accelerators(RecordedMachine& machine) {
  add_cpus(machine, 2, 8, 2);
  std::string info;
  for (int cpu = 0; cpu < 32; ++cpu)
    info += fmt::format(
        "processor\t: {}\nmodel name\t: INTEL(R) XEON(R) PLATINUM 8558\nmicrocode\t: 0x21000283\n\n", cpu);
  machine.write("/proc/cpuinfo", info);
  machine.write("/proc/meminfo", "MemTotal:       1056563916 kB\nMemFree:        1000000000 kB\n");
  machine.write("/sys/firmware/dmi/tables/DMI", dmi_table(sixteen_modules()));
  const std::string dmi = "/sys/class/dmi/id/";
  machine.write(dmi + "sys_vendor", "Example Computer\n");
  machine.write(dmi + "product_name", "EX-8A\n");
  machine.write(dmi + "product_serial", "EX000001\n");
  machine.write(dmi + "product_uuid", "4c4c4544-0039-4810-8056-b4c04f465331\n");
  machine.write(dmi + "board_vendor", "Example Computer\n");
  machine.write(dmi + "board_name", "EX-MB2\n");
  machine.write(dmi + "board_serial", "MB000001\n");
  machine.write(dmi + "bios_vendor", "American Megatrends\n");
  machine.write(dmi + "bios_version", "2.1\n");
  machine.write(dmi + "bios_date", "03/14/2026\n");
  add_system(machine);
  for (std::size_t i = 0; i < kAccelerators.size(); ++i) {
    add_pci(machine, {kAccelerators[i], "0x030200", "0x10de", "0x2330", "nvidia", i < 4 ? 0 : 1});
    std::string nic = kAccelerators[i];
    nic.replace(8, 2, "01");  // behind the same switch
    add_pci(machine, {nic, "0x020700", "0x15b3", "0x1021", "mlx5_core", i < 4 ? 0 : 1});
  }
  add_pci(machine, {"0000:02:00.0", "0x030000", "0x1a03", "0x2000", "ast", 0, 1, "5.0 GT/s PCIe"});
  add_pci(machine, {"0000:04:00.0", "0x020000", "0x8086", "0x1563", "ixgbe", 0, 4, "8.0 GT/s PCIe"});
  add_pci(machine, {"0000:05:00.0", "0x010802", "0x144d", "0xa80a", "nvme", 0, 4, "16.0 GT/s PCIe"});
  add_network(machine, 8);
}

/// One socket of 72 cores without threads, four accelerators, a device tree and no DMI.
inline void arm_node(RecordedMachine& machine) {
  add_cpus(machine, 1, 72, 1);
  std::string info;
  for (int cpu = 0; cpu < 72; ++cpu)
    info += fmt::format("processor\t: {}\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f\nCPU revision\t: 0\n\n",
                        cpu);
  machine.write("/proc/cpuinfo", info);
  machine.write("/proc/meminfo", "MemTotal:       501929984 kB\n");
  machine.write("/proc/device-tree/model", std::string("Example Arm 4A\0", 15));
  machine.write("/proc/device-tree/serial-number", std::string("ARM00042\0", 9));
  add_system(machine);
  for (int i = 0; i < 4; ++i)
    add_pci(machine, {fmt::format("000{}:01:00.0", i), "0x030200", "0x10de", "0x2342", "nvidia", 0});
  add_network(machine, 4);
}

/// Every file of a machine holds this instead.
inline void spoil(RecordedMachine& machine, const std::string& garbage) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(machine.folder())) {
    if (entry.is_regular_file() && !entry.is_symlink()) files.push_back(entry.path());
  }
  for (const auto& file : files) std::ofstream(file, std::ios::binary | std::ios::trunc) << garbage;
}

}  // namespace rackproof::test
