#include "harness/results/reading_window.hpp"

#include <algorithm>
#include <cmath>

namespace rackproof {

namespace {

constexpr std::int64_t kMostShare = 10;  // a reading stands for at most a tenth of an attempt

/// Rows from `first` to before `last` that are there.
std::vector<std::size_t> readings_there(const ReadSensor& sensor, std::size_t first, std::size_t last) {
  std::vector<std::size_t> rows;
  for (std::size_t i = first; i < last; ++i) {
    if (!std::isnan(sensor.values[i])) rows.push_back(i);
  }
  return rows;
}

}  // namespace

std::vector<double> distances_s(const ReadSensor& sensor, std::size_t first, std::size_t last) {
  const std::vector<std::size_t> rows = readings_there(sensor, first, last);
  std::vector<double> distances;
  for (std::size_t i = 1; i < rows.size(); ++i)
    distances.push_back(static_cast<double>(sensor.times_ns[rows[i]] - sensor.times_ns[rows[i - 1]]) * 1e-9);
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
  const std::vector<std::size_t> rows = readings_there(sensor, inside, behind);
  ReadingWindow window;
  for (const std::size_t i : rows) window.sum.add(sensor.values[i]);
  if (window.sum.n == 0) return window;
  const double period =
      period_s(distances_s(sensor, inside == 0 ? 0 : inside - 1, std::min(behind + 1, times.size())));
  const std::int64_t length = attempt.end_utc_ns - attempt.begin_utc_ns;
  const std::int64_t half = std::min(static_cast<std::int64_t>(period * 0.5e9), length / kMostShare / 2);
  std::int64_t reached = attempt.begin_utc_ns, covered = 0;
  double weighted = 0;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const std::int64_t at = times[rows[k]];
    std::int64_t until = std::min(at + half, attempt.end_utc_ns);
    if (k + 1 < rows.size()) until = std::min(until, at + (times[rows[k + 1]] - at) / 2);
    const std::int64_t from = std::max(at - half, reached);
    if (until <= from) continue;
    covered += until - from;
    weighted += static_cast<double>(until - from) * sensor.values[rows[k]];
    reached = until;
  }
  if (covered == 0) return window;
  const double mean = std::clamp(weighted / static_cast<double>(covered), window.sum.min, window.sum.max);
  window.sum.sum = mean * static_cast<double>(window.sum.n);
  window.coverage = std::min(1.0, static_cast<double>(covered) / static_cast<double>(length));
  return window;
}

}  // namespace rackproof
