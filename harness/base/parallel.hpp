// The same work on several threads: what is done does not depend on how many there are.
#pragma once

#include <cstddef>
#include <functional>

namespace rackproof {

/// Threads that this process may use well: its CPUs, at least 1.
unsigned usable_threads();

/// Calls work(i) once for every i below `count`, on up to `threads` threads (0: usable_threads()). Calls may run at the same time
/// and in any order, so each must write to its own place only. The first exception by index is thrown again once all have ended.
void for_each_index(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

}  // namespace rackproof
