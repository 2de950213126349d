#include "harness/measure/machine_state.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>

#include "harness/measure/topology.hpp"

namespace rackproof {
namespace {

TEST(MachineState, IdentityIsReadable) {
  const Identity identity = read_identity(3);
  EXPECT_EQ(identity.rank, 3);
  EXPECT_EQ(identity.boot_id.size(), 36u);
  EXPECT_FALSE(identity.hostname.empty());
  EXPECT_FALSE(identity.kernel.empty());
  EXPECT_EQ(identity.pid, ::getpid());
  EXPECT_GE(identity.cpus, 1);
  EXPECT_GT(identity.memory_bytes, 64 << 20);
  EXPECT_TRUE(std::is_sorted(identity.macs.begin(), identity.macs.end()));
  EXPECT_EQ(identity.boot_id, read_identity(0).boot_id);
}

TEST(MachineState, HoldsOnlyWhatCouldBeRead) {
  for (const auto& [key, value] : read_machine_state(nullptr)) EXPECT_TRUE(std::isfinite(value)) << key;
  EXPECT_FALSE(read_machine_state(nullptr).contains("power_w"));  // no device, no reading
}

TEST(MachineState, TheExtremesOfAWindowAreKept) {
  MachineState extremes;
  fold_extremes(extremes, {{"clock_hz", 2e9}, {"temperature_k", 310}, {"throttle", 1}, {"load_1min", 1}});
  fold_extremes(extremes, {{"clock_hz", 1e9}, {"temperature_k", 305}, {"throttle", 0}});
  fold_extremes(extremes, {{"clock_hz", 3e9}, {"temperature_k", 320}, {"power_w", 50}, {"throttle", 4}});
  const MachineState expected{
      {"clock_hz_min", 1e9}, {"temperature_k_max", 320}, {"power_w_max", 50}, {"throttle", 5}};
  EXPECT_EQ(extremes, expected);
  MachineState merged{{"clock_hz_min", 2e9}, {"throttle", 8}};
  fold_extremes(merged, extremes);
  EXPECT_DOUBLE_EQ(merged.at("clock_hz_min"), 1e9);
  EXPECT_DOUBLE_EQ(merged.at("throttle"), 13);
  EXPECT_TRUE(is_throttled(merged));
  EXPECT_FALSE(is_throttled({{"throttle", 0}}));
  EXPECT_FALSE(is_throttled({}));
}

TEST(MachineState, TopologyIsXmlOrNothing) {
  const std::string xml = topology_xml();
  EXPECT_TRUE(xml.empty() || xml.find("<topology") != std::string::npos);
}

}  // namespace
}  // namespace rackproof
