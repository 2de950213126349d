// One block while it runs: its lanes, their barriers, its shared memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <source_location>
#include <vector>

#include "kernels/cuda/emulated.hpp"
#include "tests/cuda/emulation/emulation.hpp"
#include "tests/cuda/emulation/fiber.hpp"

namespace rackproof::emulation {

/// Prints "emulation: …" and ends the process: a kernel that breaks a rule has no result.
[[noreturn]] void report(const char* format, ...) __attribute__((format(printf, 1, 2)));

enum class WarpOperation { barrier, exchange, ballot };

class Block {
 public:
  /// `stacks`: one per thread. `ended` orders the lanes before what the host does after the grid.
  Block(std::uint32_t index, std::uint32_t blocks, std::uint32_t threads, const std::function<void()>& kernel,
        Home& home, const Stack* stacks, char& ended);

  /// Runs every lane that can go on, to where it next waits. Returns whether some have not ended.
  bool step(const Schedule& schedule);

  bool barrier(bool value, std::source_location place);
  std::uint64_t warp(WarpOperation operation, std::uint32_t mask, std::uint64_t value, std::uint32_t source,
                     std::source_location place);
  void* shared_memory(const void* key, std::size_t bytes, std::size_t alignment);
  void pause();

  /// The block of the lane that runs now on this thread.
  static Block& current();
  const simt::Lane& lane() const { return *running_; }

 private:
  enum class State { ready, at_barrier, at_warp, ended };
  struct Warp {
    std::uint32_t live = 0;
    std::uint32_t mask = 0;  // of the operation under way
    std::uint32_t arrived = 0;
    WarpOperation operation{};
    std::source_location place;
    std::uint64_t values[32]{};
    std::uint32_t sources[32]{};
    std::uint32_t operations = 0;  // completed
    char order[2]{};
  };
  struct LaneState : simt::Lane {
    Block* owner = nullptr;
    Fiber fiber;
    State state = State::ready;
    std::uint64_t result = 0;
    std::source_location place;
  };
  struct SharedArray {
    const void* key;
    std::byte* memory;
  };

  static void lane_main(void* lane_state);
  void resume(LaneState& lane);
  bool round(const std::vector<std::uint32_t>& order);
  /// Warp by warp: a warp's turn ends when none of its lanes can go on, or one of them lets others run.
  bool greedy_round(std::mt19937_64& random);
  [[noreturn]] void report_deadlock() const;
  void complete(Warp& warp, std::uint32_t base);

  std::uint32_t threads_;
  std::vector<std::uint32_t> lane_order_;
  std::mt19937_64 random_;
  const std::function<void()>& kernel_;
  std::unique_ptr<LaneState[]> lanes_;
  std::vector<Warp> warps_;
  LaneState* running_ = nullptr;
  std::uint32_t ended_lanes_ = 0;
  std::uint32_t waiting_ = 0;  // at the barrier
  std::uint32_t barriers_ = 0;
  bool any_ = false;
  bool paused_ = false;  // a lane lets others run
  char order_[2]{};
  char started_{};
  char& ended_;
  std::vector<SharedArray> arrays_;
  std::size_t shared_used_ = 0;
  std::unique_ptr<std::byte[]> shared_;
};

}  // namespace rackproof::emulation
