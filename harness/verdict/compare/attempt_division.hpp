// In which division, and by which implementation, each target measured a case.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "harness/results/results.hpp"

namespace rackproof {

struct CaseDivisions {
  std::unordered_map<std::uint32_t, std::string>
      of_target;  ///< of its launches that ended ok; "mixed": they differ
  std::map<std::string, std::set<std::string>> implementations;  ///< by division
  std::string
      usual;  ///< that of most targets, for those without a launch that ended ok; "unknown": there is none

  const std::string& of(std::uint32_t target) const {
    const auto found = of_target.find(target);
    return found == of_target.end() ? usual : found->second;
  }
};

inline constexpr const char* kUnknownDivision = "unknown";
inline constexpr const char* kMixedDivisions = "mixed";

/// By case.
std::map<std::string, CaseDivisions> divisions_of(const Results& results);

}  // namespace rackproof
