// JSON as a report has it: one line, ASCII.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace rackproof {

/// Invalid UTF-8 is replaced.
inline std::string ascii_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace rackproof
