// Does the time of an operation still change? The slope test of sustained windows.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

namespace rackproof {

struct Drift {
  double change =
      0;  ///< of the time per sample over all of them, as a share of their median; > 0: gets slower
  double probability = 1;  ///< that noise without any trend orders the samples as strongly (two-sided)
  /// The largest change, in either direction, that the samples do not rule out with 95 %.
  double bound = std::numeric_limits<double>::infinity();

  /// Both hold: the change is above 2 %, and noise explains it with less than 1 %.
  bool has_trend() const;
  /// No trend, and none above 10 % can be hidden by noise: to see nothing is not enough.
  bool steady() const;
};

/// `ns`: times in the order in which they were taken. The change is the Theil-Sen slope (median of the slopes of all
/// pairs; Sen, J. Am. Stat. Assoc. 63, 1968) times the length; the probability is that of Kendall's rank correlation
/// with time (Mann, Econometrica 13, 1945), exact for values without ties, too large with them; the bound is the larger
/// end of Sen's interval of the slope (the same paper). Many samples are first reduced to the medians of 32 equal
/// stretches. Fewer than 6 samples can order themselves by chance: they show no trend.
/// Throws Error when there are none.
Drift drift_of(std::span<const std::int64_t> ns);

}  // namespace rackproof
