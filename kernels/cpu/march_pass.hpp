// One march element over a range, in one thread. Each instruction set compiles march_pass_of.hpp for itself.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/march.h"

namespace rackproof::cpu {

/// Bad words of a range, in the order in which they were found.
struct MarchFindings {
  struct Pair {
    std::uint64_t index;
    std::uint64_t difference;
  };
  std::uint64_t most = 0;  ///< pairs that are kept
  std::uint64_t count = 0;
  std::vector<Pair> first;

  void add(std::uint64_t index, std::uint64_t difference) {
    ++count;
    if (first.size() < most) first.push_back({index, difference});
  }
};

struct MarchElement {
  std::uint64_t* words;
  std::uint64_t key;
  std::uint32_t read;   ///< rp_march_pattern
  std::uint32_t write;  ///< rp_march_pattern
};

/// Words [begin, end).
using MarchPass = void (*)(const MarchElement& element, std::uint64_t begin, std::uint64_t end,
                           MarchFindings& findings);

MarchPass march_pass_portable(std::uint32_t read, std::uint32_t write, bool descending);
MarchPass march_pass_avx2(std::uint32_t read, std::uint32_t write, bool descending);
MarchPass march_pass_avx512(std::uint32_t read, std::uint32_t write, bool descending);

}  // namespace rackproof::cpu
