// Work of the host between samples, on all CPUs that the process may use.
#pragma once

#include <cstdint>
#include <functional>

namespace rackproof {

/// Calls work(begin, end) for parts of [0, count) in threads of its own and waits for them. A part has at least
/// `grain` elements; a count below 2 · grain is done in the calling thread. Rethrows what the work threw.
void in_parallel(std::uint64_t count, std::uint64_t grain,
                 const std::function<void(std::uint64_t begin, std::uint64_t end)>& work);

}  // namespace rackproof
