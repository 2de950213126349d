#include "harness/measure/machine_state.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
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

TEST(MachineState, RunQueueDelayIsUnknownOrGrows) {
  const std::int64_t before = runqueue_wait_ns();
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  while (std::chrono::steady_clock::now() < until) {
  }
  const std::int64_t after = runqueue_wait_ns();
  EXPECT_GE(before, -1);
  EXPECT_GE(after, before);
}

TEST(MachineState, TopologyIsXmlOrNothing) {
  const std::string xml = topology_xml();
  EXPECT_TRUE(xml.empty() || xml.find("<topology") != std::string::npos);
}

}  // namespace
}  // namespace rackproof
