#include "harness/measure/counter_window.hpp"

#include <gtest/gtest.h>

#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

CounterDelta moved(double delta, std::string unit = "1") { return {std::move(unit), delta, ""}; }
CounterDelta lacking(std::string why) { return {"1", std::nullopt, std::move(why)}; }

Backend fault_backend(const std::string& options) {
  return Backend(RACKPROOF_BINARY_DIR "/lib/rackproof/librackproof-fault.so", options);
}

void run_operations(const Device& device, int count) {
  const Stream stream(device);
  for (int i = 0; i < count; ++i) stream.enqueue_nothing();
  stream.sync();
}

TEST(CounterWindow, HoldsWhatMovedOnTheHostAndOnDevices) {
  RecordedMachine machine;
  machine.write("/sys/devices/system/edac/mc/mc0/ue_count", "5");
  machine.write("/sys/devices/system/edac/mc/mc0/ce_count", "5");
  machine.write("/sys/class/net/lo/statistics/rx_bytes", "100");
  const Backend backend = fault_backend("fault=ecc,op=nothing,at=2,devices=1");
  std::vector<Device> devices;
  devices.emplace_back(backend, "fault-0");
  const SystemRoot root = machine.root();
  const CounterWindow window(root, devices);
  run_operations(devices.front(), 5);
  machine.write("/sys/devices/system/edac/mc/mc0/ue_count", "7");
  machine.write("/sys/class/net/lo/statistics/rx_bytes", "130");
  const CounterDeltas deltas = window.close();
  EXPECT_EQ(deltas.at("edac/mc0/ue"), moved(2));
  EXPECT_EQ(deltas.at("nic/lo/rx_bytes"), moved(30, "B"));
  EXPECT_EQ(deltas.at("device0/ecc_uncorrected"), moved(3));
  EXPECT_EQ(deltas.at("kernel_log"), lacking("no such file: /dev/kmsg"));
  EXPECT_EQ(deltas.size(), 4u) << "limits, states and what did not move are left out";
}

TEST(CounterWindow, ARankThatIsNotTheFirstOnItsMachineCountsItsDevicesOnly) {
  RecordedMachine machine;
  machine.write("/sys/class/net/lo/statistics/rx_bytes", "100");
  const SystemRoot root = machine.root();
  EXPECT_TRUE(CounterWindow(root, {}, false).close().empty());
}

TEST(CounterWindow, OfThisMachineNothingThrows) {
  const SystemRoot root;
  const CounterWindow window(root, {});
  for (const auto& [name, counter] : window.close())
    EXPECT_TRUE(counter.delta ? *counter.delta >= 0 : !counter.unavailable.empty()) << name;
}

TEST(UnitedCounters, BytesAreSummedAndTheRestKeepsItsRank) {
  const CounterDeltas first{{"nic/eth0/rx_bytes", moved(10, "B")}, {"kernel_log", lacking("needs root")}};
  const CounterDeltas second{
      {"nic/eth0/rx_bytes", moved(5, "B")}, {"kernel_log", lacking("needs root")}, {"edac/mc0/ue", moved(1)}};
  const CounterDeltas third{{"device0/ecc_uncorrected", moved(1)}};  // on the machine of the second
  const CounterDeltas all = united_counters({first, second, third}, 2);
  EXPECT_EQ(all.at("nic/eth0/rx_bytes"), moved(15, "B"));
  EXPECT_EQ(all.at("kernel_log"), lacking("needs root")) << "all machines lack it alike";
  EXPECT_EQ(all.at("rank1:edac/mc0/ue"), moved(1));
  EXPECT_EQ(all.at("rank2:device0/ecc_uncorrected"), moved(1));
  EXPECT_EQ(all.size(), 4u);
  EXPECT_EQ(without_rank("rank12:edac/mc0/ue"), "edac/mc0/ue");
  EXPECT_EQ(without_rank("edac/mc0/ue"), "edac/mc0/ue");
  EXPECT_EQ(without_rank("ranked:x"), "ranked:x");
}

TEST(UnitedCounters, OneRankAloneIsNamed) {
  const CounterDeltas all = united_counters({{}, {{"kernel_log", lacking("needs root")}}}, 2);
  EXPECT_EQ(all.at("rank1:kernel_log"), lacking("needs root"));
  EXPECT_EQ(united_counters({{{"edac/mc0/ue", moved(1)}}}, 1).count("edac/mc0/ue"), 1u);
}

}  // namespace
}  // namespace rackproof
