// Backends that are only in some builds: those whose toolkit was found.
#pragma once

#include <vector>

namespace rackproof::conformance {

/// Their names as load_backend() takes them. RACKPROOF_OPTIONAL_BACKENDS is a list of strings, or nothing.
inline std::vector<const char*> optional_backends() { return {RACKPROOF_OPTIONAL_BACKENDS}; }

}  // namespace rackproof::conformance
