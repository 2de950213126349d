#include "suites/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

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
constexpr std::array kSpoiling{"OPENBLAS_*"sv, "OMP_*"sv,          "GOMP_*"sv,    "KMP_*"sv,  "MKL_*"sv,
                               "ONEDNN_*"sv,   "DNNL_*"sv,         "BLIS_*"sv,    "NVPL_*"sv, "GOTO_*"sv,
                               "MALLOC_*"sv,   "GLIBC_TUNABLES"sv, "LD_PRELOAD"sv};

template <std::size_t N>
bool matches(const std::array<std::string_view, N>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [name](std::string_view pattern) {
    return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
  });
}

}  // namespace

bool spoils_numbers(std::string_view name) { return matches(kSpoiling, name); }

std::map<std::string, std::string> clean_environment() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  std::map<std::string, std::string> removed;
  for (const auto& [name, value] : all) {
    if (matches(kAllowed, name)) continue;
    ::unsetenv(name.c_str());
    if (spoils_numbers(name)) removed.emplace(name, value);
  }
  return removed;
}

}  // namespace rackproof
