// Random update: read, change and write words at random places. Contract shared by every backend, the oracle and
// the suite.
//
// The table has `words` words of 64 bits (a power of two) and is divided into `parts` (a power of two) equal ranges;
// update i of `updates` (a multiple of parts) belongs to part i / (updates / parts), r = random_update_word(key, i),
// and changes word
//   part · (words / parts) + (r >> (64 − log2(words / parts)))      of the table:  word ^= r
// (no shift and place 0 when a part has one word). XOR commutes, so the result does not depend on the order, and
// parts that do not share a word need no atomics; a backend that runs updates of one part at once must make them
// atomic. A thread that has several parts takes their updates in turns, so that one access after the other falls
// anywhere in its share of the table. Every update counts 1 (read, change, write). Method: HPC Challenge RandomAccess,
// but with no lost update allowed.
#pragma once

#include "kernels/abi.h"

#ifdef __cplusplus
#include <bit>
#include <cstdint>

extern "C" {
#endif

typedef struct rp_random_update_params {
  rp_memory table;
  uint64_t words;
  uint64_t updates;
  uint64_t key;
  uint32_t parts;
  uint32_t reserved;
} rp_random_update_params;

#ifdef __cplusplus
}

namespace rackproof::kernels {

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) of a counter.
constexpr std::uint64_t random_update_word(std::uint64_t key, std::uint64_t i) {
  std::uint64_t z = key + (i + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// Word of the table that r changes, in part `part`.
constexpr std::uint64_t random_update_place(std::uint64_t r, std::uint64_t part,
                                            std::uint64_t words_of_part) {
  const int bits = std::countr_zero(words_of_part);
  return part * words_of_part + (bits == 0 ? 0 : r >> (64 - bits));
}

}  // namespace rackproof::kernels
#endif
