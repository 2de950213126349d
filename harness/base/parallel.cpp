#include "harness/base/parallel.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
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
  const std::size_t helpers =
      std::min<std::size_t>(threads == 0 ? usable_threads() : threads, std::max<std::size_t>(count, 1)) - 1;
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 0; i < helpers; ++i) others.emplace_back(take);
    take();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace rackproof
