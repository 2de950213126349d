// A program run as a user runs it: arguments, environment, standard input, a time limit.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/record/durable_file.hpp"

namespace rackproof::e2e {

/// A new empty folder below the system's temporary one; removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct CommandOptions {
  std::map<std::string, std::string> environment;  ///< on top of this process' own
  std::string input;                               ///< standard input
  std::filesystem::path folder;                    ///< to run in; this process' own when empty
  double time_limit_s = 60;                        ///< then the process group is killed
};

struct Finished {
  int exit_code = -1;  ///< −1 when a signal ended it
  int signal = 0;      ///< that ended it
  bool timed_out = false;
  double seconds = 0;
  std::string out;
  std::string err;
};

/// A process that runs. Leads a process group of its own, which is killed with this object and with the test
/// itself.
class RunningCommand {
 public:
  /// Throws Error when the program cannot be started.
  explicit RunningCommand(const std::vector<std::string>& arguments, const CommandOptions& options = {});
  ~RunningCommand();
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  pid_t pid() const { return pid_; }
  bool is_running();
  /// Sends a signal to this one process.
  void signal(int number) const;
  /// Waits for the end, at most until the time limit.
  Finished wait();

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
  double time_limit_s_;
  std::chrono::steady_clock::time_point started_;
  FileDescriptor out_;
  FileDescriptor err_;
};

/// Runs a command to its end.
Finished run_command(const std::vector<std::string>& arguments, const CommandOptions& options = {});

/// The programs under test.
std::string rackproof_program();
std::filesystem::path source_folder();
std::filesystem::path build_folder();

/// Lines of a text, without empty ones.
std::vector<std::string> lines_of(const std::string& text);

/// SHA-256 of every file below a folder, by relative name.
std::map<std::string, std::string> digests_of(const std::filesystem::path& folder);

}  // namespace rackproof::e2e
