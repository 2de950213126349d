// Cumulative sums of one series, both ways (Page 1954): a shortlist of series that are worth a scan, never a verdict.
//
// A night adds z − slack to the upper sum and −z − slack to the lower one, neither below 0; above `limit`, the series
// alarms. z is the deviation from the mean of the nights before in units of what such a deviation varies by, σ √(1 + 1/n) for a mean
// of n nights (a self-starting chart): so the sums of a series whose level is known from ten nights behave as those of one that is
// known well. While it alarms, the mean stays what it was.
#pragma once

#include <cstddef>
#include <span>

namespace rackproof {

struct CusumSettings {
  double slack = 0.5;
  /// By simulation: 0.23 % of steady Gaussian series alarm within 60 nights, either way (tests/bench trend-table).
  double limit = 8.75;
  double clip = 4;                ///< of z
  std::size_t first_nights = 10;  ///< from which the first mean comes; none of them alarms
  std::size_t mean_nights = 60;   ///< that the mean remembers
};

enum class Shift { none = 0, up = 1, down = -1 };

/// The sums of one series, a night at a time.
class Cusum {
 public:
  /// `mean` of the series by `nights` of them and the standard deviation of a night; both finite, nights ≥ 1. A series without any
  /// spread alarms on its first change.
  Cusum(double mean, double nights, double sigma) : mean_(mean), nights_(nights), sigma_(sigma) {}

  /// NaN: not measured, nothing changes. Three nights in a row that do not add to an alarm's sum end the alarm.
  void add(double value, const CusumSettings& settings = {});
  Shift shift() const { return shift_; }
  double mean() const { return mean_; }

 private:
  double deviation(double value, double clip) const;

  double mean_;
  double nights_;
  double sigma_;
  double up_ = 0;
  double down_ = 0;
  Shift shift_ = Shift::none;
  int good_nights_ = 0;
};

/// The last alarm of a series.
struct CusumAlarm {
  Shift shift = Shift::none;  ///< none: it never alarmed
  std::size_t since = 0;      ///< index of the night on which it was raised
  std::size_t last = 0;       ///< of the last measured night on which it held
  bool now = false;           ///< it holds after the last night
};

/// All nights of a series on one level (up to the first alarm), oldest first; NaN: not measured. Too few nights: no alarm.
CusumAlarm scan_cusum(std::span<const double> values, double sigma, const CusumSettings& settings = {});

}  // namespace rackproof
