// The processes that a command started, found by the temporary folder in their environment: also those whose
// parent died.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rackproof::e2e {

struct ProcessRow {
  pid_t pid = 0;
  std::string program;                 ///< file name of its executable
  std::vector<std::string> arguments;  ///< argv, with the program
  bool is(std::string_view name, std::string_view first_argument) const {
    return program == name && arguments.size() > 1 && arguments[1] == first_argument;
  }
};

/// Live processes of this user with TMPDIR = `temporary`.
std::vector<ProcessRow> processes_with(const std::filesystem::path& temporary);

/// "rackproof-worker attached (123), …", for messages.
std::string names_of(const std::vector<ProcessRow>& rows);

/// Asks every 20 ms until `holds` is true. Returns false when it never was within `seconds`.
bool eventually(double seconds, const std::function<bool()>& holds);

}  // namespace rackproof::e2e
