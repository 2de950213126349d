// The program's version (SemVer). It stands in CMakeLists.txt and nowhere else.
#pragma once

namespace rackproof {

inline constexpr const char* kProgramVersion = RACKPROOF_VERSION;

}  // namespace rackproof
