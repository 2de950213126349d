// Fused multiply-add in registers: the peak of the arithmetic units. Contract shared by every backend, the oracle and
// the suite.
//
// `values` holds units · chains values. Each is replaced `rounds` times by fma(a, x, b), one rounding each, so the
// answer is the same bits on every IEEE 754 machine. 2 · units · chains · rounds operations. A unit is a compute unit
// of the device (a core): unit u works on values [u · chains, (u + 1) · chains). The suite takes
// a = −(1 − 2^-20): the values go to and fro with a full mantissa, and no two counts of rounds end alike (in f32 up to 2^20
// rounds; beyond two million, values have been seen to go round in circles).
#pragma once

#include "kernels/abi.h"

#ifdef __cplusplus
#include <cstdint>

extern "C" {
#endif

typedef struct rp_fma_params {
  rp_memory values;  // read and written
  uint32_t units;    // at most the device's compute units
  uint32_t chains;   // per unit; a multiple of 256
  uint64_t rounds;
  double a;  // exact in the type
  double b;
} rp_fma_params;

#ifdef __cplusplus
}

namespace rackproof::kernels {

constexpr double fma_flops(double units, double chains, double rounds) {
  return 2.0 * units * chains * rounds;
}

}  // namespace rackproof::kernels
#endif
