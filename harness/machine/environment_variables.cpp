#include "harness/machine/environment_variables.hpp"

#include <algorithm>
#include <array>

namespace rackproof {

namespace {

using std::string_view_literals::operator""sv;

// A name, or a prefix that ends in '*'.
constexpr std::array kSpoiling{"OPENBLAS_*"sv, "OMP_*"sv,          "GOMP_*"sv,    "KMP_*"sv,  "MKL_*"sv,
                               "ONEDNN_*"sv,   "DNNL_*"sv,         "BLIS_*"sv,    "NVPL_*"sv, "GOTO_*"sv,
                               "MALLOC_*"sv,   "GLIBC_TUNABLES"sv, "LD_PRELOAD"sv};

}  // namespace

bool matches_variable(std::string_view pattern, std::string_view name) {
  return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
}

bool spoils_numbers(std::string_view name) {
  return std::ranges::any_of(kSpoiling,
                             [name](std::string_view pattern) { return matches_variable(pattern, name); });
}

}  // namespace rackproof
