// relay NETNS_A INTERFACE_A NETNS_B INTERFACE_B MICROSECONDS: a cable that takes its time. Makes a TAP interface in each of
// two network namespaces (paths like /proc/PID/ns/net), says "ready", and hands every frame that leaves by one to the
// other after the delay, in order. The interfaces live as long as it does.
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + ::strerror(errno)); }

/// Frames on their way from one interface to the other.
struct Direction {
  int from = -1;
  int to = -1;
  struct Frame {
    Clock::time_point due;
    std::vector<char> bytes;
  };
  std::deque<Frame> frames;
};

/// File descriptor of a new TAP interface in another namespace.
int tap_in(const char* network_namespace, const char* name) {
  const int there = ::open(network_namespace, O_RDONLY | O_CLOEXEC);
  if (there < 0 || ::setns(there, CLONE_NEWNET) != 0) fail(network_namespace);
  ::close(there);
  const int tap = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tap < 0) fail("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  std::string(name).copy(request.ifr_name, IFNAMSIZ - 1);
  if (::ioctl(tap, TUNSETIFF, &request) != 0) fail(name);
  return tap;
}

void take(Direction& direction, Clock::duration delay) {
  static constexpr std::size_t kMostFrames = 100'000;  // then frames are lost, as in a switch
  std::array<char, 65536> buffer;
  for (ssize_t got; (got = ::read(direction.from, buffer.data(), buffer.size())) > 0;) {
    if (direction.frames.size() >= kMostFrames) continue;
    direction.frames.push_back({Clock::now() + delay, {buffer.data(), buffer.data() + got}});
  }
}

void deliver(Direction& direction) {
  while (!direction.frames.empty() && direction.frames.front().due <= Clock::now()) {
    const auto& bytes = direction.frames.front().bytes;
    // An interface that is down takes nothing: the frame is lost.
    [[maybe_unused]] const ssize_t written = ::write(direction.to, bytes.data(), bytes.size());
    direction.frames.pop_front();
  }
}

/// How long until the next frame is due; nothing when none is on its way.
std::optional<timespec> wait_for(const std::array<Direction, 2>& directions) {
  std::optional<Clock::time_point> next;
  for (const auto& direction : directions) {
    if (direction.frames.empty()) continue;
    if (!next || direction.frames.front().due < *next) next = direction.frames.front().due;
  }
  if (!next) return std::nullopt;
  const auto ns =
      std::max<long>(0, std::chrono::duration_cast<std::chrono::nanoseconds>(*next - Clock::now()).count());
  return timespec{ns / 1'000'000'000, ns % 1'000'000'000};
}

void relay(char** arguments) {
  const int a = tap_in(arguments[0], arguments[1]);
  const int b = tap_in(arguments[2], arguments[3]);
  const auto delay = std::chrono::microseconds(std::stol(arguments[4]));
  std::array<Direction, 2> directions{Direction{a, b, {}}, Direction{b, a, {}}};
  ::puts("ready");
  ::fflush(stdout);
  while (true) {
    std::array<pollfd, 2> readable{pollfd{a, POLLIN, 0}, pollfd{b, POLLIN, 0}};
    const auto wait = wait_for(directions);
    if (::ppoll(readable.data(), readable.size(), wait ? &*wait : nullptr, nullptr) < 0 && errno != EINTR)
      fail("poll");
    for (auto& direction : directions) {
      take(direction, delay);
      deliver(direction);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    ::fputs("usage: relay NETNS_A INTERFACE_A NETNS_B INTERFACE_B MICROSECONDS\n", stderr);
    return 3;
  }
  try {
    relay(arguments + 1);
  } catch (const std::exception& error) {
    ::fprintf(stderr, "relay: %s\n", error.what());
  }
  return 3;
}
