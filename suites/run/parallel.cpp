#include "suites/run/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rackproof {

void in_parallel(std::uint64_t count, std::uint64_t grain,
                 const std::function<void(std::uint64_t begin, std::uint64_t end)>& work) {
  const std::uint64_t parts = std::clamp<std::uint64_t>(count / std::max<std::uint64_t>(grain, 1), 1,
                                                        std::thread::hardware_concurrency());
  if (parts <= 1) {
    work(0, count);
    return;
  }
  std::mutex mutex;
  std::exception_ptr error;
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t part = 0; part < parts; ++part) {
      threads.emplace_back([&, part] {
        try {
          work(count * part / parts, count * (part + 1) / parts);
        } catch (...) {
          const std::lock_guard lock(mutex);
          if (!error) error = std::current_exception();
        }
      });
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace rackproof
