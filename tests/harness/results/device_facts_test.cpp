// What a device said about itself, against what the site promises.
#include "harness/results/device_facts.hpp"

#include <gtest/gtest.h>

#include <map>

namespace rackproof {
namespace {

DeviceIdentity device() {
  DeviceIdentity device;
  device.uuid = "GPU-1";
  device.serial = "165";
  device.model = "H200";
  device.selftest = "48 kernels passed";
  return device;
}

TargetRow promised_target(const char* serial) {
  TargetRow row;
  row.name = "r1/n1/gpu0";
  row.placement = Placement::device;
  row.serial = serial;
  return row;
}

TEST(DeviceFacts, HoldWhatWasToldAndNothingElse) {
  DeviceIdentity told = device();
  told.ecc = 0;
  std::map<std::string, std::string> found;
  for (const FactRow& fact : device_facts(3, told)) {
    EXPECT_EQ(fact.target, 3u);
    EXPECT_EQ(fact.promised, "");
    found[fact.key] = fact.found;
  }
  EXPECT_EQ(found, (std::map<std::string, std::string>{{"device/uuid", "GPU-1"},
                                                       {"device/serial", "165"},
                                                       {"device/model", "H200"},
                                                       {"device/ecc", "off"},
                                                       {"device/selftest", "48 kernels passed"}}));
}

TEST(DeviceFacts, AnotherSerialThanThePromisedOneIsNoticed) {
  EXPECT_TRUE(device_notices(promised_target("165"), device()).empty());
  EXPECT_TRUE(device_notices(promised_target(""), device()).empty()) << "nothing was promised";
  DeviceIdentity silent = device();
  silent.serial.clear();
  EXPECT_TRUE(device_notices(promised_target("166"), silent).empty()) << "nothing was told";
  const auto notices = device_notices(promised_target("166"), device());
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "device serial");
  EXPECT_EQ(notices[0].subjects, std::vector<std::string>{"r1/n1/gpu0"});
  EXPECT_EQ(notices[0].evidence, "the site promises 166, GPU-1 has 165");
}

TEST(DeviceFacts, SoftwareInADevicesPlaceIsNoticed) {
  DeviceIdentity emulated = device();
  emulated.emulated = true;
  const auto notices = device_notices(promised_target("165"), emulated);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "emulated device");
}

}  // namespace
}  // namespace rackproof
