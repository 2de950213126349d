// What a device tells to a process that has not opened it.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/abi.h"
#include "kernels/fault/options.hpp"

namespace rackproof::fault {

/// Reading number `count` (from 0) of a device. With throttle, 300 W, 330 K and 2 GHz. With telemetry_hang, telemetry_crash and
/// telemetry_lie the same before reading `at`, then it never returns, ends the process, or tells what cannot be; on other devices than
/// that of `device` always the same. Throws kernels::Failure(RP_UNSUPPORTED) with any other fault.
rp_telemetry read_present_telemetry(const Options& options, std::string_view uuid, std::uint64_t count);

}  // namespace rackproof::fault
