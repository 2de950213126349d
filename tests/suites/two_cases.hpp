// Two cases that every backend runs at once.
#pragma once

#include <string>

namespace rackproof {

inline const std::string kCopy = "memory/device/copy:f64";
inline const std::string kScale = "memory/device/scale:f64";

}  // namespace rackproof
