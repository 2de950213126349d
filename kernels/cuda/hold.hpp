// Keeps a stream from going on, so that everything between two events is enqueued before the first of it starts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/pinned.hpp"

namespace rackproof::cuda {

/// The gates of one stream. A gate is a kernel that waits for a word in pinned memory; every hold takes a word of its own,
/// because the kernel of an earlier one may not have seen its word yet.
class Gates {
 public:
  static constexpr std::uint64_t kTimeout = 30'000'000'000;  // ns

  /// What a stream takes behind a gate. A device's queue has room for four times as many kernels, and who finds it full waits.
  static constexpr std::size_t kBehind = 256;

  /// Throws kernels::Failure(RP_OUT_OF_MEMORY).
  explicit Gates(std::uint64_t timeout_ns = kTimeout)
      : timeout_ns_(timeout_ns), block_(kGates * sizeof(Gate)) {}

  /// Enqueues a gate. Throws kernels::Failure: RP_INVALID when one is closed already or 512 were closed without a settle().
  void close(CUstream_st* stream);
  /// Lets the stream go on; does nothing when no gate is closed.
  void open();
  bool closed() const { return closed_; }
  /// Before anything is enqueued: counts it when the gate is closed. Throws kernels::Failure(RP_INVALID) behind kBehind.
  void admit();
  /// After the stream was synchronised. Throws kernels::Failure(RP_FAILED) when a gate was closed for too long.
  void settle();

 private:
  struct Gate {
    std::uint32_t open;
    std::uint32_t expired;
  };
  static constexpr std::size_t kGates = 512;
  Gate* gate(void* block, std::size_t index) const { return static_cast<Gate*>(block) + index; }

  std::uint64_t timeout_ns_;
  PinnedBlock block_;
  std::size_t used_ = 0;
  std::size_t behind_ = 0;  ///< the gate that is closed
  bool closed_ = false;
};

}  // namespace rackproof::cuda
