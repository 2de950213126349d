// The environment of the measuring processes: cleaned, then changed by the site's setup script.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/record/record.hpp"

namespace rackproof {

/// Sources the script in a fresh /bin/sh and returns what differs afterwards, without the shell's own variables; this
/// process keeps its environment. What it prints goes to stderr. Throws Error, with the last line of its errors, when it
/// ends with another status than 0, ends the shell, does not end in time, or sets a variable to what is not UTF-8.
EnvironmentChange run_setup_script(const std::string& script, double time_limit_s);

/// Makes the change in this process, for what it loads and starts from then on.
void change_environment(const EnvironmentChange& change);

/// What was done to the environment before a backend is loaded.
struct PreparedEnvironment {
  std::map<std::string, std::string> removed;  ///< variables that spoil numbers, and their values
  EnvironmentChange setup;                     ///< by the setup script
  std::string failure;                         ///< why the setup script failed; empty: it did not

  /// Runs a script, unless it is empty, and changes this process accordingly. Variables that spoil numbers are left out
  /// and count as removed. The loader has read LD_LIBRARY_PATH by then: only processes started later see a change of it.
  void set_up(const std::string& script, double time_limit_s);
};

void to_json(nlohmann::json& json, const PreparedEnvironment& environment);
void from_json(const nlohmann::json& json, PreparedEnvironment& environment);

}  // namespace rackproof
