#include "harness/verdict/trend/night_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "harness/verdict/trend/change_point.hpp"

namespace rackproof {

double median_of(std::span<const double> values, std::span<double> scratch) {
  const std::span<double> copy = scratch.first(values.size());
  std::ranges::copy(values, copy.begin());
  const auto middle = copy.begin() + static_cast<std::ptrdiff_t>(copy.size() / 2);
  std::nth_element(copy.begin(), middle, copy.end());
  if (copy.size() % 2 == 1) return *middle;
  return (*std::max_element(copy.begin(), middle) + *middle) / 2;
}

double difference_scale(std::span<const double> values) {
  std::array<double, kScanNights> difference, scratch;
  for (std::size_t i = 1; i < values.size(); ++i) difference[i - 1] = std::abs(values[i] - values[i - 1]);
  return 1.4826 * median_of({difference.data(), values.size() - 1}, scratch) / M_SQRT2;
}

void PooledLag1::add(std::span<const double> values) {
  for (std::size_t i = 2; i < values.size(); ++i) {
    const double turn = (values[i] - values[i - 1]) * (values[i - 1] - values[i - 2]);
    if (std::isnan(turn) || turn == 0) continue;
    turns_ += turn < 0 ? 1 : 0;
    ++pairs_;
  }
}

void PooledLag1::add(const PooledLag1& other) {
  turns_ += other.turns_;
  pairs_ += other.pairs_;
}

double PooledLag1::lag1(std::size_t least) const {
  if (pairs_ < least || pairs_ == 0) return 0;
  const double share = static_cast<double>(turns_) / static_cast<double>(pairs_);
  return std::clamp(1 + 2 * std::cos(std::numbers::pi * share), 0.0, kLargestLag1);
}

double shrunk_scale(double own, std::size_t nights, double cohort, double weight) {
  const double degrees = static_cast<double>(nights) - 1;
  return std::sqrt((weight * cohort * cohort + degrees * own * own) / (weight + degrees));
}

}  // namespace rackproof
