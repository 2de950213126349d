// Two sides that take turns, and what their times say about each other.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "harness/base/statistics.hpp"

namespace rackproof::bench {

/// No claim is made from fewer pairs.
inline constexpr std::size_t kFewestPairs = 31;

/// The median time of an iteration of both sides in one pair, s.
struct PairTimes {
  double rackproof_s = 0;
  double peer_s = 0;
  bool peer_first = false;
  /// Above 1: rackproof is faster.
  double ratio() const { return peer_s / rackproof_s; }
};

/// Where the ratio peer / rackproof must lie.
struct Bound {
  double point_from = 0;
  double interval_above = 0;
  double point_to = std::numeric_limits<double>::infinity();
  double interval_below = std::numeric_limits<double>::infinity();
};
std::string describe(const Bound& bound);

struct Judged {
  double rackproof_s = 0;  ///< medians over the pairs
  double peer_s = 0;
  double ratio = 0;   ///< median of the pairs' ratios; NaN when one of them is no finite number
  Interval interval;  ///< 95 %, of that median
  std::size_t pairs = 0;
  bool reached = false;
};

/// Not reached with fewer than kFewestPairs pairs or with a ratio that is no finite number.
Judged judge(std::span<const PairTimes> pairs, const Bound& bound);

/// One turn of a side: the times of its iterations, ns.
using Turn = std::function<std::vector<std::int64_t>()>;

/// Lets both sides run alternately, AB BA AB …, with `pause_s` before every turn so that threads of the other side which
/// spin after their work are asleep. Prints every pair to `out`. Throws Error when a turn gives no times.
std::vector<PairTimes> interleave(const Turn& rackproof, const Turn& peer, std::size_t pairs, double pause_s,
                                  std::FILE* out);

}  // namespace rackproof::bench
