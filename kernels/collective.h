// Messages between ranks: contract shared by the message-passing module, the suite and the tests.
//
// Point to point. A message is a run of 64-bit words. Every word carries the iteration, the place of the
// message in its sample and its own place in the message, so that a late, swapped, shifted or flipped word is
// wrong. Words are compared bit by bit.
//
// Allreduce, sum in f32, in place. The inputs are small integers: every partial sum, in any order, is an
// integer below 2²⁴ and therefore exact. The answer depends on element and iteration, is larger than any
// rank's own input (an allreduce that does nothing is wrong) and changes when a rank is left out or counted
// twice.
//
// Bandwidth on the bus of a collective of S bytes over n ranks in time t: f · S / t, the bytes that every rank must at
// least send, whatever the algorithm: f = 2 · (n − 1) / n for an allreduce, (n − 1) / n for an allgather, a reduce-scatter
// and an all-to-all, 1 for a broadcast; S is what a rank holds in the end or began with, whichever is more (NVIDIA
// nccl-tests, doc/PERFORMANCE.md).
//
// Collectives of devices: sums (allreduce, reduce-scatter) in f32 as above, element i of a reduce-scatter's input being
// element i of the whole; the others move words as point to point, the place in the sample of a message from rank s to
// rank d of n being s · n + d (all-to-all) or s.
#pragma once

#include <cstdint>

#include "kernels/abi.h"
#include "kernels/philox.h"

namespace rackproof::kernels {

/// Arrays of one case that Philox keeps apart.
inline constexpr std::uint64_t kMessageBase = 1;
inline constexpr std::uint64_t kMessageStamp = 2;
inline constexpr std::uint64_t kAcknowledgement = 3;
inline constexpr std::uint64_t kAllreducePattern = 4;

constexpr std::uint64_t word_of(const PhiloxBlock& block) { return std::uint64_t{block[0]} << 32 | block[1]; }

/// The part of word `i` that is the same in all messages of a case.
constexpr std::uint64_t message_base(std::uint64_t key, std::uint64_t i) {
  return word_of(philox4x32(key, i, kMessageBase));
}

/// The part of a word that tells the message: `sequence` is its place in the sample, 0 ≤ sequence < 2³².
constexpr std::uint64_t message_stamp(std::uint64_t key, std::int64_t iteration, std::uint32_t sequence) {
  return word_of(
      philox4x32(key, static_cast<std::uint64_t>(iteration), kMessageStamp | std::uint64_t{sequence} << 32));
}

/// Word `i` of a message.
constexpr std::uint64_t message_word(std::uint64_t base, std::uint64_t stamp) { return base ^ stamp; }

/// The four bytes that answer a window of messages.
constexpr std::uint32_t acknowledgement(std::uint64_t key, std::int64_t iteration) {
  return philox4x32(key, static_cast<std::uint64_t>(iteration), kAcknowledgement)[0];
}

/// The part of element `i` that is the same in all iterations and on all ranks: 0 … 255.
constexpr std::uint32_t allreduce_pattern(std::uint64_t key, std::uint64_t i) {
  return philox4x32(key, i / 4, kAllreducePattern)[i % 4] >> 24;
}

/// The part of an element that all ranks have in common: 1 … 256, different for 256 consecutive iterations.
constexpr std::uint32_t allreduce_common(std::uint32_t pattern, std::int64_t iteration) {
  return 1 + ((pattern + 37u * static_cast<std::uint32_t>(iteration)) & 255u);
}

/// What a rank adds to each element: 0 … 250.
constexpr std::uint32_t allreduce_weight(std::uint32_t rank) { return rank % 251; }

/// More ranks could reach 2²⁴, where f32 is no longer exact.
inline constexpr std::uint32_t kAllreduceMostRanks = (1u << 24) / (256 + 250);

constexpr float allreduce_input(std::uint32_t pattern, std::int64_t iteration, std::uint32_t rank) {
  return static_cast<float>(allreduce_common(pattern, iteration) + allreduce_weight(rank));
}

/// Sum of the weights of all ranks.
constexpr std::uint32_t allreduce_weights(std::uint32_t ranks) {
  const std::uint32_t full = ranks / 251;
  const std::uint32_t rest = ranks % 251;
  return full * (250 * 251 / 2) + (rest == 0 ? 0 : rest * (rest - 1) / 2);
}

/// The answer; `weights` = allreduce_weights(ranks).
constexpr float allreduce_expected(std::uint32_t pattern, std::int64_t iteration, std::uint32_t ranks,
                                   std::uint32_t weights) {
  return static_cast<float>(ranks * allreduce_common(pattern, iteration) + weights);
}

/// Exact: not one unit in the last place of difference; NaN fails.
constexpr bool allreduce_right(float found, float expected) { return found == expected; }

/// f of the bus bandwidth.
constexpr double bus_factor(rp_collective collective, int ranks) {
  if (collective == RP_BROADCAST) return 1;
  return (collective == RP_ALLREDUCE ? 2.0 : 1.0) * (ranks - 1) / ranks;
}

}  // namespace rackproof::kernels
