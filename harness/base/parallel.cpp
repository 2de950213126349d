#include "harness/base/parallel.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rackproof {

unsigned usable_threads() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&allowed)));
}

namespace {

/// On the calling thread and as many others as there is work for.
void on_threads(std::size_t count, unsigned threads, const std::function<void()>& work) {
  const std::size_t helpers =
      std::min<std::size_t>(threads == 0 ? usable_threads() : threads, std::max<std::size_t>(count, 1)) - 1;
  std::vector<std::jthread> others;
  for (std::size_t i = 0; i < helpers; ++i) others.emplace_back(work);
  work();
}

/// Who makes, who takes, and what waits for its turn.
class Order {
 public:
  using Work = std::function<void(std::size_t, std::size_t)>;
  Order(std::size_t count, std::size_t places, const Work& make, const Work& take)
      : end_(count), is_made_(places, false), make_(make), take_(take) {}

  void work() {
    std::unique_lock lock(mutex_);
    while (turn_ < end_) {
      if (!is_taking_ && is_made_[turn_ % is_made_.size()]) {
        is_taking_ = true;
        const std::size_t at = turn_;
        without(lock, at, take_);
        is_made_[at % is_made_.size()] = false;
        ++turn_;
        is_taking_ = false;
      } else if (next_ < end_ && next_ < turn_ + is_made_.size()) {
        const std::size_t at = next_++;
        without(lock, at, make_);
        is_made_[at % is_made_.size()] = true;
      } else {
        changed_.wait(lock);
        continue;
      }
      changed_.notify_all();
    }
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  /// The work without the lock. What throws is the end: what is before it may throw, too.
  void without(std::unique_lock<std::mutex>& lock, std::size_t at, const Work& work) {
    lock.unlock();
    std::exception_ptr error;
    try {
      work(at, at % is_made_.size());
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (!error || at >= end_) return;
    end_ = at;
    error_ = error;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0, turn_ = 0, end_;
  bool is_taking_ = false;
  std::vector<bool> is_made_;  // by place
  std::exception_ptr error_;
  const Work& make_;
  const Work& take_;
};

}  // namespace

void make_and_take(std::size_t count, unsigned threads, std::size_t places,
                   const std::function<void(std::size_t, std::size_t)>& make,
                   const std::function<void(std::size_t, std::size_t)>& take) {
  Order order(count, places, make, take);
  on_threads(count, threads, [&] { order.work(); });
  order.rethrow();
}

void for_each_index(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr error;
  std::size_t failed = count;  // the first index that threw
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed) {
          failed = i;
          error = std::current_exception();
        }
      }
    }
  };
  on_threads(count, threads, take);
  if (error) std::rethrow_exception(error);
}

}  // namespace rackproof
