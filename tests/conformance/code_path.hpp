// Ways through a backend that a test goes one after the other.
#pragma once

#include <vector>

#include "tests/conformance/optional_backends.hpp"

namespace rackproof::conformance {

struct CodePath {
  const char* name;
  const char* backend;
  const char* options;
};

/// Of the backends that not every build has.
inline std::vector<CodePath> optional_paths() {
  std::vector<CodePath> paths;
  for (const char* const backend : optional_backends()) paths.push_back({backend, backend, ""});
  return paths;
}

}  // namespace rackproof::conformance
