#include "harness/machine/kernel_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace rackproof {

namespace {

constexpr const char* kLog = "/dev/kmsg";
constexpr const char* kLost = "messages were lost within the window";

/// A kind of trouble, and texts of which a message has all.
struct Pattern {
  std::string_view kind;
  std::array<std::string_view, 2> texts;
};

// In lower case; a kind may have several.
constexpr Pattern kPatterns[]{{"mce", {"[hardware error]", ""}},
                              {"mce", {"mce:", "machine check"}},
                              {"mce", {"mce:", "uncorrected"}},
                              {"xid", {"nvrm: xid", ""}},
                              {"device_lost", {"fallen off the bus", ""}},
                              {"device_lost", {"device lost from bus", ""}},
                              {"oom", {"out of memory: killed process", ""}},
                              {"oom", {"oom-kill:", ""}},
                              {"link_down", {"link is down", ""}},
                              {"link_down", {"link down", ""}},
                              {"link_down", {"link becomes down", ""}},
                              {"nvme", {"nvme", "timeout"}},
                              {"nvme", {"nvme", "controller is down"}},
                              {"nvme", {"nvme", "i/o error"}},
                              {"aer", {"aer:", ""}},
                              {"aer", {"pcie bus error", ""}}};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// All of the log. Of a device each read gives one record, of a file anything.
Reading<std::string> read_log(const SystemRoot& system) {
  const int descriptor = ::open(system.at(kLog).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const auto why = [](int error) { return why_unreadable(error, kLog); };
  if (descriptor < 0) return Reading<std::string>::unavailable(why(errno));
  constexpr std::size_t kMostLogBytes = std::size_t{64} << 20;
  std::string log;
  std::array<char, 16384> buffer;
  int trouble = 0;
  while (log.size() < kMostLogBytes) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got > 0) {
      log.append(buffer.data(), static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && (errno == EPIPE || errno == EINTR))
      continue;  // overtaken: the next read is the oldest there is
    if (got < 0 && errno != EAGAIN) trouble = errno;
    break;
  }
  ::close(descriptor);
  if (trouble != 0) return Reading<std::string>::unavailable(why(trouble));
  return log;
}

/// "6,1234,567890,-" before the semicolon: the second number.
std::optional<std::int64_t> sequence_of(std::string_view prefix) {
  const auto comma = prefix.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view rest = prefix.substr(comma + 1);
  std::int64_t sequence = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), sequence);
  if (error != std::errc() || end == rest.data() + rest.size() || *end != ',' || sequence < 0)
    return std::nullopt;
  return sequence;
}

}  // namespace

std::vector<std::string_view> kinds_of_event(std::string_view message) {
  const std::string text = lower(message);
  std::vector<std::string_view> kinds;
  for (const Pattern& pattern : kPatterns) {
    const bool fits = std::ranges::all_of(
        pattern.texts, [&](std::string_view part) { return text.find(part) != std::string::npos; });
    if (fits && std::ranges::find(kinds, pattern.kind) == kinds.end()) kinds.push_back(pattern.kind);
  }
  return kinds;
}

KernelLogWindow::KernelLogWindow(SystemRoot system)
    : system_(std::move(system)), last_(Reading<std::int64_t>::unavailable("")) {
  const auto now = messages();
  if (!now) {
    last_ = Reading<std::int64_t>::unavailable(now.why());
  } else {
    last_ = now->empty() ? std::int64_t{-1} : now->back().sequence;
  }
}

/// In the order of their numbers. What has another form belongs to the message before, or is none.
Reading<std::vector<KernelLogWindow::Message>> KernelLogWindow::messages() const {
  const Reading<std::string> log = read_log(system_);
  if (!log) return Reading<std::vector<Message>>::unavailable(log.why());
  std::vector<Message> found;
  std::string_view rest = *log;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto semicolon = line.find(';');
    if (semicolon == std::string_view::npos) continue;
    if (const auto sequence = sequence_of(line.substr(0, semicolon)))
      found.push_back({*sequence, std::string(line.substr(semicolon + 1))});
  }
  std::ranges::stable_sort(found, {}, &Message::sequence);
  return found;
}

Counters KernelLogWindow::events() const {
  const auto unavailable = [](std::string why) {
    return Counters{{"kernel_log", {"1", Reading<double>::unavailable(std::move(why))}}};
  };
  if (!last_) return unavailable(last_.why());
  const auto now = messages();
  if (!now) return unavailable(now.why());
  if (*last_ >= 0) {
    if (now->empty() || now->back().sequence < *last_) return unavailable("went backwards: reset");
    if (now->front().sequence > *last_ + 1) return unavailable(kLost);
  }
  Counters events;
  for (const Pattern& pattern : kPatterns)
    events.insert_or_assign("kernel_log/" + std::string(pattern.kind), Counter{"1", 0.0});
  for (const Message& message : *now) {
    if (message.sequence <= *last_) continue;
    for (const std::string_view kind : kinds_of_event(message.text)) {
      Counter& counter = events.at("kernel_log/" + std::string(kind));
      counter.value = *counter.value + 1;
    }
  }
  return events;
}

}  // namespace rackproof
