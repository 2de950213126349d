#include "tests/suites/ai/two_processes.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace {

/// The C interface has no place for state; one per process.
struct Peer {
  int rank = 0;
  int socket = -1;
  SumFault fault = SumFault::none;
};
Peer& peer() {
  static Peer state;
  return state;
}

rp_result put(const void* data, std::uint64_t bytes) {
  const auto* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t sent = ::send(peer().socket, at, bytes, MSG_NOSIGNAL);
    if (sent <= 0) return RP_FAILED;
    at += sent;
    bytes -= static_cast<std::uint64_t>(sent);
  }
  return RP_OK;
}

rp_result get(void* data, std::uint64_t bytes) {
  auto* at = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t got = ::read(peer().socket, at, bytes);
    if (got <= 0) return RP_FAILED;
    at += got;
    bytes -= static_cast<std::uint64_t>(got);
  }
  return RP_OK;
}

/// Rank 1 sends, rank 0 combines and sends back: no two large writes cross.
template <class T, class Combine>
rp_result combine(T* values, std::uint64_t count, Combine&& combine_two) {
  const std::uint64_t bytes = count * sizeof(T);
  if (peer().rank == 1) return put(values, bytes) == RP_OK ? get(values, bytes) : RP_FAILED;
  std::vector<T> other(count);
  if (get(other.data(), bytes) != RP_OK) return RP_FAILED;
  for (std::uint64_t i = 0; i < count; ++i) values[i] = combine_two(values[i], other[i]);
  return put(values, bytes);
}

rp_result barrier() {
  std::int64_t nothing = 0;
  return combine(&nothing, 1, [](std::int64_t a, std::int64_t) { return a; });
}

rp_result broadcast(void* data, std::uint64_t bytes, int root) {
  return peer().rank == root ? put(data, bytes) : get(data, bytes);
}

rp_result gather(const void* send, std::uint64_t bytes, void* receive, int root) {
  if (peer().rank != root) return put(send, bytes);
  auto* const to = static_cast<char*>(receive);
  const auto own = static_cast<std::uint64_t>(peer().rank) * bytes;
  std::copy_n(static_cast<const char*>(send), bytes, to + own);
  return get(to + (own == 0 ? bytes : 0), bytes);
}

rp_result maximum(std::int64_t* values, std::uint64_t count) {
  return combine(values, count, [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
}

rp_result sum_f32(float* values, std::uint64_t count) {
  if (peer().fault == SumFault::lost) return RP_OK;
  const float scale = peer().fault == SumFault::scaled ? 1.0001f : 1.0f;
  return combine(values, count, [scale](float a, float b) { return scale * (a + b); });
}

rp_result sum_f64(double* values, std::uint64_t count) {
  return combine(values, count, [](double a, double b) { return a + b; });
}

constexpr rp_message_passing table() {
  rp_message_passing entries{};
  entries.struct_size = sizeof entries;
  entries.major = RP_MESSAGE_PASSING_MAJOR;
  entries.name = "socketpair";
  entries.version = "1";
  entries.rank = [] { return peer().rank; };
  entries.size = [] { return 2; };
  entries.barrier = barrier;
  entries.broadcast = broadcast;
  entries.gather = gather;
  entries.maximum_i64 = maximum;
  entries.sum_f32 = sum_f32;
  entries.sum_f64 = sum_f64;
  entries.last_error = [] { return "the other process is gone"; };
  return entries;
}

constexpr rp_message_passing kMessages = table();

struct Child {
  pid_t pid = -1;
  FileDescriptor report;
};

}  // namespace

std::vector<std::string> in_processes(
    int ranks, SumFault fault, const std::function<std::string(const rp_message_passing* messages)>& work) {
  std::array<int, 2> sockets{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()) != 0) throw Error("no socket pair");
  std::vector<Child> children;
  for (int rank = 0; rank < ranks; ++rank) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) throw Error("no pipe");
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) throw Error("no process");
    if (pid == 0) {
      const auto here = static_cast<std::size_t>(rank);
      ::close(sockets[1 - here]);
      peer() = {rank, sockets[here], fault};
      int status = 1;
      try {
        write_all(pipe[1], work(ranks == 1 ? nullptr : &kMessages));
        status = 0;
      } catch (const std::exception& error) {
        std::fprintf(stderr, "rank %d: %s\n", rank, error.what());
      }
      ::_exit(status);
    }
    ::close(pipe[1]);
    children.push_back({pid, FileDescriptor(pipe[0])});
  }
  ::close(sockets[0]);
  ::close(sockets[1]);

  std::vector<std::string> reports;
  bool well = true;
  for (Child& child : children) {
    std::string report;
    std::array<char, 4096> part{};
    for (ssize_t got; (got = ::read(child.report.get(), part.data(), part.size())) > 0;) {
      report.append(part.data(), static_cast<std::size_t>(got));
    }
    int status = 0;
    ::waitpid(child.pid, &status, 0);
    well = well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    reports.push_back(report);
  }
  if (!well) throw Error("a child process did not end well");
  return reports;
}

}  // namespace rackproof
