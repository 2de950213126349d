#include "harness/verdict/trend/change_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/verdict/trend/night_noise.hpp"

namespace rackproof {

namespace {

/// The nights that were measured, in order.
struct Present {
  std::array<double, kScanNights> value;
  std::array<std::size_t, kScanNights> index;  // of the values that were given
  std::size_t count = 0;
  std::span<const double> values() const { return {value.data(), count}; }
};

Present present(std::span<const double> values) {
  if (values.size() > kScanNights)
    throw Error(fmt::format("a scan is over {} nights at most, not {}", kScanNights, values.size()));
  Present out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    out.value[out.count] = values[i];
    out.index[out.count++] = i;
  }
  return out;
}

/// What each night adds to what the one before it told, of one standard deviation whatever the nights between them: the
/// innovations of an autoregressive series of order 1 with gaps (exact for Gaussian noise).
Present whitened(const Present& nights, double lag1) {
  std::array<double, kScanNights> scratch;
  const double centre = median_of(nights.values(), scratch);
  Present out = nights;
  out.value[0] = (nights.value[0] - centre) * std::sqrt(1 - lag1 * lag1);
  for (std::size_t i = 1; i < nights.count; ++i) {
    const double told = std::pow(lag1, static_cast<double>(nights.index[i] - nights.index[i - 1]));
    out.value[i] = ((nights.value[i] - centre) - told * (nights.value[i - 1] - centre)) *
                   std::sqrt((1 - lag1 * lag1) / (1 - told * told));
  }
  return out;
}

struct Maximum {
  double statistic = 0;
  std::size_t left = 0;  // nights before the step
};

Maximum largest_step(std::span<const double> values, double scale) {
  std::array<double, kScanNights> y;
  const std::size_t n = values.size();
  const double centre = median_of(values, y);
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    // Without any spread, a night is on the level or as far from it as can be.
    const double deviation = values[i] - centre;
    y[i] = deviation == 0 ? 0 : std::clamp(deviation / scale, -kNightClip, kNightClip);
    total += y[i];
  }
  Maximum largest{-1, 0};
  double sum = 0;
  const double count = static_cast<double>(n);
  for (std::size_t k = 1; k + kLeastSegment <= n; ++k) {
    sum += y[k - 1];
    if (k < kLeastSegment) continue;
    const double left = static_cast<double>(k), right = count - left;
    const double t = std::abs(sum / left - (total - sum) / right) * std::sqrt(left * right / count);
    if (t > largest.statistic) largest = {t, k};
  }
  return largest;
}

void add_change_points(std::span<const double> values, std::size_t offset, ScanLevel level,
                       const NightNoise& noise, std::vector<std::size_t>& found) {
  const StepScan scan = scan_step(values, noise);
  if (!scan.is_above(level)) return;
  add_change_points(values.first(scan.change), offset, ScanLevel::label, noise, found);
  found.push_back(offset + scan.change);
  add_change_points(values.subspan(scan.change), offset + scan.change, ScanLevel::label, noise, found);
}

}  // namespace

bool StepScan::is_above(ScanLevel level) const {
  return nights >= kLeastNights && statistic > critical_value(nights, level);
}

StepScan scan_step(std::span<const double> values, const NightNoise& noise) {
  const Present nights = present(values);
  StepScan scan;
  scan.nights = nights.count;
  if (nights.count < kLeastNights) {
    scan.statistic = scan.before = scan.after = scan.scale = kNoNumber;
    return scan;
  }
  if (noise.lag1 > kNegligibleLag1) scan.lag1 = std::min(noise.lag1, kLargestLag1);
  const Present looked_at = scan.lag1 > 0 ? whitened(nights, scan.lag1) : nights;
  const double shrink = std::sqrt(1 - scan.lag1 * scan.lag1);  // an innovation's, of a night's scale
  const double scale = std::max(difference_scale(looked_at.values()), noise.floor * shrink);
  const Maximum largest = largest_step(looked_at.values(), scale);
  std::array<double, kScanNights> scratch;
  scan.statistic = largest.statistic;
  scan.change = nights.index[largest.left];
  scan.nights_after = nights.count - largest.left;
  scan.before = median_of(nights.values().first(largest.left), scratch);
  scan.after = median_of(nights.values().subspan(largest.left), scratch);
  scan.scale = scale / shrink;
  return scan;
}

Interval effect_interval(const StepScan& scan, double coverage) {
  const double after = static_cast<double>(scan.nights_after);
  const double before = static_cast<double>(scan.nights) - after;
  // The variance of a median is at most π/2 times that of a mean; neighbouring nights tell less the more they agree.
  const double variance =
      M_PI_2 * (1 / before + 1 / after) * (1 + scan.lag1) / (1 - scan.lag1) * scan.scale * scan.scale;
  // The scale of n nights, from the median of their differences, is as uncertain as that of about 0.3 n by squares.
  const double degrees = 0.3 * static_cast<double>(scan.nights);
  const double half = student_quantile(0.5 + coverage / 2, degrees) * std::sqrt(variance);
  return {scan.effect() - half, scan.effect() + half};
}

std::vector<std::size_t> change_points(std::span<const double> values, const NightNoise& noise) {
  std::vector<std::size_t> found;
  add_change_points(values, 0, ScanLevel::alarm, noise, found);
  return found;
}

bool is_drift(std::span<const double> values, const NightNoise& noise) {
  const std::vector<std::size_t> changes = change_points(values, noise);
  if (changes.size() < 3) return false;
  std::vector<double> levels;
  for (std::size_t i = 0; i <= changes.size(); ++i) {
    const std::size_t from = i == 0 ? 0 : changes[i - 1];
    const std::size_t to = i == changes.size() ? values.size() : changes[i];
    const Present nights = present(values.subspan(from, to - from));
    levels.push_back(median(nights.values()));
  }
  return std::ranges::is_sorted(levels) || std::ranges::is_sorted(levels, std::greater<>());
}

}  // namespace rackproof
