// Runs one operation on fresh inputs and holds its output against the oracle.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/abi.h"
#include "kernels/stream.h"
#include "suites/selftest/guarded_buffer.hpp"

namespace rackproof::conformance {

struct StreamCase {
  rp_op op = RP_OP_TRIAD;
  rp_dtype dtype = RP_F64;
  std::uint64_t count = 0;
  std::uint64_t shift = 0;  ///< elements by which the arrays are moved; each array by another amount
  rp_stores stores = RP_STORES_REGULAR;
};

/// "" when every element is right and the guard zones are untouched, otherwise the first thing that is wrong.
/// `iteration` chooses inputs and factor: no two iterations have the same answer. T as the case's dtype.
std::string check_stream(const TestedDevice& device, const StreamCase& which, std::int64_t iteration);

/// Several passes in one operation: `which.op` is copy, triad or read.
std::string check_stream_passes(const TestedDevice& device, const StreamCase& which,
                                std::uint32_t more_passes);

struct GemmCase {
  rp_dtype dtype = RP_F64;
  std::uint32_t m = 0, n = 0, k = 0;
  std::uint64_t shift = 0;
  std::uint32_t batch = 1;
  bool transpose_b = false;
  bool integers = false;  ///< small: every type has exact sums of them, no error is allowed; k at most 113
};

/// As check_stream, with the error bound of kernels/gemm.h. f64 and f32 have sums and output in their own type, i8
/// in i32, others in f32.
std::string check_gemm(const TestedDevice& device, const GemmCase& which, std::int64_t iteration);

struct FmaCase {
  rp_dtype dtype = RP_F64;
  std::uint32_t units = 1;
  std::uint32_t chains = 256;
  std::uint64_t rounds = 0;
  std::uint64_t shift = 0;
};

/// As check_stream; every value to the last bit.
std::string check_fma(const TestedDevice& device, const FmaCase& which, std::int64_t iteration);

}  // namespace rackproof::conformance
