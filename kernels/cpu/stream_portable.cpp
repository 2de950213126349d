// Vectors of 16 bytes: SSE2, NEON, or whatever the compiler makes of them.
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

#include "kernels/cpu/stream_pass_of.hpp"

namespace rackproof::cpu {

StreamPass stream_pass_portable(rp_op op, rp_dtype dtype, bool streaming) {
  return pass_of(op, dtype, streaming);
}

}  // namespace rackproof::cpu
