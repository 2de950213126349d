#include "tests/bench/side_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

namespace rackproof::bench {

namespace {

constexpr int kLongestTurnMs = 600'000;

Command in_clean_environment(const Command& command, const std::map<std::string, std::string>& environment) {
  Command all{"/usr/bin/env", "-i"};
  for (const char* kept : {"PATH", "HOME"}) {
    if (const char* value = std::getenv(kept)) all.push_back(fmt::format("{}={}", kept, value));
  }
  for (const auto& [name, value] : environment) all.push_back(fmt::format("{}={}", name, value));
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

const Command& existing(const std::string& name, const Command& command) {
  if (!std::filesystem::exists(command.front()))
    throw NotMeasured(fmt::format("{} was not built: {} is missing", name, command.front()));
  return command;
}

}  // namespace

SideProcess::SideProcess(std::string name, const Command& command,
                         const std::map<std::string, std::string>& environment,
                         const std::filesystem::path& log)
    : name_(std::move(name)),
      log_(log),
      process_(in_clean_environment(existing(name_, command), environment), log) {
  const std::string answer = read_line();
  if (answer == "ready") return;
  if (answer.starts_with("unsupported ")) throw NotMeasured(fmt::format("{}: {}", name_, answer));
  throw Error(fmt::format("{} does not start: {}; see {}", name_, answer, log_.string()));
}

std::vector<std::int64_t> SideProcess::run(int iterations) {
  std::istringstream words(ask(fmt::format("run {}", iterations), "times"));
  std::vector<std::int64_t> times;
  for (std::int64_t time = 0; words >> time;) times.push_back(time);
  if (times.size() != static_cast<std::size_t>(iterations))
    throw Error(fmt::format("{} gave {} times of {} iterations", name_, times.size(), iterations));
  return times;
}

std::string SideProcess::about() { return ask("about", "about"); }

std::string SideProcess::ask(const std::string& line, const std::string& word) {
  process_.say(line + "\n");
  const std::string answer = read_line();
  if (!answer.starts_with(word + " "))
    throw Error(fmt::format("{} was asked \"{}\": {}; see {}", name_, line, answer, log_.string()));
  return answer.substr(word.size() + 1);
}

std::string SideProcess::read_line() {
  while (true) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      const std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd readable{process_.output(), POLLIN, 0};
    if (::poll(&readable, 1, kLongestTurnMs) == 0) return "no answer for ten minutes";
    std::array<char, 4096> bytes;
    const ssize_t n = ::read(process_.output(), bytes.data(), bytes.size());
    if (n <= 0) return "ended without an answer, " + describe_wait_status(process_.finish(1));
    unread_.append(bytes.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace rackproof::bench
