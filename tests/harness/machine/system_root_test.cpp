#include "harness/machine/system_root.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

TEST(SystemRoot, ReadsBelowItsFolder) {
  RecordedMachine machine;
  machine.write("/proc/sys/kernel/ostype", "  Linux \n");
  machine.write("/sys/class/net/eth0/carrier_changes", "12\n");
  machine.write("/sys/class/net/eth0/flags", "0x1003\n");
  machine.link("/sys/class/net/eth0/device/driver", "../../../../bus/pci/drivers/mlx5_core");
  const SystemRoot root = machine.root();
  EXPECT_TRUE(root.is_recorded());
  EXPECT_EQ(*root.text("/proc/sys/kernel/ostype"), "Linux");
  EXPECT_EQ(*root.integer("/sys/class/net/eth0/carrier_changes"), 12);
  EXPECT_EQ(*root.integer("/sys/class/net/eth0/flags"), 0x1003);
  EXPECT_EQ(*root.link_name("/sys/class/net/eth0/device/driver"), "mlx5_core");
  EXPECT_EQ(root.entries("/sys/class/net/eth0"),
            (std::vector<std::string>{"carrier_changes", "device", "flags"}));
  EXPECT_TRUE(root.exists("/sys/class/net/eth0"));
  EXPECT_FALSE(SystemRoot().is_recorded());
  EXPECT_EQ(*SystemRoot().text("/proc/sys/kernel/ostype"), "Linux");
}

TEST(SystemRoot, WhatCannotBeReadSaysWhy) {
  RecordedMachine machine;
  const SystemRoot root = machine.root();
  EXPECT_EQ(root.text("/sys/none").why(), "no such file: /sys/none");
  EXPECT_EQ(root.integer("/sys/none").why(), "no such file: /sys/none");
  EXPECT_FALSE(root.link_name("/sys/none"));
  EXPECT_TRUE(root.entries("/sys/none").empty());
  machine.write("/sys/folder/file", "1");
  EXPECT_EQ(root.text("/sys/folder").why(), "/sys/folder: Is a directory");
  EXPECT_FALSE(root.link_name("/sys/folder/file"));
  // Root may read what nobody may: only somebody else sees this.
  if (::geteuid() != 0) {
    machine.write("/sys/secret", "1");
    std::filesystem::permissions(root.at("/sys/secret"), std::filesystem::perms::none);
    EXPECT_EQ(root.text("/sys/secret").why(), "needs root");
  }
}

TEST(SystemRoot, OneLineOfALongFile) {
  RecordedMachine machine;
  std::string text(3 << 20, 'x');
  text += "\n  MCE:   1  2 \nMCE: 3\n";
  machine.write("/proc/interrupts", text);
  EXPECT_EQ(*machine.root().line_beginning("/proc/interrupts", "MCE:"), "MCE:   1  2");
  EXPECT_EQ(machine.root().line_beginning("/proc/interrupts", "NMI:").why(),
            "/proc/interrupts has no line NMI:");
  EXPECT_EQ(machine.root().line_beginning("/proc/none", "a").why(), "no such file: /proc/none");
}

TEST(SystemRoot, GarbageIsNoNumber) {
  RecordedMachine machine;
  for (const char* garbage :
       {"", "nan", "-", "12 W", "1.5", "99999999999999999999", "0x", "0xg", "N/A", "\xff\xfe"}) {
    machine.write("/sys/value", garbage);
    const auto read = machine.root().integer("/sys/value");
    EXPECT_FALSE(read) << garbage;
    EXPECT_EQ(read.why(), "/sys/value holds no number") << garbage;
  }
  machine.write("/sys/value", "-5");
  EXPECT_EQ(*machine.root().integer("/sys/value"), -5);
}

}  // namespace
}  // namespace rackproof
