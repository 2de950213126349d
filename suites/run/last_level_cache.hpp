// The size that "cold" is measured against.
#pragma once

#include <cstdint>

#include "kernels/abi.h"

namespace rackproof {

/// Bytes of last-level cache that one kernel on the device can use; 512 MiB when the size is not readable, more than most
/// devices have.
inline std::uint64_t last_level_cache(const rp_device_info& info) {
  constexpr std::uint64_t kUnknown = std::uint64_t{512} << 20;
  return info.cache_bytes != 0 ? info.cache_bytes : kUnknown;
}

}  // namespace rackproof
