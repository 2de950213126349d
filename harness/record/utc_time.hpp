// Times that other programs wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rackproof {

/// ns since 1970 of "2026-11-30T20:15:04.25Z" (a blank for the T; ±hh:mm or ±hhmm for the Z) or of seconds since 1970,
/// "1795000000.25"; years 2000 to 2099. Nothing for all else: above all for a time without its zone, which might be anybody's.
std::optional<std::int64_t> parse_utc(std::string_view text);

}  // namespace rackproof
