// What every process that is started has in common, here and on a node: a group of its own, and an end with its parent.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "harness/record/durable_file.hpp"

namespace rackproof {

/// A process that is there so long after SIGKILL hangs in the kernel; it is not waited for any more.
inline constexpr double kUnkillableSeconds = 10;

struct Pipe {
  FileDescriptor read, write;
};

/// Both ends are closed in programs that are started. Throws Error.
Pipe make_pipe();

/// In a new process, before it becomes a program: puts it into a group of its own, lets it be killed when `parent` dies
/// and unblocks its signals. Ends it when the parent is dead already. Calls only what is safe after fork.
void begin_process_group(pid_t parent);

/// Starts `program verb` in a group of its own with these descriptors as its standard input, output and error. Throws Error when
/// there can be no new process; one whose program cannot be run ends with status 127.
pid_t start_program(const std::filesystem::path& program, const char* verb, int input, int output,
                    int error = STDERR_FILENO);

/// Of a process that has ended: "signal 9 (KILL)" or "status 3".
std::string describe_wait_status(int status);

}  // namespace rackproof
