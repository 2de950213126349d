#include "harness/verdict/trend/cusum.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/statistics.hpp"

namespace rackproof {

double Cusum::deviation(double value, double clip) const {
  const double away = value - mean_;
  return away == 0 ? 0 : std::clamp(away / (sigma_ * std::sqrt(1 + 1 / nights_)), -clip, clip);
}

void Cusum::add(double value, const CusumSettings& settings) {
  if (!std::isfinite(value)) return;
  const double z = deviation(value, settings.clip);
  up_ = std::max(0.0, up_ + z - settings.slack);
  down_ = std::max(0.0, down_ - z - settings.slack);
  if (shift_ == Shift::none) {
    if (up_ > settings.limit || down_ > settings.limit) {
      shift_ = up_ > down_ ? Shift::up : Shift::down;
      good_nights_ = 0;
      return;
    }
    const double most = static_cast<double>(settings.mean_nights);
    nights_ = std::min(nights_ + 1, most);
    mean_ += std::clamp(value - mean_, -settings.clip * sigma_, settings.clip * sigma_) / nights_;
    return;
  }
  const bool good = (shift_ == Shift::up ? z : -z) < settings.slack;
  good_nights_ = good ? good_nights_ + 1 : 0;
  if (good_nights_ < 3) return;
  up_ = down_ = 0;
  shift_ = Shift::none;
}

CusumAlarm scan_cusum(std::span<const double> values, double sigma, const CusumSettings& settings) {
  std::vector<double> first;
  std::size_t at = 0;
  for (; at < values.size() && first.size() < settings.first_nights; ++at) {
    if (std::isfinite(values[at])) first.push_back(values[at]);
  }
  CusumAlarm alarm;
  if (first.size() < settings.first_nights) return alarm;
  const double centre = median(first);
  double sum = 0;
  for (const double value : first)
    sum += std::clamp(value - centre, -settings.clip * sigma, settings.clip * sigma);
  const auto count = static_cast<double>(first.size());
  Cusum cusum(centre + sum / count, count, sigma);
  for (; at < values.size(); ++at) {
    const Shift before = cusum.shift();
    cusum.add(values[at], settings);
    if (cusum.shift() == Shift::none) continue;
    if (before == Shift::none) alarm.since = at;
    alarm.shift = cusum.shift();
    if (std::isfinite(values[at])) alarm.last = at;
  }
  alarm.now = cusum.shift() != Shift::none;
  return alarm;
}

}  // namespace rackproof
