// The stream kernels: contract shared by every backend, the oracle and the suite.
//
//   copy     a[i] = b[i]                  bytes 2·n·s
//   scale    a[i] = q·b[i]                bytes 2·n·s
//   add      a[i] = b[i] + c[i]           bytes 3·n·s
//   triad    a[i] = b[i] + q·c[i]         bytes 3·n·s
//   nstream  a[i] = a[i] + b[i] + q·c[i]  bytes 4·n·s
//   update   a[i] = q·a[i]                bytes 2·n·s
//   write    a[i] = q                     bytes 1·n·s
//   dot      a[j] = Σ b[i]·c[i], i in block j    bytes 2·n·s
//   read     a[j] = Σ b[i] modulo 2^64, i in block j; words of 64 bits only    bytes 1·n·s
//
// n elements of s bytes; a block has kStreamBlock elements, the last one may be shorter. Write-allocate traffic
// and the sums of dot and read are not counted. Counting rules: J. McCalpin, STREAM (copy, scale, add, triad);
// BabelStream (dot, nstream). Inputs are uniform in [1, 2) with a full mantissa (philox.h); q changes from
// iteration to iteration so that an output left over from an earlier one is wrong.
//
// copy, triad and read may be asked for several passes in one operation, one after the other in each compute unit, so that
// what starts and ends an operation is paid for once. Each needs the one before it, or has outputs of its own:
//
//   triad   pass p: even p  a[i] = b[i] + f(p)·c[i], odd p  b[i] = a[i] + f(p)·c[i];  f(p) = stream_pass_factor(p)
//   copy    as triad, from one array to the other, and a block's elements move on: element i of the block goes to
//           (i + kStreamShift) mod its length
//   read    pass p has its sums at a[p · blocks + j]
#pragma once

#include "kernels/abi.h"

#ifdef __cplusplus
#include <cmath>
#include <cstdint>

extern "C" {
#endif

/* How results are stored. */
enum rp_stores {
  RP_STORES_REGULAR = 0,
  RP_STORES_STREAMING = 1, /* past the caches; copy, scale, add, triad and write only */
};

typedef struct rp_stream_params {
  rp_memory a;           // output; nstream and update read it too
  rp_memory b;           // not used by update and write
  rp_memory c;           // add, triad, nstream and dot only
  uint64_t count;        // elements of b (of a for update and write)
  double q;              // scale, triad, nstream, update and write only; one pass only
  uint32_t stores;       // rp_stores
  uint32_t more_passes;  // after the first; copy, triad and read only, without streaming stores
} rp_stream_params;

#ifdef __cplusplus
}

namespace rackproof::kernels {

/// Elements whose sum is one output of dot and read.
inline constexpr std::uint64_t kStreamBlock = 4096;

/// Elements by which a pass of several copies moves on: whole cache lines.
inline constexpr std::uint64_t kStreamShift = 16;

/// What an operation does with its arrays.
struct StreamShape {
  std::uint64_t counted;  ///< arrays whose bytes count; nstream's a counts twice, as does update's
  bool reads_a;
  bool has_b;
  bool has_c;
  bool has_q;
  bool sums;       ///< a has one element per block
  bool streaming;  ///< may store past the caches
  bool passes;     ///< may be asked for several passes
};

constexpr StreamShape stream_shape(rp_op op) {
  switch (op) {
    case RP_OP_COPY:
      return {2, false, true, false, false, false, true, true};
    case RP_OP_SCALE:
      return {2, false, true, false, true, false, true, false};
    case RP_OP_ADD:
      return {3, false, true, true, false, false, true, false};
    case RP_OP_TRIAD:
      return {3, false, true, true, true, false, true, true};
    case RP_OP_NSTREAM:
      return {4, true, true, true, true, false, false, false};
    case RP_OP_UPDATE:
      return {2, true, false, false, true, false, false, false};
    case RP_OP_WRITE:
      return {1, false, false, false, true, false, true, false};
    case RP_OP_DOT:
      return {2, false, true, true, false, true, false, false};
    default:  // read
      return {1, false, true, false, false, true, false, true};
  }
}

/// Elements of the output.
constexpr std::uint64_t stream_outputs(rp_op op, std::uint64_t count) {
  return stream_shape(op).sums ? (count + kStreamBlock - 1) / kStreamBlock : count;
}

/// Bytes that count for one pass.
constexpr std::uint64_t stream_bytes(rp_op op, std::uint64_t count, std::uint64_t element_bytes) {
  return stream_shape(op).counted * count * element_bytes;
}

/// The factor of an iteration: exact in f32, in [0.25, 0.5), different for 1024 consecutive iterations.
constexpr double stream_factor(std::int64_t iteration) {
  return 0.25 + static_cast<double>(iteration % 1024) / 4096.0;
}

/// The factor of pass p of several: alternating signs, so that the sum over many stays small, and no two neighbours cancel.
constexpr double stream_pass_factor(std::int64_t pass) {
  return (pass % 2 == 0 ? 1 : -1) * stream_factor(pass * 37);
}

/// The answer of an element-wise operation, computed in T with one rounding per arithmetic operation. `a` is the
/// element before.
template <class T>
T stream_expected(rp_op op, T a, T b, T c, T q) {
  switch (op) {
    case RP_OP_COPY:
      return b;
    case RP_OP_SCALE:
      return q * b;
    case RP_OP_ADD:
      return b + c;
    case RP_OP_NSTREAM:
      return a + (b + q * c);
    case RP_OP_UPDATE:
      return q * a;
    case RP_OP_WRITE:
      return q;
    default:
      return b + q * c;
  }
}

/// Copy, scale, add, update and write are bit exact. Triad may be fused: the two roundings differ by at most one
/// unit in the last place of the result, which is below 2² here (inputs < 2, q < 0.5): 2 · eps · |expected|
/// covers both; nstream has one more addition.
template <class T>
bool stream_right(rp_op op, T found, T expected) {
  if (op != RP_OP_TRIAD && op != RP_OP_NSTREAM) return found == expected;
  const T eps = sizeof(T) == 8 ? static_cast<T>(0x1p-52) : static_cast<T>(0x1p-23);
  const T units = op == RP_OP_NSTREAM ? 4 : 2;
  return std::abs(found - expected) <= units * eps * std::abs(expected);  // NaN fails
}

/// Largest error of one sum of dot over `n` elements whose products sum up to `magnitude` (all are positive):
/// n · eps · Σ|b·c| bounds every order of summation (N. Higham, Accuracy and Stability, 2nd ed., section 3.1).
template <class T>
double dot_tolerance(std::uint64_t n, double magnitude) {
  const double eps = sizeof(T) == 8 ? 0x1p-52 : 0x1p-23;
  return static_cast<double>(n) * eps * magnitude;
}

}  // namespace rackproof::kernels
#endif
