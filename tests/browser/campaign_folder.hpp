// A campaign made by hand as the folder that a run leaves, for the program to judge and report.
#pragma once

#include <filesystem>
#include <string>

#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof::browser {

/// A basic string of TOML; what is no printable ASCII as an escape, but for bytes of UTF-8.
std::string quoted(const std::string& text);

/// The two launches behind every cell that is ok, within its interval, one on each side of its value: without them nothing is judged.
void add_launches(Results& results);

/// results.h5 and limits.toml in a new folder. The text of the limits is written from their rows.
void write_campaign(const std::filesystem::path& folder, const Results& results, const Limits& limits);

}  // namespace rackproof::browser
