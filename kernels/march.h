// One element of a march test of memory: at each word, in ascending or descending order of addresses, compare with what
// must stand there, then write something else. Contract shared by every backend, the oracle and the suite.
//
// Method: A. van de Goor, "Using March Tests to Test SRAMs", IEEE Design & Test 10 (1993). Within one compute unit the
// order of addresses is kept; units work on ranges of their own.
//
// Report: word 0 counts the bad words of this and all earlier elements (the caller clears it); then follow pairs
// {index of the word, found ^ expected} of the first that were found, as many as fit.
#pragma once

#include "kernels/abi.h"

#ifdef __cplusplus
#include <cstdint>

#include "kernels/random_update.h"

extern "C" {
#endif

enum rp_march_pattern {
  RP_MARCH_NOTHING = 0, /* no read, or no write */
  RP_MARCH_ZEROS = 1,
  RP_MARCH_ONES = 2,
  RP_MARCH_5A = 3, /* 0x5555…, and its complement */
  RP_MARCH_A5 = 4,
  RP_MARCH_ADDRESS = 5, /* the word's own index */
  RP_MARCH_INVERSE = 6, /* its complement */
  RP_MARCH_RANDOM = 7   /* random_update_word(key, index) */
};

typedef struct rp_march_params {
  rp_memory memory;
  rp_memory report;  // 1 + 2 · report_pairs words
  uint64_t words;    // of 64 bits
  uint64_t key;
  uint32_t read;   // rp_march_pattern
  uint32_t write;  // rp_march_pattern
  uint32_t descending;
  uint32_t report_pairs;
} rp_march_params;

#ifdef __cplusplus
}

namespace rackproof::kernels {

/// The word of a pattern at an index.
constexpr std::uint64_t march_word(std::uint32_t pattern, std::uint64_t key, std::uint64_t index) {
  switch (pattern) {
    case RP_MARCH_ONES:
      return ~std::uint64_t{0};
    case RP_MARCH_5A:
      return 0x5555555555555555u;
    case RP_MARCH_A5:
      return 0xAAAAAAAAAAAAAAAAu;
    case RP_MARCH_ADDRESS:
      return index;
    case RP_MARCH_INVERSE:
      return ~index;
    case RP_MARCH_RANDOM:
      return random_update_word(key, index);
    default:
      return 0;
  }
}

}  // namespace rackproof::kernels
#endif
