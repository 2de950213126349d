#include "suites/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "harness/machine/environment_variables.hpp"

namespace rackproof {

namespace {

using std::string_view_literals::operator""sv;

// A name, or a prefix that ends in '*'.
constexpr std::array kAllowed{"PATH"sv,
                              "HOME"sv,
                              "USER"sv,
                              "LOGNAME"sv,
                              "SHELL"sv,
                              "TERM"sv,
                              "LANG"sv,
                              "LC_*"sv,
                              "TZ"sv,
                              "TMPDIR"sv,
                              "LD_LIBRARY_PATH"sv,
                              "OMPI_*"sv,
                              "OPAL_*"sv,
                              "ORTE_*"sv,
                              "PMIX_*"sv,
                              "PRTE_*"sv,
                              "PMI_*"sv,
                              "SLURM_*"sv,
                              "UCX_*"sv,
                              "FI_*"sv,
                              "NCCL_*"sv,
                              "CUDA_VISIBLE_DEVICES"sv,
                              "ASAN_OPTIONS"sv,
                              "UBSAN_OPTIONS"sv,
                              "LSAN_OPTIONS"sv,
                              "TSAN_OPTIONS"sv};

bool is_allowed(std::string_view name) {
  return std::ranges::any_of(kAllowed,
                             [name](std::string_view pattern) { return matches_variable(pattern, name); });
}

}  // namespace

std::map<std::string, std::string> clean_environment() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  std::map<std::string, std::string> removed;
  for (const auto& [name, value] : all) {
    if (is_allowed(name)) continue;
    ::unsetenv(name.c_str());
    if (spoils_numbers(name)) removed.emplace(name, value);
  }
  return removed;
}

}  // namespace rackproof
