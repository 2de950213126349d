// What is particular to the CPU backend: asynchronous streams, topology, telemetry.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "harness/base/seconds_since.hpp"
#include "kernels/cpu/instruction_set.hpp"
#include "kernels/cpu/meminfo.hpp"
#include "kernels/cpu/options.hpp"
#include "kernels/cpu/telemetry.hpp"
#include "kernels/cpu/topology.hpp"
#include "kernels/edge.h"
#include "kernels/gemm.h"
#include "kernels/stream.h"
#include "tests/conformance/backend_library.hpp"

namespace rackproof::conformance {
namespace {

namespace fs = std::filesystem;

/// A folder that looks like the root of a Linux machine.
class FakeRoot {
 public:
  FakeRoot() : path_(fs::path(testing::TempDir()) / "rackproof-fake-root") { fs::remove_all(path_); }
  ~FakeRoot() { fs::remove_all(path_); }
  void put(const std::string& file, const std::string& text) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST(CpuBackend, StreamsAreAsynchronous) {
  const Device device(load_backend("cpu"), "");
  constexpr std::uint32_t kN = 768;
  const GuardedBuffer a(device, 8 * kN * kN, 0), b(device, 8 * kN * kN, 0), c(device, 8 * kN * kN, 0);
  const rp_gemm_params params = kernels::gemm_params(a.memory(), b.memory(), c.memory(), kN, kN, kN, RP_F64);
  device.run(RP_OP_GEMM, RP_F64, &params, sizeof params);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) ASSERT_EQ(device.enqueue(RP_OP_GEMM, RP_F64, &params, sizeof params), RP_OK);
  const double enqueued = seconds_since(begin);
  ASSERT_EQ(device.backend().stream_sync(device.stream()), RP_OK);
  const double done = seconds_since(begin);
  EXPECT_LT(enqueued, 0.5 * done) << "ten products take " << done << " s";
}

TEST(CpuBackend, HasNoEventTimer) { EXPECT_EQ(load_backend("cpu").event_create, nullptr); }

TEST(CpuBackend, DeviceDescribesTheHost) {
  const Device device(load_backend("cpu"), "");
  EXPECT_EQ(std::strncmp(device.info().uuid, "cpu-", 4), 0) << device.info().uuid;
  EXPECT_NE(std::strstr(device.info().uuid, "-numa"), nullptr) << device.info().uuid;
  EXPECT_EQ(device.info().peak_bandwidth, 0.0);
  EXPECT_LE(device.info().compute_units, cpu::allowed_cpus().size());
}

TEST(CpuBackend, TheInstructionSetCanBeChosen) {
  const rp_backend& backend = load_backend("cpu");
  EXPECT_EQ(Device(backend, "").info().instruction_set, cpu::name_of(cpu::best_instruction_set()));
  const Device device(backend, "instruction_set=portable");
  EXPECT_STREQ(device.info().instruction_set, "portable");
  EXPECT_EQ(backend.open("instruction_set=portable"), RP_OK);
  for (const char* options : {"instruction_set=", "instruction_set=sse9", "avx2", ",instruction_set=avx2",
                              "instruction_set=portable instruction_set=portable"}) {
    EXPECT_EQ(backend.open(options), RP_INVALID) << options;
    EXPECT_NE(std::strstr(backend.last_error(), "portable|avx2|avx512"), nullptr) << backend.last_error();
  }
  if (cpu::best_instruction_set() == cpu::InstructionSet::portable) GTEST_SKIP() << "there is only one";
  EXPECT_EQ(backend.open(""), RP_INVALID) << "while a device is open";
}

TEST(CpuBackend, ProductsOfSeveralNodesAreNeverLeftToTheLibrary) {
  EXPECT_FALSE(cpu::parse_options("", false).by_thread);
  EXPECT_TRUE(cpu::parse_options("products=by_thread,instruction_set=portable", false).by_thread);
  EXPECT_TRUE(cpu::parse_options("", true).by_thread);
  EXPECT_FALSE(cpu::parse_options("products=by_library", false).by_thread);
  EXPECT_THROW(cpu::parse_options("products=by_library", true), kernels::Failure);
  EXPECT_THROW(cpu::parse_options("products=", false), kernels::Failure);
}

TEST(CpuBackend, StreamingStoresAreUnsupportedWhereTheyAreMissing) {
  const Device device(load_backend("cpu"), "instruction_set=portable");
  const GuardedBuffer a(device, 800, 0), b(device, 800, 0), c(device, 800, 0);
  const rp_stream_params params{a.memory(), b.memory(), c.memory(), 100, 0.5, RP_STORES_STREAMING, 0};
  EXPECT_EQ(device.backend().op_query(device.get(), RP_OP_TRIAD, RP_F64, &params, sizeof params, nullptr),
            RP_UNSUPPORTED);
  EXPECT_NE(std::strstr(device.backend().last_error(), "portable"), nullptr) << device.backend().last_error();
  EXPECT_EQ(device.enqueue(RP_OP_TRIAD, RP_F64, &params, sizeof params), RP_UNSUPPORTED);
}

TEST(CpuBackend, PagesLieWhereTheDeviceIs) {
  const Device device(load_backend("cpu"), "");
  const rp_backend& backend = device.backend();
  const GuardedBuffer buffer(device, 8u << 20, 3);
  rp_placement placement{};
  EXPECT_EQ(backend.memory_placement(device.get(), buffer.memory(), buffer.size(), &placement), RP_INVALID);
  placement.struct_size = sizeof placement;
  EXPECT_EQ(backend.memory_placement(device.get(), buffer.memory(), 16u << 20, &placement), RP_INVALID);
  ASSERT_EQ(backend.memory_placement(device.get(), buffer.memory(), buffer.size(), &placement), RP_OK);
  if (!std::isnan(placement.node_share)) {
    EXPECT_EQ(placement.numa_node, device.info().numa_node);
    EXPECT_GT(placement.node_share, 0.5);
    EXPECT_LE(placement.node_share, 1.0);
  }
  EXPECT_TRUE(std::isnan(placement.huge_share) || (placement.huge_share >= 0 && placement.huge_share <= 1))
      << placement.huge_share;
}

TEST(CpuBackend, ADeviceIsNoPeerOfItself) {
  const Device device(load_backend("cpu"), "");
  EXPECT_EQ(device.backend().peer_open(device.get(), device.get()), RP_INVALID);
  EXPECT_EQ(device.backend().peer_open(device.get(), nullptr), RP_INVALID);
}

TEST(CpuBackend, TelemetryLeavesOutWhatCannotBeRead) {
  const Device device(load_backend("cpu"), "");
  rp_telemetry values{};
  EXPECT_EQ(device.backend().telemetry(device.get(), &values), RP_INVALID) << "struct_size 0";
  values.struct_size = sizeof values;
  ASSERT_EQ(device.backend().telemetry(device.get(), &values), RP_OK);
  EXPECT_TRUE(std::isnan(values.clock_hz) || (values.clock_hz > 1e8 && values.clock_hz < 1e10))
      << values.clock_hz;
  EXPECT_TRUE(std::isnan(values.power_w));
  EXPECT_TRUE(std::isnan(values.temperature_k));
  EXPECT_EQ(values.throttle_readable, 0);
}

TEST(CpuTopology, TwoNodesAreTwoDomains) {
  const FakeRoot root;
  root.put("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  root.put("proc/meminfo", "MemTotal:       4000000 kB\nMemFree:  1 kB\nMemAvailable:   1000 kB\n");
  root.put("proc/cpuinfo",
           "processor\t: 0\nmodel name\t: Test CPU 9000\ncpu MHz\t\t: 2000.0\n\nprocessor\t: 4\ncpu MHz\t\t: "
           "3000.0\n");
  root.put("sys/devices/system/node/online", "0-2\n");
  root.put("sys/devices/system/node/node0/cpulist", "0-3\n");
  root.put("sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:  1000000 kB\n");
  root.put("sys/devices/system/node/node1/cpulist", "4-7\n");
  root.put("sys/devices/system/node/node1/meminfo", "Node 1 MemTotal:  1000000 kB\n");
  root.put("sys/devices/system/node/node2/cpulist", "\n");  // memory without CPUs is no device
  root.put("sys/devices/system/node/node2/meminfo", "Node 2 MemTotal:  2000000 kB\n");
  for (int cpu = 0; cpu < 8; ++cpu) {
    const std::string cache = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cache/";
    root.put(cache + "index0/level", "1\n");
    root.put(cache + "index0/size", "64K\n");
    root.put(cache + "index0/type", "Instruction\n");
    root.put(cache + "index2/level", "1\n");
    root.put(cache + "index2/size", cpu < 4 ? "48K\n" : "32K\n");
    root.put(cache + "index2/type", "Data\n");
    root.put(cache + "index2/shared_cpu_list", std::to_string(cpu) + "\n");
    root.put(cache + "index1/level", "3\n");
    root.put(cache + "index1/size", "32M\n");
    root.put(cache + "index1/type", "Unified\n");
    root.put(cache + "index1/shared_cpu_list", cpu < 2 ? "0-1\n" : cpu < 4 ? "2-3\n" : "4-7\n");
  }
  const cpu::Host host = cpu::read_host(root.path(), {0, 1, 2, 3, 5});
  EXPECT_EQ(host.model, "Test CPU 9000");
  EXPECT_EQ(host.identity.size(), 16u);
  EXPECT_EQ(host.identity.find("0123456789abcdef"), std::string::npos)
      << "the machine id itself is confidential";
  ASSERT_EQ(host.domains.size(), 2u);
  EXPECT_EQ(host.domains[0].cpus, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(host.domains[0].cache_bytes, 64u << 20) << "two caches of 32 MiB";
  using Levels = std::array<std::uint64_t, 4>;
  EXPECT_EQ(host.domains[0].cache_level_bytes, (Levels{48u << 10, 0, 32u << 20, 0})) << "of one CPU";
  EXPECT_EQ(host.domains[1].cache_level_bytes, (Levels{32u << 10, 0, 32u << 20, 0}));
  EXPECT_EQ(host.domains[0].cache_level_total_bytes, (Levels{4 * (48u << 10), 0, 64u << 20, 0}))
      << "one that CPUs share counts once";
  EXPECT_EQ(host.domains[0].memory_bytes, 1'000'000u * 1024u);
  EXPECT_EQ(host.domains[1].node, 1u);
  EXPECT_EQ(host.domains[1].cpus, (std::vector<int>{5}));
  EXPECT_EQ(host.domains[1].cache_bytes, 32u << 20);
  EXPECT_EQ(cpu::available_memory(root.path()), 1000u * 1024u);
  EXPECT_EQ(cpu::clock_hz(root.path(), {4}), 3e9);
  EXPECT_EQ(cpu::clock_hz(root.path(), {0, 4}), 2.5e9);
  EXPECT_TRUE(std::isnan(cpu::clock_hz(root.path(), {1})));
  root.put("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "1500000\n");
  EXPECT_EQ(cpu::clock_hz(root.path(), {0, 4}), 1.5e9) << "cpufreq comes first";
}

TEST(CpuTopology, ThreadsOfACoreHaveItsCachesOnce) {
  const FakeRoot root;
  for (int cpu = 0; cpu < 4; ++cpu) {
    const std::string cache = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cache/index0/";
    root.put(cache + "level", "2\n");
    root.put(cache + "size", "2M\n");
    root.put(cache + "type", "Unified\n");
    root.put(cache + "shared_cpu_list", cpu % 2 == 0 ? "0,2\n" : "1,3\n");
  }
  const cpu::Host host = cpu::read_host(root.path(), {0, 1, 2, 3});
  EXPECT_EQ(host.domains[0].cache_level_total_bytes[1], 2u * (2u << 20));
  EXPECT_EQ(host.domains[0].cache_bytes, 2u * (2u << 20));
}

TEST(CpuTopology, WhereTheKernelShowsNoCacheTheCpuSaysIt) {
  const FakeRoot root;
  using Levels = std::array<std::uint64_t, 4>;
  const cpu::CpuidCaches cpuid{48u << 10, 1u << 20, 508u << 20, 96u << 20};
  const cpu::Host host = cpu::read_host(root.path(), {0, 1}, cpuid);
  EXPECT_EQ(host.domains[0].cache_level_bytes, (Levels{48u << 10, 1u << 20, 96u << 20, 0}));
  EXPECT_EQ(host.domains[0].cache_level_total_bytes, (Levels{96u << 10, 2u << 20, 192u << 20, 0}));
  EXPECT_EQ(host.domains[0].cache_bytes, 192u << 20);
  EXPECT_EQ(cpu::read_host(root.path(), {0, 1, 2, 3, 4, 5, 6, 7}, cpuid).domains[0].cache_bytes, 508u << 20)
      << "no more than the package has";

  root.put("sys/devices/system/cpu/cpu0/cache/index0/level", "2\n");
  root.put("sys/devices/system/cpu/cpu0/cache/index0/size", "2M\n");
  root.put("sys/devices/system/cpu/cpu0/cache/index0/type", "Unified\n");
  root.put("sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list", "0-1\n");
  EXPECT_EQ(cpu::read_host(root.path(), {0, 1}, cpuid).domains[0].cache_bytes, 2u << 20)
      << "what the kernel shows stands";
}

TEST(CpuTopology, OnlyWhereComplexesAreKnownTheLastLevelIsInPieces) {
  constexpr std::uint64_t kMebi = 1u << 20;
  EXPECT_EQ(cpu::l3_that_a_cpu_reaches(true, 0x1A, 0x02, 508 * kMebi), 32 * kMebi);
  EXPECT_EQ(cpu::l3_that_a_cpu_reaches(true, 0x1A, 0x44, 128 * kMebi), 96 * kMebi);
  EXPECT_EQ(cpu::l3_that_a_cpu_reaches(true, 0x19, 0x61, 32 * kMebi), 32 * kMebi);
  EXPECT_EQ(cpu::l3_that_a_cpu_reaches(true, 0x1A, 0x50, 508 * kMebi), 508 * kMebi) << "newer than known";
  EXPECT_EQ(cpu::l3_that_a_cpu_reaches(true, 0x15, 0x02, 508 * kMebi), 508 * kMebi);
  EXPECT_EQ(cpu::l3_that_a_cpu_reaches(false, 0x19, 0x02, 508 * kMebi), 508 * kMebi) << "not AMD's";
  EXPECT_EQ(cpu::l3_that_a_cpu_reaches(true, 0x19, 0x02, 0), 0u);
}

TEST(CpuMemory, AControlGroupLeavesLessThanTheHost) {
  constexpr std::uint64_t kMebi = 1u << 20;
  const auto number = [](std::uint64_t bytes) { return std::to_string(bytes) + "\n"; };
  const FakeRoot root;
  root.put("proc/meminfo", "MemAvailable:   1048576 kB\n");
  root.put("proc/self/cgroup", "4:memory:/none\n0::/job/step\n");
  EXPECT_EQ(cpu::available_memory(root.path()), 1024 * kMebi) << "no group limits";

  root.put("sys/fs/cgroup/job/step/memory.max", "max\n");
  root.put("sys/fs/cgroup/job/step/memory.current", number(10 * kMebi));
  root.put("sys/fs/cgroup/job/memory.max", number(100 * kMebi));
  root.put("sys/fs/cgroup/job/memory.current", number(70 * kMebi));
  root.put("sys/fs/cgroup/job/memory.stat", "anon 5\ninactive_file " + number(20 * kMebi));
  EXPECT_EQ(cpu::available_memory(root.path()), 50 * kMebi) << "the group above, without what it can drop";
  root.put("sys/fs/cgroup/job/memory.current", number(300 * kMebi));
  EXPECT_EQ(cpu::available_memory(root.path()), 0u) << "never below nothing";

  root.put("proc/self/cgroup", "5:cpu,cpuacct:/job\n4:memory:/old\n");
  root.put("sys/fs/cgroup/memory/old/memory.limit_in_bytes", number(64 * kMebi));
  root.put("sys/fs/cgroup/memory/old/memory.usage_in_bytes", number(4 * kMebi));
  EXPECT_EQ(cpu::available_memory(root.path()), 60 * kMebi) << "version 1";
}

TEST(CpuTopology, NothingReadableIsOneDomain) {
  const FakeRoot root;
  const cpu::Host host = cpu::read_host(root.path(), {0, 3});
  ASSERT_EQ(host.domains.size(), 1u);
  EXPECT_EQ(host.domains[0].cpus, (std::vector<int>{0, 3}));
  EXPECT_EQ(host.domains[0].cache_bytes, 0u);
  EXPECT_EQ(host.domains[0].cache_level_bytes, (std::array<std::uint64_t, 4>{}));
  EXPECT_EQ(host.domains[0].memory_bytes, 0u);
}

TEST(CpuTopology, CpuListsAreParsed) {
  EXPECT_EQ(cpu::parse_cpu_list("0-2,8,10-11"), (std::vector<int>{0, 1, 2, 8, 10, 11}));
  EXPECT_EQ(cpu::parse_cpu_list(""), std::vector<int>{});
  EXPECT_EQ(cpu::parse_cpu_list("x,3"), std::vector<int>{3});
}

}  // namespace
}  // namespace rackproof::conformance
