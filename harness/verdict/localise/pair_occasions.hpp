// Results between pairs as occasions: one pair in one round, both directions, held against what its kind reaches.
#pragma once

#include <span>
#include <vector>

#include "harness/verdict/localise/localise.hpp"

namespace rackproof {

/// Logs below the median of the kind, so negative is slow.
struct Occasion {
  std::uint32_t low = 0;  ///< the nodes, low < high
  std::uint32_t high = 0;
  std::int32_t round = 0;
  std::uint32_t path = kNoPath;
  double residual = 0;              ///< mean over its results
  std::vector<double> forth, back;  ///< of one-way results from low to high, and from high to low
};

struct PairOccasions {
  std::vector<Occasion> rows;  ///< by low, high, round
  double noise = 0;            ///< standard deviation of a residual, robust
  double one_way_noise = 0;    ///< of a single one-way result; 0: there are none
  std::size_t left_out = 0;
};

/// Throws Error as localise().
PairOccasions pair_occasions(const std::vector<PairResult>& results, const PairNetwork& network);

/// The middle one of the values; of an even number the higher one of the two: below a bound only when more than half are.
double upper_median(std::vector<double> values);

}  // namespace rackproof
