// How an entry of the table begins and ends.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kernels/cuda/device.hpp"
#include "kernels/cuda/nvml.hpp"
#include "kernels/edge.h"

namespace rackproof::cuda {

/// Everything behind the C functions. Lives until the process ends: a backend is never unloaded.
struct Backend {
  bool is_open = false;
  std::vector<std::unique_ptr<rp_device>> devices;
  std::set<std::string> contexts;  ///< devices that this process has opened once: their contexts stay
  std::vector<std::shared_ptr<void>> ended;  ///< what was destroyed while a stream was held
  std::unique_ptr<Nvml> nvml;
  kernels::ErrorText error;
  std::chrono::milliseconds process_patience{2'000};        ///< with a process that is just ending
  std::chrono::milliseconds communicator_patience{60'000};  ///< with other ranks

  // What allocates or frees waits for devices, those too that reach each other's memory: while a stream of any of them is
  // held, for its gate.
  bool any_held() const;
  /// `what`: the call that would wait. Throws kernels::Failure(RP_INVALID).
  void require_none_held(const char* what) const;
  /// Destroys it, as soon as no stream is held.
  template <class T>
  void end(std::unique_ptr<T> thing) {
    ended.push_back(std::shared_ptr<T>(std::move(thing)));
    free_ended();
  }
  /// Frees what was released and destroys what was ended, unless a stream is held. Throws kernels::Failure.
  void free_ended();
};

Backend& backend();

/// Runs the body; what it throws becomes a result and a text.
template <class Body>
rp_result entry(Body&& body) noexcept {
  return kernels::edge(backend().error, std::forward<Body>(body));
}

inline void require(bool condition, const char* message) {
  if (!condition) throw kernels::Failure(RP_INVALID, message);
}

/// Of a struct whose size the caller has filled in.
template <class T>
void require_size(const T* given) {
  require(given != nullptr && given->struct_size >= sizeof *given,
          "the struct is NULL or of an older version");
}

}  // namespace rackproof::cuda
