#include "tests/e2e/command.hpp"

#include <errno.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/seconds_since.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A file without a name: no pipe that could fill up while nobody reads.
FileDescriptor unnamed_file(const char* what) {
  FileDescriptor file(::memfd_create(what, MFD_CLOEXEC));
  if (!file) throw Error(fmt::format("no memory file: {}", ::strerror(errno)));
  return file;
}

std::string content(const FileDescriptor& file) {
  std::string text;
  char buffer[65536];
  off_t at = 0;
  for (ssize_t got = 0; (got = ::pread(file.get(), buffer, sizeof buffer, at)) > 0; at += got) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

std::vector<std::string> merged_environment(std::map<std::string, std::string> additions) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!additions.contains(text.substr(0, text.find('=')))) entries.push_back(text);
  }
  for (const auto& [name, value] : additions) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "rackproof-e2e-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw Error(fmt::format("no temporary folder: {}", ::strerror(errno)));
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // a process that a test left behind may still write into it
  fs::remove_all(path_, ignored);
}

RunningCommand::RunningCommand(const std::vector<std::string>& arguments, const CommandOptions& options)
    : time_limit_s_(options.time_limit_s),
      started_(Clock::now()),
      out_(unnamed_file("out")),
      err_(unnamed_file("err")) {
  const FileDescriptor input = unnamed_file("in");
  write_all(input.get(), options.input);
  ::lseek(input.get(), 0, SEEK_SET);
  const auto environment = merged_environment(options.environment);
  const auto argv = pointers(arguments);
  const auto envp = pointers(environment);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw Error(fmt::format("cannot fork: {}", ::strerror(errno)));
  if (pid_ == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(126);
    ::dup2(input.get(), STDIN_FILENO);
    ::dup2(out_.get(), STDOUT_FILENO);
    ::dup2(err_.get(), STDERR_FILENO);
    ::execvpe(argv[0], argv.data(), envp.data());
    ::_exit(126);
  }
  ::setpgid(pid_, pid_);
}

RunningCommand::~RunningCommand() {
  if (ended_) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, &status_, 0);
}

bool RunningCommand::is_running() {
  if (!ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
  return !ended_;
}

void RunningCommand::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

Finished RunningCommand::wait() {
  Finished finished;
  while (is_running()) {
    if (!finished.timed_out && seconds_since(started_) > time_limit_s_) {
      finished.timed_out = true;
      ::kill(-pid_, SIGKILL);
    }
    ::usleep(5'000);
  }
  finished.seconds = seconds_since(started_);
  if (WIFEXITED(status_)) finished.exit_code = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) finished.signal = WTERMSIG(status_);
  finished.out = content(out_);
  finished.err = content(err_);
  return finished;
}

Finished run_command(const std::vector<std::string>& arguments, const CommandOptions& options) {
  return RunningCommand(arguments, options).wait();
}

std::string rackproof_program() { return (build_folder() / "bin" / "rackproof").string(); }
fs::path source_folder() { return RACKPROOF_SOURCE_DIR; }
fs::path build_folder() { return RACKPROOF_BINARY_DIR; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::map<std::string, std::string> digests_of(const fs::path& folder) {
  std::map<std::string, std::string> digests;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      digests[fs::relative(entry.path(), folder)] = sha256(read_file(entry.path()));
  }
  return digests;
}

}  // namespace rackproof::e2e
