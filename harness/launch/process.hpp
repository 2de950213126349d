// A worker process as the harness sees it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "harness/record/durable_file.hpp"
#include "harness/record/process_group.hpp"

namespace rackproof {

/// An argument vector; never a shell string.
using Command = std::vector<std::string>;

/// A started process in a process group of its own, with a pipe to its stdin, or a file there, and a pipe from its
/// stdout; stderr goes to a log file. It is killed when the harness dies. Destroyed: the whole group is killed and reaped.
class Process {
 public:
  /// Throws Error when the program cannot be started, or `input`, the file for its stdin, cannot be read.
  Process(const Command& command, const std::filesystem::path& log, const std::filesystem::path& input = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int output() const { return output_.get(); }
  /// Writes to its stdin, unless that is a file; a broken pipe is ignored: the end of the process will tell.
  void say(const std::string& text);
  /// Sends a signal to the whole group.
  void signal(int number) const;
  /// True when it has ended by itself or by a signal; what it left behind in its group is killed then.
  bool has_ended();
  /// The wait status of a process that has ended.
  int status() const { return status_; }
  /// Does not care for the process any more.
  void abandon() { pid_ = -1; }
  /// Waits up to `seconds` for the process to end by itself, then kills the group and waits for kUnkillableSeconds.
  /// Returns the wait status.
  int finish(double seconds);

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  FileDescriptor input_;
  FileDescriptor output_;
};

}  // namespace rackproof
