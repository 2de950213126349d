// Numbers in JSON, which has no NaN and no infinity.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

namespace rackproof {

/// null for what is no finite number.
template <class T>
nlohmann::json finite_json(T value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

}  // namespace rackproof
