// The vector loops of all memory kernels for any CPU: vectors of 16 bytes, which are SSE2, NEON or what the compiler
// makes of them.
#include <cstdint>

#define RP_TARGET

namespace rackproof::cpu {
namespace {

constexpr std::uint64_t kVectorBytes = 16;
constexpr bool kHasStreamingStores = false;

// Names for the branches that are not taken.
template <class T, class V>
void stream_store(T* to, V value);
inline void stream_fence() {}

}  // namespace
}  // namespace rackproof::cpu

#include "kernels/cpu/march_pass_of.hpp"
#include "kernels/cpu/stream_pass_of.hpp"

namespace rackproof::cpu {

StreamPass stream_pass_portable(rp_op op, rp_dtype dtype, bool streaming) {
  return pass_of(op, dtype, streaming);
}

MarchPass march_pass_portable(std::uint32_t read, std::uint32_t write, bool descending) {
  return march_pass_of(read, write, descending);
}

}  // namespace rackproof::cpu
