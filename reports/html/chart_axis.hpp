// Positions along one axis of a chart, and where its ticks stand: data to numbers, nothing drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/statistics.hpp"

namespace rackproof {

enum class AxisScale : std::uint8_t { linear, logarithmic };

class ChartAxis {
 public:
  /// `data` lies over `place`, in units of the drawing; place.lo > place.hi runs upwards. Data of one point is widened around it.
  /// Throws Error for data that is not finite, is upside down or, on a logarithmic axis, not positive.
  ChartAxis(AxisScale scale, Interval data, Interval place);

  /// NaN for a value that is not finite or, on a logarithmic axis, not positive. A value beyond the data lies beyond the place.
  double at(double value) const;
  /// Round values within the data, ascending: multiples of 1, 2 or 5 times a power of ten. At most `most`, which is 2 at least.
  std::vector<double> ticks(std::size_t most) const;

  const Interval& data() const { return data_; }
  const Interval& place() const { return place_; }

 private:
  double scaled(double value) const;

  AxisScale scale_;
  Interval data_;
  Interval place_;
};

/// Significant digits that tell neighbouring ticks apart; 4 at least, so that a whole number below 1000 is never cut.
int tick_digits(std::span<const double> ticks);

}  // namespace rackproof
