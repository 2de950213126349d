// Order statistics of a long column of floats, such as one series over a fleet: exact, and faster than selecting by partition.
// NaN is left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rackproof {

/// Counts of a column by bins of the order-preserving integer image of its floats.
struct RankBins {
  std::uint32_t least = 0;  ///< image at which the inner bins begin
  unsigned shift = 0;       ///< 2^shift images fall into an inner bin
  std::vector<std::uint32_t> counts;
  std::vector<std::uint16_t> bin;  ///< of each number of the column
  std::size_t count = 0;           ///< of all that is not NaN
};

/// Counts the column once; a rank is then found inside its one bin. Any number of threads may ask.
class OrderStatistics {
 public:
  /// `values` must outlive this.
  explicit OrderStatistics(std::span<const float> values);

  /// Numbers that are not NaN; infinities count.
  std::size_t count() const { return bins_.count; }

  /// The number at `rank` of the ascending order, from 0. Throws Error when there are not so many.
  float ranked(std::size_t rank) const;

  /// As rackproof::quantile() (Hyndman-Fan type 7, 0 ≤ p ≤ 1). Throws Error without numbers.
  double quantile(double p) const;
  double median() const { return quantile(0.5); }

  /// 1.4826 × median absolute deviation from `centre`, in double precision. Costs a second count. Throws Error without
  /// numbers or when `centre` is not finite.
  double scaled_mad(double centre) const;
  double scaled_mad() const { return scaled_mad(median()); }

 private:
  std::span<const float> values_;
  RankBins bins_;
};

}  // namespace rackproof
