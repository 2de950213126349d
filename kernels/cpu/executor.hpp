// The thread that carries out what was enqueued on a device, in order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace rackproof::cpu {

/// How far a stream is. Owned by the stream, used by the executor only.
struct Progress {
  std::uint64_t pending = 0;
  std::exception_ptr error;  ///< first failure since the last wait; later work of the stream is dropped
};

/// All streams of a device share one executor: one pool is active at a time, and BLAS sees one calling
/// thread.
class Executor {
 public:
  /// The thread is pinned to `cpu`: the first of the pool, whose first thread it is. Throws kernels::Failure.
  explicit Executor(int cpu);
  /// Carries out what is left, then ends.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Returns at once. `progress` must live until wait() returned.
  void submit(Progress& progress, std::function<void()> task);
  /// Returns when everything that was submitted with `progress` is done; rethrows and forgets its error.
  void wait(Progress& progress);
  /// Carries out one task after all that was submitted so far; rethrows its exception.
  void run(std::function<void()> task);

 private:
  struct Entry {
    Progress* progress;
    std::function<void()> task;
  };
  void work();

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::deque<Entry> queue_;
  bool stopping_ = false;
  std::atomic<std::uint32_t> submitted_ = 0;  ///< tasks so far
  std::thread thread_;
};

}  // namespace rackproof::cpu
