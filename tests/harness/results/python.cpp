#include "tests/harness/results/python.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace rackproof {

CommandResult run_command(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {-1, "no pipe"};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    std::vector<char*> raw;
    for (const auto& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
    raw.push_back(nullptr);
    ::execv(raw.front(), raw.data());
    _exit(127);
  }
  ::close(ends[1]);
  CommandResult result;
  std::array<char, 4096> block{};
  for (ssize_t got = 0; (got = ::read(ends[0], block.data(), block.size())) > 0;) {
    result.output.append(block.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

CommandResult run_python(const std::string& script, const std::filesystem::path& file) {
  return run_command(
      {"/usr/bin/python3", "-c", "import sys, h5py, numpy as np\nf = sys.argv[1]\n" + script, file.string()});
}

}  // namespace rackproof
