// A side as the comparison sees it: a process in a clean environment that is told when to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/launch/process.hpp"

namespace rackproof::bench {

/// A side that said "unsupported", or whose program was not built. what() is the reason.
class NotMeasured : public Error {
 public:
  using Error::Error;
};

class SideProcess {
 public:
  /// Starts `command` with no environment but PATH, HOME and `environment`, on the CPUs of the caller, and waits until
  /// it is ready. Throws NotMeasured; Error when it failed. `name` stands in errors, stderr goes to `log`.
  SideProcess(std::string name, const Command& command, const std::map<std::string, std::string>& environment,
              const std::filesystem::path& log);

  /// Times of the iterations of one turn, ns. Throws Error.
  std::vector<std::int64_t> run(int iterations);
  std::string about();

 private:
  /// The rest of the answer, which begins with `word`. Throws Error for any other answer.
  std::string ask(const std::string& line, const std::string& word);
  std::string read_line();

  std::string name_;
  std::filesystem::path log_;
  Process process_;
  std::string unread_;
};

}  // namespace rackproof::bench
