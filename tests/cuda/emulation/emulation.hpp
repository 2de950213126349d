// A device of CUDA's kind on the CPU: runs the kernels that kernels/cuda/emulated.hpp lets a CPU compiler compile, every
// lane as a fiber on the calling thread, and ends the process with a report ("emulation: …") when a kernel breaks a rule:
//
//   threads of a block that wait at different places, or for one that has ended      block_barrier
//   masks with lanes that are missing, have ended or disagree; sources outside       exchange, ballot, warp_barrier
//   lanes that wait for ever                                                         "deadlock"
//   more than 48 KiB of shared memory                                                shared_memory
//
// With the address sanitizer, accesses outside memory, shared arrays included; with the undefined-behaviour sanitizer,
// packs at places that are not aligned. With the thread sanitizer, races between lanes of a block and between blocks:
// lanes are ordered by barriers only (not by shuffles or by the order in which they happened to run), blocks by nothing
// but the launch before. This library itself is compiled without the thread sanitizer, which it drives.
//
// What it cannot show: weak ordering of memory on a device, speed, and the last bits of approximate functions.
//
// Launches come through simt::enqueue (kernels/cuda/emulated.hpp). rackproof-cuda-immediate defines it so that they run at
// once; a fake runtime links rackproof-cuda-emulation without it and defines its own, which may run the work later and on
// another thread, but one grid after the other in a thread.
#pragma once

#include <cstdint>

namespace rackproof::emulation {

/// In which order lanes and blocks run between two barriers. A right kernel gives the same bits under all.
enum class Order {
  forward,
  reversed,
  random,      ///< lanes and blocks shuffled after every round
  greedy_warp  ///< one warp after the other runs as far as it can
};

struct Schedule {
  Order order = Order::forward;
  std::uint64_t seed = 1;  ///< random, greedy_warp, and blocks that run together
  /// Blocks that run at the same time, each a step in turn: one that waits for another needs it.
  std::uint32_t together = 1;
};

/// Grids of this thread run by `schedule` as long as the object lives.
class ScheduleScope {
 public:
  explicit ScheduleScope(Schedule schedule);
  ~ScheduleScope();
  ScheduleScope(const ScheduleScope&) = delete;
  ScheduleScope& operator=(const ScheduleScope&) = delete;

 private:
  Schedule before_;
};

/// Stores past the caches that kernels of this thread made so far.
std::uint64_t streaming_stores();

}  // namespace rackproof::emulation
