// Pointer chase: every load needs the one before it. Contract shared by every backend, the oracle and the suite.
//
// `chain` is an array of 64-bit words; word w holds the byte offset (a multiple of 8) of the next one. The
// operation does `steps` dependent loads on one thread of the first compute unit: p = start; repeat steps times:
// p = chain[p / 8]; then stores p at `result`. The suite makes one cycle through all places, in random order, so
// that a prefetcher finds nothing and the end is known without a replay.
#pragma once

#include "kernels/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rp_chase_params {
  rp_memory chain;   // words of 64 bits
  rp_memory result;  // one word; must not overlap the chain
  uint64_t bytes;    // of the chain; a multiple of 8
  uint64_t start;    // byte offset
  uint64_t steps;
} rp_chase_params;

#ifdef __cplusplus
}
#endif
