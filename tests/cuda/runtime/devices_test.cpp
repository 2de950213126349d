// Which devices there are, what they are, and whether they may be measured: the CUDA backend on the fake runtime.
#include <cuda_runtime_api.h>

#include <array>
#include <cmath>
#include <map>

#include "kernels/cuda/device_state.hpp"
#include "kernels/cuda/inventory.hpp"
#include "kernels/cuda/nvml.hpp"
#include "kernels/cuda/shared_library.hpp"
#include "kernels/edge.h"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

using Devices = FakeTest;
using State = OpenedTest;
using kernels::Failure;

const rp_backend& api = backend();

TEST_F(Devices, NoDriverAndNoDeviceAreNoError) {
  std::uint32_t count = 7;
  Configuration none;
  none.devices = 0;
  reset(none);
  EXPECT_EQ(b.device_count(&count), RP_OK) << last_text();
  EXPECT_EQ(count, 0u);
  for (const cudaError_t error : {cudaErrorInsufficientDriver, cudaErrorNoDevice}) {
    Configuration configuration;
    configuration.faults = {{"cudaGetDeviceCount", 1, 1, error, false}};
    reset(configuration);
    count = 7;
    EXPECT_EQ(b.device_count(&count), RP_OK) << error;
    EXPECT_EQ(count, 0u) << error;
    EXPECT_NE(last_text().find(cudaGetErrorName(error)), std::string::npos) << last_text();
    EXPECT_EQ(last_error(), 0);
  }
}

TEST_F(Devices, AreDescribed) {
  auto info = sized<rp_device_info>();
  ASSERT_EQ(b.device_info(1, &info), RP_OK) << last_text();
  EXPECT_STREQ(info.uuid, "GPU-a0a1a2a3-a4a5-a6a7-a8a9-aaabacadae01");
  EXPECT_STREQ(info.pci_address, "0000:3c:00.0");
  EXPECT_STREQ(info.model, "Emulated device");
  EXPECT_STREQ(info.serial, "1650123456789");
  EXPECT_EQ(info.memory_bytes, std::uint64_t{1} << 28);
  EXPECT_EQ(info.cache_bytes, 1u << 20);
  EXPECT_EQ(info.cache_level_bytes[0], 0u) << "unknown";
  EXPECT_EQ(info.cache_level_bytes[1], 1u << 20);
  EXPECT_EQ(info.cache_level_total_bytes[1], 1u << 20);
  EXPECT_EQ(info.peak_bandwidth, 2 * 1e9 * 128) << "two transfers of 1024 bits per clock of 1 GHz";
  EXPECT_EQ(info.compute_units, 4u);
  EXPECT_EQ(info.numa_node, 0u) << "unknown";
  EXPECT_EQ(b.device_info(2, &info), RP_INVALID);
  ASSERT_EQ(b.device_info(0, &info), RP_OK) << last_text();
  EXPECT_EQ(info.numa_node, 1u);
}

TEST_F(Devices, KernelsOfTheSuiteAreThePortableOnes) {
  EXPECT_STREQ(b.implementation, "portable") << "one of the words of the interface";
}

TEST_F(Devices, WhatTheDriverDoesNotTellIsUnknown) {
  for (const cudaError_t error : {cudaErrorNotSupported, cudaErrorInvalidValue}) {
    Configuration configuration;
    configuration.faults = {{"cudaDeviceGetAttribute", 1, 2, error, false}};
    reset(configuration);
    auto info = sized<rp_device_info>();
    ASSERT_EQ(b.device_info(0, &info), RP_OK) << last_text();
    EXPECT_EQ(info.peak_bandwidth, 0);
    EXPECT_EQ(info.numa_node, 0u);
    EXPECT_EQ(last_error(), 0);
  }
}

TEST_F(Devices, AnAddressIsPrintedAlikeEverywhere) {
  for (const unsigned domain : {0u, 0x10u, 0xFFFFu, 0x10000u, 0x80000000u}) {
    Configuration configuration;
    configuration.pci_domain = domain;
    reset(configuration);
    auto info = sized<rp_device_info>(), present = sized<rp_device_info>();
    ASSERT_EQ(b.device_info(0, &info), RP_OK) << last_text();
    ASSERT_EQ(b.present_info(0, &present), RP_OK) << last_text();
    EXPECT_STREQ(info.pci_address, present.pci_address);
    char expected[32];
    std::snprintf(expected, sizeof expected, "%04x:3b:00.0", domain);
    EXPECT_STREQ(info.pci_address, expected);
  }
}

TEST_F(Devices, PartsOfADeviceHaveTheirOwnName) {
  nvml().part = true;
  EXPECT_EQ(uuid_of(0), "MIG-a0a1a2a3-a4a5-a6a7-a8a9-aaabacadae00");
  auto facts = sized<rp_device_facts>();
  ASSERT_EQ(b.device_facts(0, &facts), RP_OK) << last_text();
  EXPECT_STREQ(facts.partition, "Emulated part");
  auto info = sized<rp_device_info>();
  ASSERT_EQ(b.device_info(0, &info), RP_OK) << last_text();
  EXPECT_EQ(info.peak_bandwidth, 0) << "what the driver tells is that of the whole device";
}

TEST_F(Devices, PresentOnesIncludeThoseThatAreHidden) {
  nvml().hidden_devices = 3;
  std::uint32_t count = 0;
  ASSERT_EQ(b.present_count(&count), RP_OK) << last_text();
  EXPECT_EQ(count, 5u);
  auto info = sized<rp_device_info>();
  ASSERT_EQ(b.present_info(4, &info), RP_OK) << last_text();
  EXPECT_STREQ(info.uuid, "GPU-a0a1a2a3-a4a5-a6a7-a8a9-aaabacadae04");
  EXPECT_STREQ(info.pci_address, "0000:3f:00.0");
  EXPECT_STREQ(info.model, "Emulated device");
  EXPECT_EQ(info.memory_bytes, std::uint64_t{1} << 28);
  EXPECT_EQ(b.present_info(5, &info), RP_INVALID);
}

TEST_F(Devices, AreSetAsTheFactsSay) {
  nvml().processes = {1u, 2u};
  auto facts = sized<rp_device_facts>();
  ASSERT_EQ(b.device_facts(1, &facts), RP_OK) << last_text();
  EXPECT_STREQ(facts.driver, "580.00, CUDA 13.0");
  EXPECT_STREQ(facts.runtime, "CUDA 13.0");
  EXPECT_STREQ(facts.firmware, "96.00.00.00.01");
  EXPECT_STREQ(facts.compute_mode, "default");
  EXPECT_STREQ(facts.partition, "");
  EXPECT_EQ(facts.ecc, 1);
  EXPECT_EQ(b.device_facts(2, &facts), RP_INVALID);
}

TEST_F(Devices, WithoutNvmlNothingIsInvented) {
  missing() = {"libnvidia-ml.so.1"};
  const cuda::Nvml library;
  EXPECT_FALSE(library.available());
  EXPECT_EQ(library.problem(), "libnvidia-ml.so.1 is not there");
  const rp_device_facts facts = cuda::read_facts(library, 0, false);
  EXPECT_STREQ(facts.driver, "CUDA 13.0");
  EXPECT_STREQ(facts.firmware, "");
  EXPECT_EQ(facts.ecc, -1);
  EXPECT_EQ(facts.other_processes, -1);
  EXPECT_TRUE(library.devices().empty());
  EXPECT_THROW(cuda::count_present(library), Failure) << "there are devices, but who knows how many";
  EXPECT_THROW(cuda::read_telemetry(library, uuid_of(0)), Failure);
  EXPECT_THROW(library.require(uuid_of(0)), Failure);
  Configuration none;
  none.devices = 0;
  reset(none);
  EXPECT_EQ(cuda::count_present(library), 0u);
}

TEST_F(Devices, AnNvmlThatDoesNotStartHasAReason) {
  Configuration configuration;
  configuration.faults = {{"nvmlInit_v2", 1, 1, 9, false}};
  reset(configuration);
  const cuda::Nvml unloaded;
  EXPECT_EQ(unloaded.problem(), "nvmlInit_v2: error 9");
  missing() = {"nvmlDeviceGetHandleByUUID"};
  EXPECT_NE(cuda::Nvml().problem().find("lacks a function"), std::string::npos);
}

TEST_F(Devices, WhatNvmlLacksIsNotReadable) {
  missing() = {"nvmlSystemGetDriverVersion", "nvmlDeviceGetVbiosVersion",
               "nvmlDeviceGetClockInfo",     "nvmlDeviceGetEccMode",
               "nvmlDeviceGetFieldValues",   "nvmlDeviceGetComputeRunningProcesses_v3",
               "nvmlDeviceGetRetiredPages",  "nvmlDeviceGetCurrentClocksEventReasons"};
  nvml().clock_reasons = 0x4;
  const cuda::Nvml library;
  const rp_telemetry telemetry = cuda::read_telemetry(library, uuid_of(0));
  EXPECT_TRUE(std::isnan(telemetry.clock_hz));
  EXPECT_EQ(telemetry.power_w, 123);
  EXPECT_EQ(telemetry.throttle_readable, 1) << "by the older name";
  EXPECT_EQ(telemetry.throttle, std::uint64_t{RP_THROTTLE_POWER});
  for (const rp_counter& counter : cuda::read_counters(library, uuid_of(0))) {
    EXPECT_STRNE(counter.name, "memory_temperature");
    EXPECT_STRNE(counter.name, "retired_pages");
  }
  EXPECT_EQ(cuda::read_facts(library, 0, false).other_processes, -1);
  EXPECT_EQ(cuda::read_facts(library, 0, false).ecc, -1);
}

TEST_F(Devices, ALibraryIsFoundOrNot) {
  // The fake stands in for the dynamic linker here; cuda_library_test asks the real one.
  EXPECT_FALSE(cuda::SharedLibrary("libnone.so.1").found());
  EXPECT_EQ(cuda::SharedLibrary("libnone.so.1").symbol("nvmlInit_v2"), nullptr);
}

TEST_F(State, TelemetryIsInSiUnits) {
  nvml().clock_reasons = 0x20 | 0x1;
  auto telemetry = sized<rp_telemetry>();
  ASSERT_EQ(b.telemetry(device, &telemetry), RP_OK) << last_text();
  EXPECT_EQ(telemetry.clock_hz, 1.5e9);
  EXPECT_EQ(telemetry.power_w, 123);
  EXPECT_EQ(telemetry.temperature_k, 313.15);
  EXPECT_EQ(telemetry.throttle, std::uint64_t{RP_THROTTLE_TEMPERATURE});
  EXPECT_EQ(telemetry.throttle_readable, 1);
}

TEST_F(Devices, TelemetryOfADeviceThatIsNotOpenComesFromNvmlAlone) {
  const cuda::Nvml library;
  const rp_telemetry telemetry = cuda::read_present_telemetry(library, 0);
  EXPECT_EQ(telemetry.clock_hz, 1.5e9);
  EXPECT_EQ(telemetry.power_w, 123);
  EXPECT_EQ(telemetry.temperature_k, 313.15);
  EXPECT_THROW(cuda::read_present_telemetry(library, 1000), Failure);
}

TEST_F(State, ReasonsOfAClockAreThoseOfTheInterface) {
  const std::map<unsigned long long, std::uint64_t> expected{{0, 0},
                                                             {0x1, 0},
                                                             {0x2, 0},
                                                             {0x4, RP_THROTTLE_POWER},
                                                             {0x8, RP_THROTTLE_OTHER},
                                                             {0x10, RP_THROTTLE_SYNC},
                                                             {0x20, RP_THROTTLE_TEMPERATURE},
                                                             {0x48, RP_THROTTLE_TEMPERATURE},
                                                             {0x88, RP_THROTTLE_EXTERNAL},
                                                             {0x100, RP_THROTTLE_OTHER},
                                                             {0x14, RP_THROTTLE_POWER | RP_THROTTLE_SYNC}};
  for (const auto& [reasons, bits] : expected) EXPECT_EQ(cuda::throttle_bits(reasons), bits) << reasons;
}

std::map<std::string, std::pair<double, std::string>> counters_of(rp_device* device) {
  std::array<rp_counter, 100> all{};
  std::uint32_t count = 0;
  EXPECT_EQ(api.counters(device, all.data(), 100, &count), RP_OK) << last_text();
  std::map<std::string, std::pair<double, std::string>> found;
  for (std::uint32_t i = 0; i < count; ++i) found[all[i].name] = {all[i].value, all[i].unit};
  EXPECT_EQ(found.size(), count) << "two of one name";
  return found;
}

TEST_F(State, CountersHaveNamesAndUnits) {
  const auto found = counters_of(device);
  using Value = std::pair<double, std::string>;
  EXPECT_EQ(found.at("ecc_corrected"), Value(1, "1"));
  EXPECT_EQ(found.at("ecc_uncorrected"), Value(2, "1"));
  EXPECT_EQ(found.at("ecc_corrected_lifetime"), Value(11, "1"));
  EXPECT_EQ(found.at("ecc_uncorrected_lifetime"), Value(12, "1"));
  EXPECT_EQ(found.at("remapped_rows"), Value(4, "1"));
  EXPECT_EQ(found.at("remapped_rows_uncorrected"), Value(1, "1"));
  EXPECT_EQ(found.at("remap_pending"), Value(1, "1"));
  EXPECT_EQ(found.at("remap_failed"), Value(0, "1"));
  EXPECT_EQ(found.at("retired_pages"), Value(9, "1"));
  EXPECT_EQ(found.at("pcie_generation"), Value(5, "1"));
  EXPECT_EQ(found.at("pcie_width"), Value(16, "1"));
  EXPECT_EQ(found.at("pcie_replays"), Value(2, "1"));
  EXPECT_EQ(found.at("pcie_sent"), Value(197, "B"));
  EXPECT_EQ(found.at("link_replays"), Value(52, "1"));
  EXPECT_EQ(found.at("link2_received"), Value((139 + 2000) * 1024, "B"));
  EXPECT_EQ(found.at("link3_sent"), Value((138 + 3000) * 1024, "B"));
  EXPECT_FALSE(found.contains("link4_active"));
  EXPECT_EQ(found.at("power_limit"), Value(700, "W"));
  EXPECT_EQ(found.at("power_limit_default"), Value(650, "W"));
  EXPECT_EQ(found.at("energy"), Value(5000, "J"));
  EXPECT_EQ(found.at("memory_clock"), Value(1e9, "Hz"));
  EXPECT_EQ(found.at("memory_temperature"), Value(82 + 273.15, "K"));
}

TEST_F(State, CountersFillTheRoomThatThereIs) {
  std::array<rp_counter, 3> few{};
  std::uint32_t count = 0;
  EXPECT_EQ(b.counters(device, few.data(), 2, &count), RP_OK);
  EXPECT_GT(count, 20u);
  EXPECT_STRNE(few[1].name, "");
  EXPECT_STREQ(few[2].name, "");
  EXPECT_EQ(b.counters(device, nullptr, 0, &count), RP_OK);
}

TEST_F(State, FieldsOfEveryTypeAreNumbers) {
  for (int type = 0; type <= 5; ++type) {
    nvml().value_type = type;
    EXPECT_EQ(counters_of(device).at("pcie_received").first, 198) << type;
  }
  nvml().value_type = 99;
  EXPECT_FALSE(counters_of(device).contains("pcie_received")) << "a type from the future";
}

TEST_F(State, ADeviceThatIsGoneIsLost) {
  Configuration configuration;
  configuration.faults = {{"nvmlDeviceGetPowerUsage", 1, 1, 15, false}};
  open(configuration);
  auto telemetry = sized<rp_telemetry>();
  EXPECT_EQ(b.telemetry(device, &telemetry), RP_DEVICE_LOST);
  EXPECT_NE(last_text().find("NVML"), std::string::npos) << last_text();
}

TEST_F(State, LinksAreCounted) {
  auto link = sized<rp_link>();
  ASSERT_EQ(b.link(device, other, &link), RP_OK) << last_text();
  EXPECT_STREQ(link.kind, "nvlink");
  EXPECT_EQ(link.links, 2u);
  EXPECT_EQ(link.peer_access, 1);
  nvml().direct_links = false;
  ASSERT_EQ(b.link(device, other, &link), RP_OK);
  EXPECT_EQ(link.links, 4u) << "through a switch";
  nvml().any_links = false;
  ASSERT_EQ(b.link(device, other, &link), RP_OK);
  EXPECT_STREQ(link.kind, "pcie");
  EXPECT_EQ(link.links, 1u);
  EXPECT_EQ(b.link(device, device, &link), RP_INVALID);
  nvml().any_links = true;
  for (const char* const function : {"nvmlDeviceGetNvLinkState", "nvmlDeviceGetNvLinkRemotePciInfo_v2",
                                     "nvmlDeviceGetNvLinkRemoteDeviceType"}) {
    missing() = {function};
    const cuda::Nvml library;
    link = cuda::read_link(library, 0, uuid_of(0), 1, uuid_of(1));
    EXPECT_STREQ(link.kind, "") << function;
    EXPECT_EQ(link.links, 0u);
  }
  missing() = {"libnvidia-ml.so.1"};
  const cuda::Nvml library;
  EXPECT_STREQ(cuda::read_link(library, 0, uuid_of(0), 1, uuid_of(1)).kind, "") << "unknown";
}

}  // namespace
}  // namespace rackproof::fake
