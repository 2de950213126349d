// Memory modules in the SMBIOS table that the firmware left (DMTF DSP0134, structure type 17).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/reading.hpp"

namespace rackproof {

/// One module. Texts are empty where the firmware tells nothing, or one of its ways to say so ("Not Specified", …).
struct MemoryModule {
  std::string slot;  ///< "DIMM_A1"
  std::int64_t bytes = 0;
  std::int64_t transfers_per_s = 0;  ///< at which it runs; 0: not told
  std::string manufacturer;
  std::string serial;
  std::string part_number;
};

struct MemoryModules {
  std::vector<MemoryModule> modules;  ///< those that are there, in the order of the table
  std::int64_t slots = 0;             ///< with or without a module
};

/// `table`: the bytes of /sys/firmware/dmi/tables/DMI, from anybody. Unavailable when a structure or its texts end beyond the
/// table, when a module has a size that is not told or that no module has, or when there is no memory slot at all.
Reading<MemoryModules> parse_memory_modules(std::string_view table);

/// True for what firmware writes where a text was forgotten.
bool is_placeholder(std::string_view text);

}  // namespace rackproof
