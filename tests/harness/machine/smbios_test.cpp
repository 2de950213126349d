#include "harness/machine/smbios.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/harness/machine/servers.hpp"

namespace rackproof {
namespace {

using test::dmi_table;
using test::DmiModule;

TEST(Smbios, ReadsModulesAndEmptySlots) {
  const auto found =
      parse_memory_modules(dmi_table({{.mib = 16384}, {.mib = 0}, {.mib = 131072, .part = "Not Specified"}}));
  ASSERT_TRUE(found) << found.why();
  EXPECT_EQ(found->slots, 3);
  ASSERT_EQ(found->modules.size(), 2U);
  EXPECT_EQ(found->modules[0].bytes, std::int64_t{16} << 30);
  EXPECT_EQ(found->modules[0].manufacturer, "Samsung");
  EXPECT_EQ(found->modules[1].bytes, std::int64_t{128} << 30);
  EXPECT_EQ(found->modules[1].part_number, "");
}

TEST(Smbios, ATableThatIsCutShortTellsNothing) {
  const std::string table = dmi_table(test::sixteen_modules());
  EXPECT_TRUE(parse_memory_modules(table));
  for (std::size_t length = 0; length + 6 < table.size(); ++length) {
    const auto found = parse_memory_modules(std::string_view(table).substr(0, length));
    // Cut between two structures it looks whole, with fewer modules: the end of the table has no mark of its own there.
    if (found) {
      EXPECT_LE(found->modules.size(), 16U) << length;
    }
  }
  EXPECT_EQ(parse_memory_modules(table.substr(0, 30)).why(), "the SMBIOS table is broken at byte 24");
  EXPECT_EQ(parse_memory_modules("").why(), "the SMBIOS table names no memory slot");
}

TEST(Smbios, ASizeThatIsNotToldIsNoSize) {
  std::string table = dmi_table({DmiModule{}});
  const std::size_t size = table.find(std::string("\xff\x7f", 2));
  ASSERT_NE(size, std::string::npos);
  table[size + 1] = '\xff';  // unknown
  EXPECT_FALSE(parse_memory_modules(table));
  EXPECT_FALSE(parse_memory_modules(dmi_table({{.mib = 0x7fffffff}})));  // 2 PiB
}

// Bytes at random, and a sound table with bytes changed at random: never a crash, never a module that cannot be.
TEST(Smbios, GarbageIsSurvived) {
  std::mt19937 random(1);
  const std::string sound = dmi_table(test::sixteen_modules());
  for (int round = 0; round < 20000; ++round) {
    std::string table = sound;
    if (round % 2 == 0) {
      table.resize(random() % 400);
      for (char& byte : table) byte = static_cast<char>(random());
    } else {
      for (std::uint32_t i = 0; i <= random() % 8; ++i)
        table[random() % table.size()] = static_cast<char>(random());
      table.resize(table.size() - random() % 64);
    }
    const auto found = parse_memory_modules(table);
    if (!found) {
      EXPECT_FALSE(found.why().empty());
      continue;
    }
    EXPECT_LE(found->modules.size(), static_cast<std::size_t>(found->slots));
    for (const MemoryModule& module : found->modules) {
      EXPECT_GT(module.bytes, 0);
      EXPECT_LE(module.bytes, std::int64_t{1} << 44);
      EXPECT_GE(module.transfers_per_s, 0);
      for (const std::string* text :
           {&module.slot, &module.serial, &module.part_number, &module.manufacturer})
        EXPECT_TRUE(std::ranges::all_of(*text, [](char c) { return c >= ' ' && c <= '~'; }));
    }
  }
}

}  // namespace
}  // namespace rackproof
