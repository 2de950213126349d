// One pass of a stream kernel over a range, in one thread. Each instruction set compiles stream_pass_of.hpp for
// itself.
#pragma once

#include <cstdint>

#include "kernels/abi.h"

namespace rackproof::cpu {

struct StreamArrays {
  void* a;
  const void* b;
  const void* c;
  double q;
  bool ask_ahead;  ///< as asks_ahead() says
};

/// Elements [begin, end) of b (of a for update and write). For dot and read, begin is a multiple of kStreamBlock.
using StreamPass = void (*)(const StreamArrays& arrays, std::uint64_t begin, std::uint64_t end);

/// The pass; nullptr: there is none (streaming stores that the instruction set does not have).
StreamPass stream_pass_portable(rp_op op, rp_dtype dtype, bool streaming);
StreamPass stream_pass_avx2(rp_op op, rp_dtype dtype, bool streaming);
StreamPass stream_pass_avx512(rp_op op, rp_dtype dtype, bool streaming);

}  // namespace rackproof::cpu
