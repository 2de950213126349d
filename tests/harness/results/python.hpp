// Runs Python with h5py and a shell, as a stranger with standard tools would.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rackproof {

struct CommandResult {
  int status = 0;      ///< exit status; −1 when it did not end by itself
  std::string output;  ///< standard output and error together
};

/// Runs a program without a shell.
CommandResult run_command(const std::vector<std::string>& arguments);

/// Runs a script with `f` = sys.argv[1]; h5py and numpy are imported.
CommandResult run_python(const std::string& script, const std::filesystem::path& file);

}  // namespace rackproof
