// A communicator of the fake's libnccl.so.2, and what its calls share.
#pragma once

#include <nccl.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <tuple>

#include "tests/cuda/runtime/state.hpp"

namespace rackproof::fake {

constexpr int kMostNcclRanks = 8;
constexpr std::size_t kNcclRoom = 1 << 16;  ///< bytes that a rank shows to the others at a time

/// What the ranks share. A new segment is zeros.
struct NcclSegment {
  std::atomic<std::uint32_t> arrived;
  std::atomic<std::uint32_t> round;
  unsigned char shown[kMostNcclRanks][kNcclRoom];
};

}  // namespace rackproof::fake

struct ncclComm {
  rackproof::fake::NcclSegment* segment;
  int ranks;
  int rank;
  int device;
  std::string name;
  std::uint32_t first_round;  ///< everybody is there when it is over
  int polls = 0;              ///< left until the last call has ended
  bool aborted = false;
  std::set<std::tuple<std::string, std::size_t, int>> connected{};

  /// The first collective of a kind makes connections, which waits for devices.
  bool would_wait(const char* function, std::size_t count, int type) {
    return connected.emplace(function, count, type).second && rackproof::fake::would_wait();
  }

  bool complete() const { return segment->round.load() != first_round; }
  ncclResult_t begun() {
    polls = rackproof::fake::configuration().nccl_polls;
    return polls == 0 ? ncclSuccess : ncclInProgress;
  }

  void arrive() const {
    const std::uint32_t round = segment->round.load();
    if (segment->arrived.fetch_add(1) + 1 != static_cast<std::uint32_t>(ranks)) return;
    segment->arrived = 0;
    segment->round = round + 1;
  }
  /// False when the others did not come.
  bool meet() const {
    constexpr auto kPatience = std::chrono::seconds(60);
    const std::uint32_t round = segment->round.load();
    arrive();
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (segment->round.load() == round) {
      if (std::chrono::steady_clock::now() > end) return false;
      sched_yield();
    }
    return true;
  }
};

namespace rackproof::fake {

inline ncclResult_t planned_nccl(const char* function) {
  return static_cast<ncclResult_t>(planned(function, ncclUnhandledCudaError));
}

/// Shows `bytes` of this rank to the others, part by part; use(begin, bytes of the part) sees all of them.
template <class Use>
cudaError_t show(const ncclComm* communicator, const void* from, std::size_t bytes, Use&& use) {
  for (std::size_t begin = 0; begin < bytes && !communicator->aborted; begin += kNcclRoom) {
    const std::size_t part = std::min(kNcclRoom, bytes - begin);
    std::memcpy(communicator->segment->shown[communicator->rank], static_cast<const char*>(from) + begin,
                part);
    if (!communicator->meet()) return cudaErrorLaunchTimeout;
    use(begin, part);
    if (!communicator->meet()) return cudaErrorLaunchTimeout;
  }
  return cudaSuccess;
}

}  // namespace rackproof::fake

/// What was planned for the call, before anything else.
#define FAKE_NCCL()                                                                               \
  if (const ncclResult_t result = rackproof::fake::planned_nccl(__func__); result != ncclSuccess) \
  return result
