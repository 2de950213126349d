// The environment of a measuring process: an allow-list.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rackproof {

/// Removes every variable that is not on the allow-list. Returns those that spoil numbers (OPENBLAS_*, OMP_*,
/// MKL_*, …) with their values: they go into the record. Call before any backend is loaded.
std::map<std::string, std::string> clean_environment();

/// Whether a variable is one of those: no setup script may set it either.
bool spoils_numbers(std::string_view name);

}  // namespace rackproof
