#include "tests/cuda/runtime/state.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(begin, bytes) static_cast<void>(begin), static_cast<void>(bytes)
#define ASAN_UNPOISON_MEMORY_REGION(begin, bytes) static_cast<void>(begin), static_cast<void>(bytes)
#endif

namespace rackproof::fake {
namespace {

/// Bytes of an allocation that begin as NaN: all of what tests use, not all of a workspace.
constexpr std::uint64_t kFilled = 1 << 20;

struct Allocation {
  std::uint64_t bytes;
  int device;
};

struct State {
  Configuration setup;
  std::map<std::string, std::uint64_t> calls;
  std::map<std::string, std::int64_t> live;
  cudaError_t last = cudaSuccess;
  cudaError_t lost = cudaSuccess;
  int device = 0;
  std::int64_t clock_ahead = 0;
  std::map<const char*, Allocation, std::less<>> memory;
  std::set<std::pair<int, int>> peers;
  std::map<void*, std::unique_ptr<std::byte[]>> pinned;
  std::vector<std::unique_ptr<CUstream_st>> streams;
  std::uint64_t hits = 0;
  std::uint64_t waits = 0;
  std::set<const volatile std::uint32_t*> gates;  ///< that are on a stream: their words
};

State& state() {
  static State* const all = new State;
  return *all;
}

/// The memory that a device reaches is open for as long as it lives, all other device memory is not.
class Window {
 public:
  explicit Window(int device) {
    for (const auto& [begin, allocation] : state().memory) {
      if (reaches(device, allocation.device)) ASAN_UNPOISON_MEMORY_REGION(begin, allocation.bytes);
    }
  }
  ~Window() {
    for (const auto& [begin, allocation] : state().memory) ASAN_POISON_MEMORY_REGION(begin, allocation.bytes);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
};

}  // namespace

void reset(const Configuration& setup) {
  for (const auto& [begin, allocation] : state().memory) {
    ASAN_UNPOISON_MEMORY_REGION(begin, allocation.bytes);
    std::free(const_cast<char*>(begin));
  }
  state() = State{};
  state().setup = setup;
  nvml() = {};
  missing().clear();
}

std::vector<std::string>& missing() {
  static std::vector<std::string> names;
  return names;
}

std::set<std::string>& looked_up() {
  static std::set<std::string> names;
  return names;
}

std::uint64_t& waits() { return state().waits; }
std::uint64_t faults_hit() { return state().hits; }
const Configuration& configuration() { return state().setup; }
const std::map<std::string, std::uint64_t>& calls() { return state().calls; }
std::map<std::string, std::int64_t> live() { return state().live; }
int last_error() { return state().last; }
bool lost() { return state().lost != cudaSuccess; }
void count_live(const char* kind, std::int64_t by) { state().live[kind] += by; }
int& current_device() { return state().device; }

int planned(const char* function, int lost) {
  const std::uint64_t n = ++state().calls[function];
  for (const Fault& fault : state().setup.faults) {
    if (fault.function != function || n < fault.nth || n >= fault.nth + fault.times) continue;
    ++state().hits;
    if (!fault.sticky) return fault.error;
    state().lost = static_cast<cudaError_t>(fault.error);
  }
  if (state().lost == cudaSuccess) return 0;
  ++state().hits;
  return lost != 0 ? lost : static_cast<int>(state().lost);
}

cudaError_t planned_cuda(const char* function) { return failed(static_cast<cudaError_t>(planned(function))); }

cudaError_t failed(cudaError_t error) {
  if (error != cudaSuccess) state().last = error;
  return error;
}

cudaError_t take_last_error() {
  // That the device is lost is known here once a call of this runtime has said so, and then for ever.
  if (state().lost != cudaSuccess && state().last == state().lost) return state().lost;
  return std::exchange(state().last, cudaSuccess);
}

std::int64_t device_clock() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1) +
         state().clock_ahead;
}

void spend(std::int64_t ns) { state().clock_ahead += ns; }

void* allocate_pinned(std::uint64_t bytes) {
  auto block = std::make_unique<std::byte[]>(bytes);
  void* const host = block.get();
  state().pinned.emplace(host, std::move(block));
  return host;
}

bool is_pinned(void* host) { return state().pinned.contains(host); }
void release_pinned(void* host) { state().pinned.erase(host); }

std::uint64_t used_bytes(int device) {
  std::uint64_t used = 0;
  for (const auto& [begin, allocation] : state().memory)
    used += allocation.device == device ? allocation.bytes : 0;
  return used;
}

void* allocate(int device, std::uint64_t bytes) {
  const std::uint64_t left = configuration().bytes - used_bytes(device);
  if (bytes > left) return nullptr;
  auto* const begin = static_cast<char*>(std::aligned_alloc(256, (bytes + 255) / 256 * 256));
  std::memset(begin, 0xFF, std::min(bytes, kFilled));
  state().memory.emplace(begin, Allocation{bytes, device});
  ASAN_POISON_MEMORY_REGION(begin, bytes);
  return begin;
}

bool release(void* begin) {
  const auto found = state().memory.find(static_cast<const char*>(begin));
  if (found == state().memory.end()) return false;
  ASAN_UNPOISON_MEMORY_REGION(begin, found->second.bytes);
  state().memory.erase(found);
  std::free(begin);
  return true;
}

int owner_of(const void* begin, std::uint64_t bytes) {
  const char* const at = static_cast<const char*>(begin);
  auto found = state().memory.upper_bound(at);
  if (found == state().memory.begin()) return -1;
  --found;
  const auto offset = static_cast<std::uint64_t>(at - found->first);
  return offset <= found->second.bytes && bytes <= found->second.bytes - offset ? found->second.device : -1;
}

bool touches_device_memory(const void* begin, std::uint64_t bytes) {
  const char* const at = static_cast<const char*>(begin);
  return std::ranges::any_of(state().memory, [&](const auto& entry) {
    return at < entry.first + entry.second.bytes && entry.first < at + bytes;
  });
}

bool admit_peer(int device, int peer) { return state().peers.emplace(device, peer).second; }
bool reaches(int device, int owner) { return device == owner || state().peers.contains({device, owner}); }

CUstream_st* make_stream(int device) {
  state().streams.push_back(std::make_unique<CUstream_st>());
  state().streams.back()->device = device;
  return state().streams.back().get();
}

void forget_stream(CUstream_st* stream) {
  std::erase_if(state().streams, [&](const auto& own) { return own.get() == stream; });
}

bool is_stream(const CUstream_st* stream) {
  return std::ranges::any_of(state().streams, [&](const auto& own) { return own.get() == stream; });
}

void enqueue(CUstream_st* stream, std::function<cudaError_t()> work) {
  stream->work.push_back(std::move(work));
}

cudaError_t flush(CUstream_st* stream) {
  if (stream->work.empty()) return state().lost;
  const Window window(stream->device);
  while (!stream->work.empty() && !lost()) {
    const auto work = std::move(stream->work.front());
    stream->work.pop_front();
    if (const cudaError_t error = work(); error != cudaSuccess) state().lost = error;
  }
  if (lost()) stream->work.clear();  // what is lost does no more: a buffer may be gone
  return state().lost;
}

cudaError_t flush_device(int device) {
  for (const auto& stream : state().streams) {
    if (stream->device == device) flush(stream.get());
  }
  return state().lost;
}

void enqueue_gate(CUstream_st* stream, const volatile std::uint32_t* open, volatile std::uint32_t* expired,
                  std::uint64_t timeout_ns) {
  state().gates.insert(open);
  enqueue(stream, [=] {
    state().gates.erase(open);
    if (*open != 0) return cudaSuccess;
    ++state().waits;
    spend(static_cast<std::int64_t>(timeout_ns));
    *expired = 1;
    return cudaSuccess;
  });
}

bool would_wait() {
  const bool held =
      !lost() && std::ranges::any_of(state().gates, [](const auto* open) { return *open == 0; });
  if (held) ++state().waits;
  return held;
}

}  // namespace rackproof::fake
