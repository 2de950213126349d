// Differences planted into a server of eight accelerators, one at a time: each is named, with its place, what was promised and
// what was found.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>

#include "tests/suites/inventory/bought_rack.hpp"

namespace rackproof {
namespace {

using test::Judged;
using test::Server;

namespace fs = std::filesystem;

const std::string kDmi = "/sys/class/dmi/id/";
const std::string kCpus = "/sys/devices/system/cpu/";

std::string pci(std::size_t device) {
  return std::string("/sys/bus/pci/devices/") + test::kAccelerators.at(device);
}

/// The node as rack1/node2 was delivered.
void make_second(Server& server) {
  std::vector<test::DmiModule> modules = test::sixteen_modules();
  for (std::size_t i = 0; i < modules.size(); ++i) modules[i].serial = std::to_string(82000 + i);
  server.machine.write("/sys/firmware/dmi/tables/DMI", test::dmi_table(modules));
  server.machine.write(kDmi + "product_serial", "EX000002\n");
  server.machine.write(kDmi + "product_uuid", "4c4c4544-0039-4810-8056-b4c04f465332\n");
  for (std::size_t i = 0; i < server.devices.size(); ++i) {
    std::snprintf(server.devices[i].info.uuid, 64, "GPU-2%zu", i);
    std::snprintf(server.devices[i].info.serial, 64, "D2%zu", i);
  }
}

const Server& second() {
  static Server server;
  static const bool made = (make_second(server), true);
  EXPECT_TRUE(made);
  return server;
}

void set_modules(Server& server, const std::function<void(std::vector<test::DmiModule>&)>& change) {
  std::vector<test::DmiModule> modules = test::sixteen_modules();
  for (std::size_t i = 0; i < modules.size(); ++i) modules[i].serial = std::to_string(81000 + i);
  change(modules);
  server.machine.write("/sys/firmware/dmi/tables/DMI", test::dmi_table(modules));
}

void replace_in(Server& server, const std::string& file, const std::string& from, const std::string& to) {
  std::string text = *server.machine.root().bytes(file);
  const std::size_t at = text.rfind(from);
  ASSERT_NE(at, std::string::npos) << file << ": " << from;
  server.machine.write(file, text.replace(at, from.size(), to));
}

void set_counter(ToldDevice& device, std::string_view name, double value) {
  auto counters = *device.counters;
  const auto found = std::ranges::find(counters, name, &DeviceCounter::name);
  ASSERT_NE(found, counters.end()) << name;
  found->value = value;
  device.counters = counters;
}

/// A server that is put right again after each difference, which is quicker than to make another.
class Mended {
 public:
  Mended() : devices_(server.devices) {
    for (const auto& entry : fs::recursive_directory_iterator(server.machine.folder())) {
      if (entry.is_symlink()) {
        links_[entry.path()] = fs::read_symlink(entry.path());
      } else if (entry.is_regular_file()) {
        files_[entry.path()] = *bytes(entry.path());
      }
    }
  }
  void mend() {
    server.devices = devices_;
    for (const auto& [path, text] : files_) {
      if (bytes(path).value_or("") != text) server.machine.write(file(path), text);
    }
    for (const auto& [path, target] : links_) {
      if (!fs::is_symlink(path)) server.machine.link(file(path), target);
    }
  }

  Server server;

 private:
  std::string file(const fs::path& path) const {
    return "/" + path.lexically_relative(server.machine.folder()).string();
  }
  Reading<std::string> bytes(const fs::path& path) const { return server.machine.root().bytes(file(path)); }

  std::vector<ToldDevice> devices_;
  std::map<fs::path, std::string> files_;
  std::map<fs::path, fs::path> links_;
};

struct Plant {
  const char* metric;  ///< without "inventory/", and "/dev3" of a device
  std::function<void(Server&)> plant;
  const char* promised;
  const char* found;
};

std::vector<Plant> plants() {
  const auto write = [](std::string file, std::string text) {
    return [=](Server& server) { server.machine.write(file, text); };
  };
  const auto module = [](std::function<void(test::DmiModule&)> change) {
    return [=](Server& server) { set_modules(server, [&](auto& modules) { change(modules[5]); }); };
  };
  const auto told = [](std::function<void(ToldDevice&)> change) {
    return [=](Server& server) { change(server.devices[3]); };
  };
  const auto count = [&](const char* name, double value) {
    return told([=](ToldDevice& one) { set_counter(one, name, value); });
  };
  return {
      {"host/cpu#sockets", write(kCpus + "online", "0-7,16-23"), "2", "1"},
      {"host/cpu#cores", write(kCpus + "online", "0-6,8-22,24-31"), "16", "15"},
      {"host/cpu#threads",
       [](Server& server) {
         server.machine.write(kCpus + "online", "0-15");
         for (int cpu = 0; cpu < 16; ++cpu)
           server.machine.write(fmt::format("{}cpu{}/topology/thread_siblings_list", kCpus, cpu),
                                std::to_string(cpu));
       },
       "32", "16"},
      {"host/cpu#offline", write(kCpus + "present", "0-33"), "0", "2"},
      {"host/cpu#numa_nodes", write("/sys/devices/system/node/online", "0"), "2", "1"},
      {"host/cpu#numa_cpus", write("/sys/devices/system/node/node1/cpulist", "8-15"),
       "0: 0-7,16-23, 1: 8-15,24-31", "0: 0-7,16-23, 1: 8-15"},
      {"host/cpu#microcode",
       [](Server& server) { replace_in(server, "/proc/cpuinfo", "0x21000283", "0x21000240"); }, "0x21000283",
       "1 x 0x21000240, 31 x 0x21000283"},
      {"host/cpu#model",
       [](Server& server) { replace_in(server, "/proc/cpuinfo", "PLATINUM 8558", "PLATINUM 8480"); },
       "INTEL(R) XEON(R) PLATINUM 8558", "1 x INTEL(R) XEON(R) PLATINUM 8480"},
      {"host/memory#total", write("/proc/meminfo", "MemTotal:       990000000 kB\n"), "1081921449984 B",
       "1013760000000 B"},
      {"host/memory#modules", module([](test::DmiModule& one) { one.mib = 0; }), "16", "15"},
      {"host/memory#slots",
       [](Server& server) { set_modules(server, [](auto& modules) { modules.pop_back(); }); }, "16", "15"},
      {"host/memory#module_bytes", module([](test::DmiModule& one) { one.mib = 32 << 10; }),
       "1099511627776 B", "1065151889408 B"},
      {"host/memory#module_speed", module([](test::DmiModule& one) { one.speed = 4400; }), "4800000000 op/s",
       "4400000000 op/s"},
      {"host/memory#module_vendors", module([](test::DmiModule& one) { one.vendor = "Micron"; }),
       "16 x Samsung", "1 x Micron, 15 x Samsung"},
      {"host/memory#module_parts", module([](test::DmiModule& one) { one.part = "M321R8GA0EB2"; }),
       "16 x M321R8GA0BB0-CQKZJ", "1 x M321R8GA0EB2"},
      {"host/memory#module_serials", module([](test::DmiModule& one) { one.serial = "99999"; }), "81005",
       "99999"},
      {"host/system#product", write(kDmi + "product_name", "EX-8B"), "EX-8A", "EX-8B"},
      {"host/system#serial", write(kDmi + "product_serial", "EX000009"), "EX000001", "EX000009"},
      {"host/system#board", write(kDmi + "board_name", "EX-MB1"), "EX-MB2", "EX-MB1"},
      {"host/system#bios", write(kDmi + "bios_version", "1.9"), "2.0 or 2.1", "1.9"},
      {"host/system#kernel", write("/proc/sys/kernel/osrelease", "6.1.0-28-amd64"), "6.1.0-30-amd64",
       "6.1.0-28-amd64"},
      {"host/system#os",
       [](Server& server) { replace_in(server, "/etc/os-release", "12 (bookworm)", "11 (bullseye)"); },
       "Debian GNU/Linux 12 (bookworm)", "Debian GNU/Linux 11 (bullseye)"},
      {"host/system#image",
       [](Server& server) { replace_in(server, "/etc/os-release", "2026.11", "2026.09"); }, "compute 2026.11",
       "compute 2026.09"},
      {"host/system#command_line", write("/proc/cmdline", "root=LABEL=root ro"), "iommu=pt",
       "root=LABEL=root ro"},
      {"host/system#services",
       [](Server& server) { server.machine.remove("/sys/fs/cgroup/system.slice/slurmd.service"); },
       "munge, slurmd", "munge"},
      {"host/pci#accelerators", [](Server& server) { server.machine.remove(pci(6)); }, "8", "7"},
      {"host/pci#accelerator_ids", write(pci(2) + "/device", "0x2331"), "8 x 10de:2330",
       "7 x 10de:2330, 1 x 10de:2331"},
      {"host/pci#accelerator_drivers", [](Server& server) { server.machine.remove(pci(2) + "/driver"); },
       "8 x nvidia", "1 x no driver, 7 x nvidia"},
      {"host/pci#accelerator_links", write(pci(2) + "/max_link_speed", "16.0 GT/s PCIe"), "8 x x16 32 GT/s",
       "1 x x16 16 GT/s, 7 x x16 32 GT/s"},
      {"host/pci#accelerator_nodes", write(pci(2) + "/numa_node", "1"), "4 x 0, 4 x 1", "3 x 0, 5 x 1"},
      {"host/pci#narrow_links", write(pci(2) + "/current_link_width", "8"), "none", "0000:3a:00.0 x8 of x16"},
      {"host/pci#nics", [](Server& server) { server.machine.remove("/sys/bus/pci/devices/0000:ba:01.0"); },
       "9", "8"},
      {"host/pci#nic_ids", write("/sys/bus/pci/devices/0000:04:00.0/device", "0x1572"), "1 x 8086:1563",
       "1 x 8086:1572"},
      {"host/pci#nvme", [](Server& server) { server.machine.remove("/sys/bus/pci/devices/0000:05:00.0"); },
       "1", "0"},
      {"host/network#mtus", write("/sys/class/net/eno1/mtu", "1500"), "1 x 9000", "1 x 1500"},
      {"host/network#speeds", write("/sys/class/net/eno1/speed", "1000"), "1 x 10 Gb/s", "1 x 1 Gb/s"},
      {"host/network#ib_ports", [](Server& server) { server.machine.remove("/sys/class/infiniband/mlx5_7"); },
       "8", "7"},
      {"host/network#ib_states", write("/sys/class/infiniband/mlx5_3/ports/1/state", "1: DOWN"), "8 x ACTIVE",
       "7 x ACTIVE, 1 x DOWN"},
      {"host/network#ib_rates", write("/sys/class/infiniband/mlx5_3/ports/1/rate", "200 Gb/sec (2X NDR)"),
       "8 x 400 Gb/sec (4X NDR)", "1 x 200 Gb/sec (2X NDR)"},
      {"host/network#ib_firmware", write("/sys/class/infiniband/mlx5_3/fw_ver", "28.36.1010"),
       "8 x 28.39.2048", "1 x 28.36.1010"},
      {"device/identity#model",
       told([](ToldDevice& one) { std::snprintf(one.info.model, 96, "Example Accelerator 40GB"); }),
       "Example Accelerator 80GB", "Example Accelerator 40GB"},
      {"device/identity#serial", told([](ToldDevice& one) { std::snprintf(one.info.serial, 64, "D99"); }),
       "D13", "D99"},
      {"device/identity#uuid", told([](ToldDevice& one) { std::snprintf(one.info.uuid, 64, "GPU-99"); }),
       "GPU-13", "GPU-99"},
      {"device/identity#driver",
       told([](ToldDevice& one) { std::snprintf(one.facts->driver, 48, "570.10"); }), "580.65.06", "570.10"},
      {"device/identity#firmware",
       told([](ToldDevice& one) { std::snprintf(one.facts->firmware, 48, "96.00.30"); }), "96.00.61.00.01",
       "96.00.30"},
      {"device/identity#ecc", told([](ToldDevice& one) { one.facts->ecc = 0; }), "on", "off"},
      {"device/identity#memory",
       told([](ToldDevice& one) { one.info.memory_bytes = std::uint64_t{40} << 30; }), "85899345920 B",
       "42949672960 B"},
      {"device/identity#power_limit", count("power_limit", 500), "700 W", "500 W"},
      {"device/identity#ecc_uncorrected_lifetime", count("ecc_uncorrected_lifetime", 3), "0", "3"},
      {"device/identity#remapped_rows", count("remapped_rows", 2), "0", "2"},
      {"device/identity#links_active", count("link1_active", 0), "2", "1"},
      {"device/identity#link_width_loaded", write(pci(3) + "/current_link_width", "4"), "16", "4"},
      {"device/identity#link_speed_loaded", write(pci(3) + "/current_link_speed", "2.5 GT/s PCIe"),
       "32000000000 op/s", "2500000000 op/s"}};
}

TEST(Planted, TheServerAsItWasBoughtPasses) {
  const Judged judged = test::judge_rack(Server(), second());
  for (const VerdictCell& cell : judged.verdicts.cells)
    EXPECT_EQ(cell.verdict, Verdict::pass) << cell.case_id << '#' << cell.quantity << ": " << cell.reason.en;
  EXPECT_EQ(judged.verdicts.exit_code, ExitCode::accepted);
  for (const Finding& finding : judged.verdicts.findings)
    ADD_FAILURE() << finding.kind << ": " << finding.evidence.en;
}

TEST(Planted, EachDifferenceIsNamed) {
  const auto all = plants();
  EXPECT_GE(all.size(), 30U);
  Mended mended;
  for (const Plant& plant : all) {
    SCOPED_TRACE(plant.metric);
    plant.plant(mended.server);
    const Judged judged = test::judge_rack(mended.server, second());
    mended.mend();
    const bool is_device = std::string_view(plant.metric).starts_with("device/");
    const VerdictCell* cell =
        judged.cell(is_device ? "rack1/node1/dev3" : "rack1/node1", std::string("inventory/") + plant.metric);
    ASSERT_NE(cell, nullptr);
    EXPECT_EQ(cell->verdict, Verdict::fail) << cell->reason.en;
    EXPECT_EQ(cell->failure, "inventory");
    const std::size_t promised = cell->reason.en.find("promised ");
    const std::size_t found = cell->reason.en.find(", found ");
    ASSERT_NE(promised, std::string::npos) << cell->reason.en;
    ASSERT_NE(found, std::string::npos) << cell->reason.en;
    EXPECT_NE(cell->reason.en.substr(promised, found - promised).find(plant.promised), std::string::npos)
        << cell->reason.en;
    EXPECT_NE(cell->reason.en.substr(found).find(plant.found), std::string::npos) << cell->reason.en;
    EXPECT_EQ(judged.verdicts.exit_code, ExitCode::rejected);
    for (const VerdictCell& other : judged.verdicts.cells) {
      const bool is_second = judged.results.targets[other.target].name.starts_with("rack1/node2");
      EXPECT_TRUE(!is_second || other.verdict == Verdict::pass) << other.reason.en;
    }
  }
  EXPECT_EQ(test::judge_rack(mended.server, second()).verdicts.exit_code,
            ExitCode::accepted);  // all is mended
}

TEST(Planted, WhatCannotBeReadIsNotJudgedAndSaysWhy) {
  Server server;
  server.machine.remove("/sys/firmware/dmi");
  server.devices[3].facts.reset();
  const Judged judged = test::judge_rack(server, second());
  const VerdictCell* modules = judged.cell("rack1/node1", "inventory/host/memory#modules");
  EXPECT_EQ(modules->verdict, Verdict::not_judged);
  EXPECT_EQ(modules->reason, "promised 16; unavailable: no such file: /sys/firmware/dmi/tables/DMI");
  EXPECT_EQ(judged.cell("rack1/node1/dev3", "inventory/device/identity#driver")->reason,
            "promised 580.65.06; unavailable: the backend does not tell it");
  EXPECT_EQ(judged.verdicts.exit_code, ExitCode::undecided);
}

TEST(Planted, GarbageEverywhereIsNeverAPass) {
  Server server;
  test::spoil(server.machine, "\xff\xfe garbage \x01");
  for (ToldDevice& device : server.devices) {
    std::memset(&device.info, 0xff, sizeof device.info);
    std::memset(&*device.facts, 0xff, sizeof *device.facts);
    auto counters = *device.counters;
    for (DeviceCounter& counter : counters) counter.value = std::nan("");
    device.counters = counters;
    device.position.reset();
  }
  const Judged judged = test::judge_rack(server, second());
  for (const VerdictCell& cell : judged.verdicts.cells) {
    if (judged.results.targets[cell.target].name.starts_with("rack1/node2") || cell.completion()) continue;
    // Which services run and how many ports there are is told by the names of folders, which nothing spoiled.
    if (cell.quantity == "services" || cell.quantity == "ib_ports") continue;
    EXPECT_NE(cell.verdict, Verdict::pass) << cell.case_id << '#' << cell.quantity << ": " << cell.found;
  }
  EXPECT_NE(judged.verdicts.exit_code, ExitCode::accepted);
}

TEST(Planted, AMovedPartIsFoundWhereItWasPromised) {
  Server first;
  Server other;
  make_second(other);
  std::swap(first.devices[0].info, other.devices[5].info);
  const Judged judged = test::judge_rack(first, other);
  EXPECT_TRUE(judged.finds(
      "part moved", "serial D25 is found at rack1/node1/dev0; the site promises it at rack1/node2/dev5"));
  EXPECT_TRUE(judged.finds(
      "part moved", "serial D10 is found at rack1/node2/dev5; the site promises it at rack1/node1/dev0"));
  EXPECT_EQ(judged.cell("rack1/node1/dev0", "inventory/device/identity#serial")->reason,
            "promised D10, found D25; D25 was promised at rack1/node2/dev5");
}

TEST(Planted, AReplacedPartAndAnUnknownOneAreToldApart) {
  Server server;
  std::snprintf(server.devices[1].info.serial, 64, "D77");
  set_modules(server, [](auto& modules) { modules[0].serial = "77777"; });
  const Judged replaced = test::judge_rack(server, second());
  EXPECT_TRUE(replaced.finds(
      "part replaced",
      "serial D77, which nobody was promised, stands at rack1/node1/dev1 in the place of D11"));
  EXPECT_TRUE(replaced.finds("part replaced", "memory module 77777"));
  EXPECT_EQ(replaced.cell("rack1/node1/dev1", "inventory/device/identity#serial")->reason,
            "promised D11, found D77; D11 was replaced by D77, which nobody was promised");
  std::snprintf(server.devices[2].info.serial, 64, "D11");
  const Judged unknown = test::judge_rack(server, second());
  EXPECT_TRUE(unknown.finds("unknown part", "serial D77 is found at rack1/node1/dev1"));
  EXPECT_TRUE(unknown.finds("part moved", "serial D11 is found at rack1/node1/dev2"));
}

}  // namespace
}  // namespace rackproof
