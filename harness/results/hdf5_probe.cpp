#include "harness/results/hdf5_probe.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <string>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/hdf5.hpp"

namespace rackproof {

namespace {

constexpr rlim_t kCpuSeconds = 300;
// The columns as read, and the rows made of them, each at most kMostBytes; and what the library needs.
constexpr std::uint64_t kMostMemory = 3 * kMostBytes;
constexpr int kSurvived = 0;
constexpr int kRefused = 1;

void limit(decltype(RLIMIT_CPU) resource, rlim_t value) {
  const rlimit both{value, value};
  setrlimit(resource, &both);
}

std::uint64_t address_space() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void read_in_child(int report, const std::function<void()>& read) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, kCpuSeconds);
  limit(RLIMIT_AS, address_space() + kMostMemory);
  int status = kSurvived;
  try {
    read();
  } catch (const std::exception& problem) {
    status = kRefused;
    const std::string text = problem.what();
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t written = ::write(report, text.data() + done, text.size() - done);
      if (written <= 0) break;
      done += static_cast<std::size_t>(written);
    }
  }
  _exit(status);
}

std::string read_to_end(int descriptor) {
  std::string text;
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

void probe_hdf5(const std::filesystem::path& path, const std::function<void()>& read) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw Error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const FileDescriptor from_child(ends[0]);
  FileDescriptor to_parent(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) throw Error(fmt::format("cannot fork: {}", std::strerror(errno)));
  if (child == 0) read_in_child(to_parent.get(), read);
  to_parent.reset();
  const std::string refusal = read_to_end(from_child.get());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw Error(fmt::format("cannot wait for a child: {}", std::strerror(errno)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kSurvived) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kRefused) throw Error(refusal);
  throw Error(fmt::format("{}: damaged: reading it ends with {}", printable(path.string()),
                          WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                              : fmt::format("status {}", WEXITSTATUS(status))));
}

}  // namespace rackproof
