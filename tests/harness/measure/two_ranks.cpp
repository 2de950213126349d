#include "tests/harness/measure/two_ranks.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <exception>

namespace rackproof {

namespace {

// The entries of the module carry no context, and each rank is a process.
int own_rank = 0;
int peer = -1;
const char* trouble = "";

bool send_all(const void* data, std::size_t bytes) {
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t sent = ::send(peer, at, bytes, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += sent;
    bytes -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(void* data, std::size_t bytes) {
  return bytes == 0 || ::recv(peer, data, bytes, MSG_WAITALL) == static_cast<ssize_t>(bytes);
}

struct Call {
  char operation;
  std::uint64_t bytes;
};

/// Both ranks send what they call, and their data when they agree: a rank that ends with data unread takes from the other
/// what it has not read yet.
rp_result exchange(char operation, const void* mine, void* theirs, std::uint64_t bytes) {
  const Call call{operation, bytes};
  Call other{};
  if (!send_all(&call, sizeof call) || !receive_all(&other, sizeof other)) {
    trouble = "the other rank is gone";
    return RP_FAILED;
  }
  if (other.operation != operation || other.bytes != bytes) {
    trouble = "the ranks called different collectives";
    return RP_FAILED;
  }
  return send_all(mine, bytes) && receive_all(theirs, bytes) ? RP_OK : RP_FAILED;
}

rp_result barrier() { return exchange('b', "", nullptr, 0); }

rp_result broadcast(void* data, std::uint64_t bytes, int root) {
  std::vector<char> theirs(bytes);
  const rp_result result = exchange('c', data, theirs.data(), bytes);
  if (result == RP_OK && own_rank != root && bytes > 0) std::memcpy(data, theirs.data(), bytes);
  return result;
}

rp_result gather(const void* send, std::uint64_t bytes, void* receive, int root) {
  std::vector<char> theirs(bytes);
  const rp_result result = exchange('g', send, theirs.data(), bytes);
  if (result == RP_OK && own_rank == root) {
    auto* into = static_cast<char*>(receive);
    std::memcpy(into + static_cast<std::uint64_t>(own_rank) * bytes, send, bytes);
    std::memcpy(into + static_cast<std::uint64_t>(1 - own_rank) * bytes, theirs.data(), bytes);
  }
  return result;
}

rp_result maximum(std::int64_t* values, std::uint64_t count) {
  std::vector<std::int64_t> theirs(count);
  const rp_result result = exchange('m', values, theirs.data(), count * sizeof(std::int64_t));
  for (std::uint64_t i = 0; result == RP_OK && i < count; ++i) values[i] = std::max(values[i], theirs[i]);
  return result;
}

rp_message_passing module() {
  rp_message_passing table{};
  table.struct_size = sizeof table;
  table.name = "socket pair";
  table.version = "1";
  table.rank = [] { return own_rank; };
  table.size = [] { return 2; };
  table.barrier = barrier;
  table.broadcast = broadcast;
  table.gather = gather;
  table.maximum_i64 = maximum;
  table.last_error = [] { return trouble; };
  return table;
}

[[noreturn]] void be_rank(int rank, int socket, int result,
                          const std::function<std::string(const Group&)>& body) {
  own_rank = rank;
  peer = socket;
  const rp_message_passing messages = module();
  std::string said;
  try {
    said = body(Group(&messages));
  } catch (const std::exception& error) {
    said = std::string("threw ") + error.what();
  }
  ::_exit(::write(result, said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
}

std::string read_until(int descriptor, std::chrono::steady_clock::time_point end) {
  std::string text;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd readable{descriptor, POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) <= 0) return "hung";
    std::array<char, 4096> buffer;
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::vector<std::string> on_two_ranks(const std::function<std::string(const Group&)>& body, double seconds) {
  std::array<int, 2> sockets{};
  std::array<std::array<int, 2>, 2> results{};
  std::array<pid_t, 2> pids{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()) != 0) return {"no socket pair"};
  for (auto& result : results) {
    if (::pipe(result.data()) != 0) return {"no pipe"};
  }
  for (std::size_t rank = 0; rank < 2; ++rank) {
    pids[rank] = ::fork();
    if (pids[rank] != 0) continue;
    ::close(sockets[1 - rank]);  // the end of one rank must be seen by the other
    be_rank(static_cast<int>(rank), sockets[rank], results[rank][1], body);
  }
  for (const int socket : sockets) ::close(socket);
  const auto end =
      std::chrono::steady_clock::now() +
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
  for (auto& result : results) ::close(result[1]);
  std::vector<std::string> said;
  for (auto& result : results) {
    said.push_back(read_until(result[0], end));
    ::close(result[0]);
  }
  for (const pid_t pid : pids) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  return said;
}

}  // namespace rackproof
