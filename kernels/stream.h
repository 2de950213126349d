// The four stream kernels: contract shared by every backend, the oracle and the suite.
//
//   copy   a[i] = b[i]            bytes 2·n·s
//   scale  a[i] = q·b[i]          bytes 2·n·s
//   add    a[i] = b[i] + c[i]     bytes 3·n·s
//   triad  a[i] = b[i] + q·c[i]   bytes 3·n·s      (n elements of s bytes; write-allocate traffic is not
//   counted)
//
// Counting rule: J. McCalpin, STREAM. Inputs are uniform in [1, 2) with a full mantissa (philox.h); q changes
// from iteration to iteration so that an output left over from an earlier one is wrong.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/abi.h"

extern "C" {
typedef struct rp_stream_params {
  rp_memory a;  // output
  rp_memory b;
  rp_memory c;     // add and triad only
  uint64_t count;  // elements
  double q;        // scale and triad only
} rp_stream_params;
}

namespace rackproof::kernels {

/// Bytes that count for one pass.
constexpr std::uint64_t stream_bytes(rp_op op, std::uint64_t count, std::uint64_t element_bytes) {
  const std::uint64_t arrays = op == RP_OP_COPY || op == RP_OP_SCALE ? 2 : 3;
  return arrays * count * element_bytes;
}

/// The factor of an iteration: exact in f32, in [0.25, 0.5), different for 1024 consecutive iterations.
constexpr double stream_factor(std::int64_t iteration) {
  return 0.25 + static_cast<double>(iteration % 1024) / 4096.0;
}

/// The answer, computed in T with one rounding per operation.
template <class T>
T stream_expected(rp_op op, T b, T c, T q) {
  switch (op) {
    case RP_OP_COPY:
      return b;
    case RP_OP_SCALE:
      return q * b;
    case RP_OP_ADD:
      return b + c;
    default:
      return b + q * c;
  }
}

/// Copy, scale and add are bit exact. Triad may be fused: the two roundings differ by at most one unit in the
/// last place of the result, which is below 2² here (inputs < 2, q < 0.5): 2 · eps · |expected| covers both.
template <class T>
bool stream_right(rp_op op, T found, T expected) {
  if (op != RP_OP_TRIAD) return found == expected;
  const T eps = sizeof(T) == 8 ? static_cast<T>(0x1p-52) : static_cast<T>(0x1p-23);
  return std::abs(found - expected) <= 2 * eps * std::abs(expected);  // NaN fails
}

}  // namespace rackproof::kernels
