#include "harness/launch/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "harness/base/error.hpp"
#include "harness/record/process_group.hpp"

namespace rackproof {

Process::Process(const Command& command, const std::filesystem::path& log,
                 const std::filesystem::path& input) {
  Pipe in =
      input.empty() ? make_pipe() : Pipe{FileDescriptor(::open(input.c_str(), O_RDONLY | O_CLOEXEC)), {}};
  if (!in.read) throw Error(fmt::format("cannot read {}: {}", input.string(), ::strerror(errno)));
  Pipe out = make_pipe();
  Pipe started = make_pipe();  // closed by a successful exec, or carries errno
  const FileDescriptor errors(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!errors) throw Error(fmt::format("cannot write {}: {}", log.string(), ::strerror(errno)));
  std::vector<char*> argv;
  for (const auto& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw Error(fmt::format("cannot fork: {}", ::strerror(errno)));
  if (pid_ == 0) {
    begin_process_group(parent);
    ::signal(SIGPIPE, SIG_DFL);  // an ignored signal stays ignored in the new program
    ::dup2(in.read.get(), STDIN_FILENO);
    ::dup2(out.write.get(), STDOUT_FILENO);
    ::dup2(errors.get(), STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    const int why = errno;
    static_cast<void>(!::write(started.write.get(), &why, sizeof why));
    ::_exit(127);
  }
  ::setpgid(pid_, pid_);
  in.read.reset();
  out.write.reset();
  started.write.reset();
  input_ = std::move(in.write);
  output_ = std::move(out.read);
  if (int why = 0; ::read(started.read.get(), &why, sizeof why) == sizeof why) {
    finish(0);
    throw Error(fmt::format("cannot start {}: {}", command.front(), ::strerror(why)));
  }
}

Process::~Process() { finish(0); }

void Process::say(const std::string& text) {
  try {
    if (input_) write_all(input_.get(), text);
  } catch (const Error&) {
    input_.reset();
  }
}

void Process::signal(int number) const {
  if (pid_ > 0) ::kill(-pid_, number);
}

bool Process::has_ended() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) {
    ::kill(-pid_, SIGKILL);
    pid_ = -1;
  }
  return pid_ <= 0;
}

int Process::finish(double seconds) {
  const auto wait = [this](double limit) {
    for (double waited = 0; !has_ended() && waited < limit; waited += 0.005) ::usleep(5'000);
  };
  wait(seconds);
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    wait(kUnkillableSeconds);
    abandon();
  }
  return status_;
}

}  // namespace rackproof
