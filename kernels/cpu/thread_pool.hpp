// Threads pinned one to a CPU that share a range by a fixed rule.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace rackproof::cpu {

/// Pins the calling thread to the CPUs. Throws kernels::Failure.
void pin_this_thread(const std::vector<int>& cpus);

/// One thread per CPU; asleep when there is no work, so that nothing disturbs another pool (BLAS).
///
/// Which thread works on which elements depends on the range, the grain and the number of threads alone,
/// never on timing: memory that a thread touched first is its own later, and sums come out the same in every
/// run.
class ThreadPool {
 public:
  /// Throws kernels::Failure when a thread cannot be started or pinned.
  explicit ThreadPool(std::vector<int> cpus);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t size() const { return threads_.size(); }

  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  /// The part of thread `rank` of `threads`: whole grains counted from `begin` (the last may be shorter),
  /// contiguous.
  static Range part(Range range, std::uint64_t grain, std::size_t rank, std::size_t threads);

  /// Calls f(begin, end) at most once per thread, with its part of [begin, end); returns when all are done. A
  /// range of one grain runs in the calling thread. One call at a time, never from inside f. Rethrows the
  /// first exception of f.
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
  void work(std::size_t rank, std::size_t threads);
  void stop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::uint64_t round_ = 0;  ///< guarded by mutex_, as is all below
  std::size_t working_ = 0;
  bool stopping_ = false;
  Range range_;
  std::uint64_t grain_ = 1;
  Call call_ = nullptr;
  void* function_ = nullptr;
  std::exception_ptr error_;
  std::vector<std::thread> threads_;
};

}  // namespace rackproof::cpu
