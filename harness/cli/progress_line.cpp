#include "harness/cli/progress_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace rackproof {

using namespace std::chrono_literals;

std::string progress_text(const Progress& progress) {
  const auto left = static_cast<long>(std::max(0.0, progress.seconds_left) + 0.5);
  return fmt::format("{}/{} steps | {} ok, {} not ok | {:02}:{:02} left | {}", progress.steps_done,
                     progress.steps_total, progress.cases_ok, progress.cases_not_ok, left / 60, left % 60,
                     progress.running);
}

static bool draws_on_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

ProgressLine::ProgressLine() : terminal_(draws_on_terminal()), next_(std::chrono::steady_clock::now()) {
  if (!terminal_) next_ += 10s;
}

ProgressLine::~ProgressLine() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

void ProgressLine::show(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + (terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000));
  std::string text = progress_text(progress);
  if (!terminal_) {
    fmt::print(stderr, "{}\n", text);
    return;
  }
  winsize size{};
  const int width = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1 : 79;
  if (text.size() > static_cast<std::size_t>(width)) text.resize(static_cast<std::size_t>(width));
  fmt::print(stderr, "\r\033[K{}", text);
  drawn_ = true;
}

}  // namespace rackproof
