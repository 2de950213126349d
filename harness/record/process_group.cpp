#include "harness/record/process_group.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "harness/base/error.hpp"

namespace rackproof {

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(fmt::format("no pipe: {}", ::strerror(errno)));
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void begin_process_group(pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

pid_t start_program(const std::filesystem::path& program, const char* verb, int input, int output,
                    int error) {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw Error(fmt::format("cannot fork: {}", ::strerror(errno)));
  if (pid == 0) {
    begin_process_group(parent);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(error, STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), verb, nullptr);
    ::_exit(127);
  }
  ::setpgid(pid, pid);
  return pid;
}

std::string describe_wait_status(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("signal {} ({})", WTERMSIG(status), ::sigabbrev_np(WTERMSIG(status)));
  return fmt::format("status {}", WEXITSTATUS(status));
}

}  // namespace rackproof
