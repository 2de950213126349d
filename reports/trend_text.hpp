// A trend for a terminal.
#pragma once

#include <string>

#include "harness/verdict/trend/trend.hpp"

namespace rackproof {

/// Findings of one cause that are listed before "+N more".
inline constexpr std::size_t kTrendMembers = 3;
/// Findings without a cause that are listed before "+N more".
inline constexpr std::size_t kTrendFindings = 30;
/// Suspects that are listed before "+N more".
inline constexpr std::size_t kTrendSuspects = 10;

/// Plain UTF-8 text that ends with a line feed: what was looked at, causes with their findings, findings without a cause, suspects.
/// `all` lists every member and suspect.
std::string trend_text(const Trend& trend, bool all);

}  // namespace rackproof
