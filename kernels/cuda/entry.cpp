#include "kernels/cuda/entry.hpp"

#include <algorithm>

namespace rackproof::cuda {

Backend& backend() {
  static Backend* const state = new Backend;
  return *state;
}

bool Backend::any_held() const {
  return std::ranges::any_of(devices, [](const auto& device) { return device->any_held(); });
}

void Backend::require_none_held(const char* what) const {
  if (any_held())
    throw kernels::Failure(
        RP_INVALID, std::string(what) + " would wait for a stream that is held: stream_release comes first");
}

void Backend::free_ended() {
  if (any_held()) return;
  ended.clear();
  for (const auto& device : devices) device->free_released();
}

}  // namespace rackproof::cuda
