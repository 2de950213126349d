#include "tests/bench/side.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>

namespace rackproof::bench {

namespace {

/// Writes answers to what was stdout when the process started.
class Answers {
 public:
  Answers() : file_(::fdopen(::dup(STDOUT_FILENO), "w")) { ::dup2(STDERR_FILENO, STDOUT_FILENO); }
  Answers(const Answers&) = delete;
  ~Answers() { std::fclose(file_); }
  void say(const std::string& line) const {
    std::string one_line = line;
    for (char& c : one_line) c = c == '\n' ? ' ' : c;
    std::fprintf(file_, "%s\n", one_line.c_str());
    std::fflush(file_);
  }

 private:
  std::FILE* file_;
};

std::string answer(Side& side, const std::string& command) {
  std::istringstream words(command);
  std::string verb;
  int iterations = 0;
  words >> verb >> iterations;
  if (verb == "about") return "about " + side.about();
  if (verb != "run" || iterations < 1) return "failed no such command: " + command;
  std::ostringstream line;
  line << "times";
  for (const std::int64_t time : side.run(iterations)) line << ' ' << time;
  return line.str();
}

}  // namespace

Arguments::Arguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    const auto equals = text.find('=');
    if (equals == std::string::npos) throw std::invalid_argument("not key=value: " + text);
    values_[text.substr(0, equals)] = text.substr(equals + 1);
  }
}

const std::string& Arguments::text(const std::string& key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) throw std::invalid_argument("missing argument: " + key + "=");
  return found->second;
}

std::uint64_t Arguments::number(const std::string& key) const { return std::stoull(text(key)); }

int serve(int argc, char** argv, const MakeSide& make) {
  const Answers answers;
  try {
    const std::unique_ptr<Side> side = make(Arguments(argc, argv));
    answers.say("ready");
    for (std::string command; std::getline(std::cin, command);) answers.say(answer(*side, command));
    return 0;
  } catch (const Unsupported& error) {
    answers.say(std::string("unsupported ") + error.what());
    return 2;
  } catch (const std::exception& error) {
    answers.say(std::string("failed ") + error.what());
    return 3;
  }
}

std::vector<std::int64_t> time_each(int iterations, const std::function<void(int iteration)>& call) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::int64_t> times;
  call(0);
  for (int i = 1; i <= iterations; ++i) {
    const auto begin = Clock::now();
    call(i);
    times.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin).count());
  }
  return times;
}

}  // namespace rackproof::bench
