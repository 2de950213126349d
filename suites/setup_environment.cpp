#include "suites/setup_environment.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/machine/environment_variables.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/process_group.hpp"
#include "suites/environment.hpp"

namespace rackproof {

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kLastReads = 100;  // of at most 64 KiB: no environment is larger than some MB

using Variables = std::map<std::string, std::string>;

// The script stands behind descriptor 3; descriptor 4 takes the environment that it leaves.
constexpr const char* kSource = ". /proc/self/fd/3 && exec /usr/bin/env -0 >&4";

std::string strerror_of(int number) { return std::strerror(number); }

/// The shell in a process group of its own. Destroyed: the group is killed and reaped.
class Shell {
 public:
  explicit Shell(const std::string& script) {
    Pipe errors = make_pipe();
    Pipe variables = make_pipe();
    const FileDescriptor text(::memfd_create("setup", MFD_CLOEXEC));
    const FileDescriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!text || !nothing) throw Error(fmt::format("no file for the setup script: {}", strerror_of(errno)));
    write_all(text.get(), script);
    // Above those that the shell gets, so that none is overwritten before it is copied.
    const std::array<int, 4> given{above_given(nothing.get()), above_given(errors.write.get()),
                                   above_given(text.get()), above_given(variables.write.get())};
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
      begin_process_group(parent);
      ::signal(SIGPIPE, SIG_DFL);
      ::dup2(given[0], 0);
      ::dup2(given[1], 1);
      ::dup2(given[1], 2);
      ::dup2(given[2], 3);
      ::dup2(given[3], 4);
      ::execl("/bin/sh", "sh", "-c", kSource, nullptr);
      ::_exit(127);
    }
    const int why = errno;
    for (const int descriptor : given) ::close(descriptor);
    if (pid_ < 0) throw Error(fmt::format("cannot fork: {}", strerror_of(why)));
    ::setpgid(pid_, pid_);
    said_ = std::move(errors.read);
    left_ = std::move(variables.read);
  }
  ~Shell() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  /// Waits for its end. Returns false when it takes longer.
  bool finish(double time_limit_s) {
    const auto begin = Clock::now();
    while (std::chrono::duration<double>(Clock::now() - begin).count() < time_limit_s) {
      const bool ended = ::waitpid(pid_, &status_, WNOHANG) == pid_;
      if (!ended) {
        take(50);
        continue;
      }
      ::kill(-pid_, SIGKILL);
      pid_ = -1;
      // What it left behind elsewhere may hold its pipes open, so their end is not waited for.
      for (int i = 0; i < kLastReads && take(0); ++i) {
      }
      return true;
    }
    return false;
  }

  int status() const { return status_; }
  const std::string& variables() const { return variables_; }
  std::string last_line() const {
    std::string last, line;
    for (const char c : errors_ + "\n") {
      if (c != '\n') {
        line += c;
      } else if (line.find_first_not_of(" \t\r") == std::string::npos) {
        line.clear();
      } else {
        last = std::exchange(line, {});
      }
    }
    return printable(last.substr(0, 300));
  }

 private:
  static int above_given(int descriptor) {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
    if (copy < 0) throw Error(fmt::format("no descriptor: {}", strerror_of(errno)));
    return copy;
  }

  /// Takes what is there. Returns false when there was nothing within the time.
  bool take(int milliseconds) {
    std::array<pollfd, 2> fds{pollfd{said_.get(), POLLIN, 0}, pollfd{left_.get(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), milliseconds) <= 0) return false;
    bool any = false;
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].revents == 0) continue;
      std::array<char, 65536> buffer;
      const ssize_t got = ::read(fds[i].fd, buffer.data(), buffer.size());
      if (got <= 0) {
        (i == 0 ? said_ : left_).reset();  // poll passes over it from now on
        continue;
      }
      any = true;
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
      if (i == 1) {
        if (variables_.size() < kLastReads * buffer.size()) variables_ += bytes;
        continue;
      }
      errors_ += bytes;
      if (errors_.size() > 65536) errors_.erase(0, errors_.size() - 4096);
      write_all(STDERR_FILENO, bytes);
    }
    return any;
  }

  pid_t pid_ = -1;
  int status_ = 0;
  FileDescriptor said_, left_;
  std::string errors_, variables_;
};

bool is_variable(std::string_view name) {
  static const std::set<std::string_view> of_shells{"PWD", "OLDPWD", "SHLVL", "_"};
  if (name.empty() || of_shells.contains(name) || (name.front() >= '0' && name.front() <= '9')) return false;
  for (const char c : name) {
    if (c != '_' && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
      return false;
  }
  return true;  // an exported function has other characters in its name
}

void add(Variables& variables, std::string_view entry) {
  const auto equals = entry.find('=');
  if (equals != std::string_view::npos && is_variable(entry.substr(0, equals)))
    variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
}

Variables variables_of_this_process() {
  Variables variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) add(variables, *entry);
  return variables;
}

void require_utf8(const std::string& name, const std::string& value) {
  try {
    static_cast<void>(nlohmann::json(value).dump());
  } catch (const nlohmann::json::exception&) {
    throw Error(fmt::format("the setup script sets {} to what is not UTF-8", name));
  }
}

}  // namespace

EnvironmentChange run_setup_script(const std::string& script, double time_limit_s) {
  Shell shell(script);
  if (!shell.finish(time_limit_s))
    throw Error(fmt::format("the setup script did not end within {:g} s", time_limit_s));
  const std::string& text = shell.variables();
  if (shell.status() != 0 || text.empty()) {
    const std::string last = shell.last_line();
    const std::string how =
        WIFSIGNALED(shell.status()) ? fmt::format("died of signal {}", WTERMSIG(shell.status()))
        : shell.status() != 0       ? fmt::format("ended with status {}", WEXITSTATUS(shell.status()))
                                    : "ended the shell that sourced it";
    throw Error(fmt::format("the setup script {}{}{}", how, last.empty() ? "" : ": ", last));
  }
  Variables after;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\0', begin), text.size());
    add(after, std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
  EnvironmentChange change;
  for (const auto& [name, value] : variables_of_this_process()) {
    if (!after.contains(name))
      change.emplace(name, std::nullopt);
    else if (after.at(name) == value)
      after.erase(name);
  }
  for (const auto& [name, value] : after) {
    require_utf8(name, value);
    change.emplace(name, value);
  }
  return change;
}

void change_environment(const EnvironmentChange& change) {
  for (const auto& [name, value] : change) {
    value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
  }
}

void PreparedEnvironment::set_up(const std::string& script, double time_limit_s) {
  if (script.empty()) return;
  try {
    setup = run_setup_script(script, time_limit_s);
  } catch (const Error& error) {
    failure = printable(error.what());
    return;
  }
  for (auto variable = setup.begin(); variable != setup.end();) {
    if (!spoils_numbers(variable->first)) {
      ++variable;
      continue;
    }
    if (variable->second) removed[variable->first] = *variable->second;
    variable = setup.erase(variable);
  }
  change_environment(setup);
}

void to_json(nlohmann::json& out, const PreparedEnvironment& environment) {
  out = {{"removed", environment.removed},
         {"setup", environment_change_json(environment.setup)},
         {"failure", environment.failure}};
}

void from_json(const nlohmann::json& in, PreparedEnvironment& environment) {
  in.at("removed").get_to(environment.removed);
  environment.setup = environment_change_from(in.at("setup"));
  in.at("failure").get_to(environment.failure);
}

}  // namespace rackproof
