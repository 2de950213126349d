// The environment of a measuring process: an allow-list.
#pragma once

#include <map>
#include <string>

namespace rackproof {

/// Removes every variable that is not on the allow-list. Returns those that spoil numbers
/// (harness/machine/environment_variables.hpp) with their values: they go into the record. Call before any backend is loaded.
std::map<std::string, std::string> clean_environment();

}  // namespace rackproof
