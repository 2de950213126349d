// Threads pinned one to a CPU that share a range by a fixed rule.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/cpu/instruction_set.hpp"

namespace rackproof::cpu {

/// Pins the calling thread to the CPUs. Throws kernels::Failure.
void pin_this_thread(const std::vector<int>& cpus);

/// How long a thread looks for work before it sleeps.
inline constexpr std::chrono::microseconds kSpinTime{50};

/// Looks at the value for kSpinTime; true as soon as it is not `old`.
bool spin_while(const std::atomic<std::uint32_t>& value, std::uint32_t old);

/// One thread per CPU; the thread that calls parallel_for is the first of them. The others spin for
/// kSpinTime after their work, since the next range often comes at once and waking a sleeper costs more than a
/// short range; then they sleep, so that nothing disturbs another pool (BLAS).
///
/// Which thread works on which elements depends on the range, the grain and the number of threads alone,
/// never on timing: memory that a thread touched first is its own later, and sums come out the same in every
/// run.
class ThreadPool {
 public:
  /// Starts a thread for each CPU but the first, on which the caller of parallel_for is to be pinned. `alone`: no other
  /// pool of the process works at the same time. Throws kernels::Failure when a thread cannot be started or pinned.
  explicit ThreadPool(std::vector<int> cpus, InstructionSet set = InstructionSet::portable,
                      bool alone = true);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Threads, with the caller.
  std::size_t size() const { return size_; }
  /// The code path that kernels take on these CPUs.
  InstructionSet instruction_set() const { return instruction_set_; }
  /// When it is not, a library must not bring threads of its own: OpenBLAS runs the products of two callers one after the
  /// other then.
  bool alone() const { return alone_; }

  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  /// The part of thread `rank` of `threads`: whole grains counted from `begin` (the last may be shorter),
  /// contiguous.
  static Range part(Range range, std::uint64_t grain, std::size_t rank, std::size_t threads);

  /// Calls f(begin, end) at most once per thread, with its part of [begin, end); returns when all are done.
  /// The calling thread has rank 0; a range of one grain runs there alone. One call at a time, never from
  /// inside f. Rethrows the first exception of f.
  template <class F>
  void parallel_for(std::uint64_t begin, std::uint64_t end, std::uint64_t grain, F&& f) {
    using Function = std::remove_reference_t<F>;
    if (begin >= end) return;
    if (size() == 1 || end - begin <= grain) {
      f(begin, end);
      return;
    }
    run(
        {begin, end}, grain,
        [](void* function, Range part) { (*static_cast<Function*>(function))(part.begin, part.end); },
        const_cast<void*>(static_cast<const void*>(std::addressof(f))));
  }

 private:
  using Call = void (*)(void* function, Range part);
  void run(Range range, std::uint64_t grain, Call call, void* function);
  void call_part(std::size_t rank) noexcept;
  void work(std::size_t rank);
  void stop();
  void keep_error() noexcept;
  void finish_one();
  void wait_for_others();

  std::size_t size_;
  InstructionSet instruction_set_;
  bool alone_;
  // Written by the caller while no other thread works, before the epoch says that there is work.
  Range range_;
  std::uint64_t grain_ = 1;
  Call call_ = nullptr;
  void* function_ = nullptr;
  std::atomic<bool> stopping_ = false;
  // Lines of their own: the threads spin on the first and count down the second.
  alignas(64) std::atomic<std::uint32_t> epoch_ = 0;
  alignas(64) std::atomic<std::uint32_t> working_ = 0;
  alignas(64) std::mutex error_mutex_;
  std::exception_ptr error_;
  std::vector<std::thread> threads_;
};

}  // namespace rackproof::cpu
