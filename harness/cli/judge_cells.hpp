// rackproof judge, of a file of cells.
#pragma once

#include <filesystem>

#include "harness/base/exit_code.hpp"

namespace rackproof {

/// Prints the verdict, or one JSON object, on stdout; with `output`, writes a new verdicts file. Throws Error.
ExitCode judge_file_of_cells(const std::filesystem::path& cells, const std::filesystem::path& limits,
                             const std::filesystem::path& devices, const std::filesystem::path& output,
                             bool json);

}  // namespace rackproof
