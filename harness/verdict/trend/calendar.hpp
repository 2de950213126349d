// Days, as events and nights name them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rackproof {

/// Days since 1970-01-01 of "2026-11-23", or of a time that begins so ("2026-11-23T01:02:03.456Z"); nothing for any other text or a
/// day that no calendar has.
std::optional<std::int32_t> day_of(std::string_view text);

/// "2026-11-23".
std::string date_text(std::int32_t day);

}  // namespace rackproof
