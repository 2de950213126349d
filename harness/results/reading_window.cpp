#include "harness/results/reading_window.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace rackproof {

namespace {

constexpr double kLeastReadings = 10;  // of a whole window

}  // namespace

std::vector<double> distances_s(const ReadSensor& sensor, std::size_t first, std::size_t last) {
  std::vector<double> distances;
  std::optional<std::int64_t> before;
  for (std::size_t i = first; i < last; ++i) {
    if (std::isnan(sensor.values[i])) continue;
    if (before) distances.push_back(static_cast<double>(sensor.times_ns[i] - *before) * 1e-9);
    before = sensor.times_ns[i];
  }
  std::ranges::sort(distances);
  return distances;
}

double period_s(const std::vector<double>& distances) {
  return distances.empty() ? 0 : distances[distances.size() * 3 / 4];
}

ReadingWindow window_of(const ReadSensor& sensor, const AttemptRow& attempt) {
  const auto& times = sensor.times_ns;
  const auto row_of = [&](auto at) { return static_cast<std::size_t>(at - times.begin()); };
  const std::size_t inside = row_of(std::ranges::lower_bound(times, attempt.begin_utc_ns));
  const std::size_t behind = row_of(std::ranges::upper_bound(times, attempt.end_utc_ns));
  ReadingWindow window;
  for (std::size_t i = inside; i < behind; ++i) window.sum.add(sensor.values[i]);
  if (window.sum.n == 0) return window;
  const std::size_t first = inside == 0 ? 0 : inside - 1, last = std::min(behind + 1, times.size());
  const auto half = static_cast<std::int64_t>(period_s(distances_s(sensor, first, last)) * 0.5e9);
  std::int64_t reached = attempt.begin_utc_ns, covered = 0;
  double weighted = 0;
  for (std::size_t i = first; i < last; ++i) {
    if (std::isnan(sensor.values[i])) continue;
    std::int64_t until = times[i] + half;
    if (i + 1 < last && !std::isnan(sensor.values[i + 1]))
      until = std::min(until, times[i] + (times[i + 1] - times[i]) / 2);
    const std::int64_t from = std::max(times[i] - half, reached), to = std::min(until, attempt.end_utc_ns);
    if (to <= from) continue;
    covered += to - from;
    weighted += static_cast<double>(to - from) * sensor.values[i];
    reached = to;
  }
  if (covered == 0) return window;
  const double mean = std::clamp(weighted / static_cast<double>(covered), window.sum.min, window.sum.max);
  window.sum.sum = mean * static_cast<double>(window.sum.n);
  window.coverage = std::min({1.0, static_cast<double>(covered) * 1e-9 / window_s(attempt),
                              static_cast<double>(window.sum.n) / kLeastReadings});
  return window;
}

}  // namespace rackproof
