// What joins sentences and lists.
#pragma once

#include "harness/language/text.hpp"

namespace rackproof::joining_texts {

inline constexpr Text kThen{"{0}; {1}", "{0}；{1}"};
inline constexpr Text kBeside{"{0}, {1}", "{0}，{1}"};
inline constexpr Text kBecause{"{0}: {1}", "{0}：{1}"};
inline constexpr Text kOr{"{0} or {1}", "{0} 或 {1}"};
inline constexpr Text kAndMore{"{0} and {1} more", "{0} 及另外 {1} 项"};

}  // namespace rackproof::joining_texts
