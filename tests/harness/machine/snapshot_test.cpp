#include "harness/machine/snapshot.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/base/error.hpp"
#include "harness/machine/memory.hpp"
#include "harness/machine/system.hpp"
#include "tests/harness/machine/servers.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() {
    test::eight_accelerators(machine);
    write_snapshot(machine.root(), take_snapshot(machine.root(), "2026-11-29T12:00:00Z"));
  }
  RecordedMachine machine;
};

TEST_F(SnapshotTest, SaysWhatRootCouldRead) {
  const auto snapshot = read_snapshot(machine.root());
  ASSERT_TRUE(snapshot) << snapshot.why();
  EXPECT_EQ(snapshot->utc, "2026-11-29T12:00:00Z");
  EXPECT_EQ(snapshot->texts.at("/sys/class/dmi/id/product_serial"), "EX000001");
  ASSERT_TRUE(snapshot->modules);
  EXPECT_EQ(snapshot->modules->modules.size(), 16U);
  EXPECT_EQ(snapshot->modules->modules[1].serial, "80CE0001");
  EXPECT_EQ(snapshot->modules->modules[1].transfers_per_s, 4'800'000'000);
}

TEST_F(SnapshotTest, StandsInForWhatNeedsRoot) {
  if (::geteuid() == 0) {
    // Root reads what nobody may: that it needs root, only others see.
    EXPECT_TRUE(read_memory(machine.root()).modules);
    return;
  }
  const SystemRoot root = machine.root();
  for (const char* file : {"/sys/firmware/dmi/tables/DMI", "/sys/class/dmi/id/product_serial"})
    std::filesystem::permissions(root.at(file), std::filesystem::perms::none);
  EXPECT_EQ(read_memory(root).modules->modules.size(), 16U);
  EXPECT_EQ(*read_system(root).serial, "EX000001");
  machine.remove(kSnapshotFile);
  EXPECT_EQ(read_memory(root).modules.why(), "needs root");
  EXPECT_EQ(read_system(root).serial.why(), "needs root");
}

TEST_F(SnapshotTest, OfAnotherBootOrMachineIsRefused) {
  machine.write("/proc/sys/kernel/random/boot_id", "another\n");
  EXPECT_EQ(read_snapshot(machine.root()).why(), "snapshot of another boot");
  machine.write("/etc/machine-id", "another\n");
  EXPECT_EQ(read_snapshot(machine.root()).why(), "snapshot of another machine");
  machine.remove("/proc/sys/kernel/random/boot_id");
  EXPECT_THROW(take_snapshot(machine.root(), "now"), Error);
}

TEST_F(SnapshotTest, ADamagedOneIsRefused) {
  const std::string sound = *machine.root().bytes(kSnapshotFile);
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[1]"), sound.substr(0, sound.size() / 2),
        std::string(R"({"schema":1,"boot_id":7,"machine_id":"","utc":"","texts":{}})")}) {
    machine.write(kSnapshotFile, text);
    EXPECT_EQ(read_snapshot(machine.root()).why(), "snapshot that is damaged") << text;
  }
  const auto bent = [&](const std::string& from, const std::string& to) {
    std::string text = sound;
    text.replace(text.find(from), from.size(), to);
    machine.write(kSnapshotFile, text);
    return read_snapshot(machine.root()).why();
  };
  EXPECT_EQ(bent("68719476736", "-1"), "snapshot that is damaged");
  EXPECT_EQ(bent("\"slots\": 16", "\"slots\": 3"), "snapshot that is damaged");
  EXPECT_EQ(bent("\"schema\": 1", "\"schema\": 2"), "snapshot of another program");
  machine.remove(kSnapshotFile);
  EXPECT_EQ(read_snapshot(machine.root()).why(), "no snapshot");
}

}  // namespace
}  // namespace rackproof
