// The march elements for one instruction set; included as stream_pass_of.hpp is.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/cpu/march_pass.hpp"
#include "kernels/march.h"

namespace rackproof::cpu {
namespace {

typedef std::uint64_t Words __attribute__((vector_size(kVectorBytes)));
constexpr std::uint64_t kWordsOfVector = kVectorBytes / sizeof(std::uint64_t);

/// Patterns that are computed alike. All but random are (index & mask) ^ flip.
enum class MarchKind { nothing, linear, random };

constexpr MarchKind march_kind(std::uint32_t pattern) {
  return pattern == RP_MARCH_NOTHING  ? MarchKind::nothing
         : pattern == RP_MARCH_RANDOM ? MarchKind::random
                                      : MarchKind::linear;
}

struct LinearPattern {
  std::uint64_t mask;
  std::uint64_t flip;
};

constexpr LinearPattern linear_pattern(std::uint32_t pattern) {
  return {pattern == RP_MARCH_ADDRESS || pattern == RP_MARCH_INVERSE ? ~std::uint64_t{0} : 0,
          kernels::march_word(pattern, 0, 0)};
}

/// The words of a pattern at the indices.
template <MarchKind Kind>
RP_TARGET [[gnu::always_inline]] inline Words pattern_words(const LinearPattern& linear, std::uint64_t key,
                                                            Words index) {
  if constexpr (Kind == MarchKind::random) {
    Words z = key + (index + 1) * 0x9E3779B97F4A7C15u;  // random_update_word, in every lane
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  } else {
    return (index & linear.mask) ^ linear.flip;
  }
}

template <MarchKind Read, MarchKind Write, bool Descending>
RP_TARGET void march_pass(const MarchElement& element, std::uint64_t begin, std::uint64_t end,
                          MarchFindings& findings) {
  // A group is compared, then written: some cache lines, in which the memory sees no order anyway.
  constexpr std::uint64_t kVectors = 4;
  constexpr std::uint64_t kGroup = kVectors * kWordsOfVector;
  std::uint64_t* const words = element.words;
  const std::uint64_t key = element.key;
  const LinearPattern read = linear_pattern(element.read), write = linear_pattern(element.write);

  const auto single = [&](std::uint64_t i) {
    if constexpr (Read != MarchKind::nothing) {
      const std::uint64_t difference = words[i] ^ kernels::march_word(element.read, key, i);
      if (difference != 0) findings.add(i, difference);
    }
    if constexpr (Write != MarchKind::nothing) words[i] = kernels::march_word(element.write, key, i);
  };

  Words lanes{};
  for (std::uint64_t lane = 0; lane < kWordsOfVector; ++lane) lanes[lane] = lane;
  const std::uint64_t groups = (end - begin) / kGroup;
  const std::uint64_t singles = begin + groups * kGroup;  // they come after the groups
  if constexpr (Descending) {
    for (std::uint64_t i = end; i > singles; --i) single(i - 1);
  }
  for (std::uint64_t group = 0; group < groups; ++group) {
    const std::uint64_t first = begin + (Descending ? groups - 1 - group : group) * kGroup;
    if constexpr (Read != MarchKind::nothing) {
      Words differences[kVectors];
      Words any{};
#pragma GCC unroll 4
      for (std::uint64_t v = 0; v < kVectors; ++v) {
        const std::uint64_t i = first + v * kWordsOfVector;
        Words found;
        std::memcpy(&found, words + i, sizeof found);
        differences[v] = found ^ pattern_words<Read>(read, key, lanes + i);
        any |= differences[v];
      }
      std::uint64_t bits = 0;
#pragma GCC unroll 8
      for (std::uint64_t lane = 0; lane < kWordsOfVector; ++lane) bits |= any[lane];
      if (bits != 0) [[unlikely]] {
        for (std::uint64_t k = 0; k < kGroup; ++k) {
          const std::uint64_t at = Descending ? kGroup - 1 - k : k;
          const std::uint64_t difference = differences[at / kWordsOfVector][at % kWordsOfVector];
          if (difference != 0) findings.add(first + at, difference);
        }
      }
    }
    if constexpr (Write != MarchKind::nothing) {
#pragma GCC unroll 4
      for (std::uint64_t v = 0; v < kVectors; ++v) {
        const std::uint64_t i = first + v * kWordsOfVector;
        const Words value = pattern_words<Write>(write, key, lanes + i);
        std::memcpy(words + i, &value, sizeof value);
      }
    }
  }
  if constexpr (!Descending) {
    for (std::uint64_t i = singles; i < end; ++i) single(i);
  }
}

template <MarchKind Read, MarchKind Write>
MarchPass march_pass_in(bool descending) {
  return descending ? march_pass<Read, Write, true> : march_pass<Read, Write, false>;
}

template <MarchKind Read>
MarchPass march_pass_with(std::uint32_t write, bool descending) {
  switch (march_kind(write)) {
    case MarchKind::nothing:
      return march_pass_in<Read, MarchKind::nothing>(descending);
    case MarchKind::linear:
      return march_pass_in<Read, MarchKind::linear>(descending);
    default:
      return march_pass_in<Read, MarchKind::random>(descending);
  }
}

MarchPass march_pass_of(std::uint32_t read, std::uint32_t write, bool descending) {
  switch (march_kind(read)) {
    case MarchKind::nothing:
      return march_pass_with<MarchKind::nothing>(write, descending);
    case MarchKind::linear:
      return march_pass_with<MarchKind::linear>(write, descending);
    default:
      return march_pass_with<MarchKind::random>(write, descending);
  }
}

}  // namespace
}  // namespace rackproof::cpu
