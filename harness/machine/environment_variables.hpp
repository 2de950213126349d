// Names of environment variables, those above all that change what libraries do, and so the numbers.
#pragma once

#include <string_view>

namespace rackproof {

/// Whether a variable's name is the pattern, or begins as it does where it ends in '*'.
bool matches_variable(std::string_view pattern, std::string_view name);

/// OPENBLAS_*, OMP_*, MKL_*, MALLOC_*, LD_PRELOAD and the like: removed before a backend is loaded, and recorded. No setup
/// script may set one.
bool spoils_numbers(std::string_view name);

}  // namespace rackproof
