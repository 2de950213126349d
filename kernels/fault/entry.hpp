// How an entry of the fault backend's table begins and ends, and what lives behind it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "kernels/edge.h"
#include "kernels/fault/injection.hpp"
#include "kernels/fault/options.hpp"

struct rp_device {
  rackproof::fault::FaultyDevice faulty;
};

struct rp_stream {
  rp_device* device = nullptr;
  std::vector<std::function<void()>> pending;  ///< nothing of it happens before stream_sync
  bool held = false;
};

struct rp_event {
  rp_device* device = nullptr;
  std::shared_ptr<std::int64_t> time_ns;  ///< 0: not reached; shared with the stream that will set it
};

namespace rackproof::fault {

/// Everything behind the C functions. Lives until the process ends: a backend is never unloaded.
struct Backend {
  bool is_open = false;
  Options options;
  double launch_offset = 1;
  std::vector<std::unique_ptr<rp_device>> devices;
  std::array<std::uint64_t, 2> present_readings{};  ///< that each device gave without being opened
  kernels::ErrorText error;
};

Backend& backend();

template <class Body>
rp_result entry(Body&& body) noexcept {
  return kernels::edge(backend().error, std::forward<Body>(body));
}

inline void require(bool condition, const char* message) {
  if (!condition) throw kernels::Failure(RP_INVALID, message);
}

}  // namespace rackproof::fault
