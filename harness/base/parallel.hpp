// The same work on several threads: what is done does not depend on how many there are.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace rackproof {

/// Threads that this process may use well: its CPUs, at least 1.
unsigned usable_threads();

/// Calls work(i) once for every i below `count`, on up to `threads` threads (0: usable_threads()). Calls may run at the same time
/// and in any order, so each must write to its own place only. The first exception by index is thrown again once all have ended.
void for_each_index(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

/// What of for_each_in_order() does not depend on what is made: make(i, place) and take(i, place) on places below `places`.
void make_and_take(std::size_t count, unsigned threads, std::size_t places,
                   const std::function<void(std::size_t, std::size_t)>& make,
                   const std::function<void(std::size_t, std::size_t)>& take);

/// Calls make(i) for every i below `count`, on up to `threads` threads (0: usable_threads()), and take(what it returned) in the order
/// of i, one at a time. Nobody waits while there is something to make: up to two results for each thread exist at once. The first
/// exception by index is thrown again once all have ended; of what comes after it, nothing is taken.
template <class Make, class Take>
void for_each_in_order(std::size_t count, unsigned threads, const Make& make, const Take& take) {
  using Result = std::invoke_result_t<const Make&, std::size_t>;
  std::vector<std::optional<Result>> made(2 * std::size_t{threads == 0 ? usable_threads() : threads});
  make_and_take(
      count, threads, made.size(), [&](std::size_t i, std::size_t place) { made[place].emplace(make(i)); },
      [&](std::size_t, std::size_t place) {
        take(std::move(*made[place]));
        made[place].reset();
      });
}

}  // namespace rackproof
