#include "harness/verdict/trend/trend_watch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "harness/base/parallel.hpp"
#include "harness/base/statistics.hpp"
#include "harness/verdict/trend/night_noise.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kWatched = 1024;  // series that one thread takes at a time
// Far from the cohort on one night: as peers are judged (z and effect), but both ways.
constexpr double kFarZ = 5, kFarEffect = 0.03;

template <class F>
void for_each_series(const TrendSeries& series, unsigned threads, F&& visit) {
  for_each_index((series.size() + kWatched - 1) / kWatched, threads, [&](std::size_t block) {
    for (std::size_t s = block * kWatched; s < std::min(series.size(), (block + 1) * kWatched); ++s) visit(s);
  });
}

struct OwnNoise {
  double scale = std::numeric_limits<double>::quiet_NaN();
  std::size_t nights = 0;  // that it is from
};

/// From the last kScanNights nights that were measured.
OwnNoise own_noise(std::span<const double> values) {
  std::array<double, kScanNights> last;
  OwnNoise noise;
  for (std::size_t i = values.size(); i-- > 0 && noise.nights < kScanNights;) {
    if (std::isfinite(values[i])) last[noise.nights++] = values[i];
  }
  if (noise.nights >= kLeastNights) noise.scale = difference_scale({last.data(), noise.nights});
  return noise;
}

double pooled(const TrendSeries& series, unsigned threads) {
  std::vector<PooledLag1> sums((series.size() + kWatched - 1) / kWatched);
  const std::size_t nights = std::min(series.nights, kScanNights);
  for_each_series(series, threads, [&](std::size_t s) { sums[s / kWatched].add(series.of(s).last(nights)); });
  PooledLag1 all;
  for (const PooledLag1& sum : sums) all.add(sum);
  return all.lag1();
}

/// The median scale of each cohort; NaN where none of it has enough nights.
std::vector<double> cohort_scales(const std::vector<OwnNoise>& own,
                                  const std::vector<std::uint32_t>& cohort) {
  std::map<std::uint32_t, std::vector<double>> scales;
  for (std::size_t s = 0; s < own.size(); ++s) {
    auto& of_cohort = scales[cohort[s]];
    if (std::isfinite(own[s].scale)) of_cohort.push_back(own[s].scale);
  }
  std::vector<double> out(scales.empty() ? 0 : scales.rbegin()->first + 1,
                          std::numeric_limits<double>::quiet_NaN());
  for (const auto& [index, of_cohort] : scales) {
    if (!of_cohort.empty()) out[index] = median(of_cohort);
  }
  return out;
}

/// Series whose level on the last night is far from that of their cohort.
std::vector<bool> far_ones(const TrendSeries& series, const std::vector<std::uint32_t>& cohort) {
  constexpr std::size_t kFewest = 8;
  std::map<std::uint32_t, std::vector<std::pair<std::size_t, double>>>
      levels;  // cohort → series, log of its value
  for (std::size_t s = 0; s < series.size(); ++s) {
    const double value = series.nights == 0 ? 0 : series.of(s).back() * series.level[s];
    if (value > 0) levels[cohort[s]].emplace_back(s, std::log(value));
  }
  std::vector<bool> far(series.size(), false);
  for (const auto& [index, of_cohort] : levels) {
    if (of_cohort.size() < kFewest) continue;
    std::vector<double> logs;
    for (const auto& entry : of_cohort) logs.push_back(entry.second);
    const double centre = median(logs), scale = scaled_mad(logs);
    for (const auto& [s, log] : of_cohort) {
      const double away = std::abs(log - centre);
      far[s] = away > kFarZ * scale && away > kFarEffect;
    }
  }
  return far;
}

}  // namespace

std::vector<WatchedSeries> watch(const TrendSeries& series, const std::vector<std::uint32_t>& cohort,
                                 bool all, const EpisodeSettings& settings, unsigned threads) {
  std::vector<OwnNoise> own(series.size());
  for_each_series(series, threads, [&](std::size_t s) { own[s] = own_noise(series.of(s)); });
  const std::vector<double> of_cohort = cohort_scales(own, cohort);
  const double lag1 = pooled(series, threads);
  const std::vector<bool> far = far_ones(series, cohort);
  std::vector<WatchedSeries> out(series.size());
  const std::size_t recent = series.nights > kRecentNights ? series.nights - kRecentNights : 0;
  for_each_series(series, threads, [&](std::size_t s) {
    WatchedSeries& watched = out[s];
    if (!std::isfinite(own[s].scale)) return;
    watched.has_enough = true;
    const double scale =
        std::max(shrunk_scale(own[s].scale, own[s].nights, of_cohort[cohort[s]]), series.floor[s]);
    // Nights that agree with each other add up to less than they seem to.
    const double inflated = scale * (lag1 > kNegligibleLag1 ? std::sqrt((1 + lag1) / (1 - lag1)) : 1);
    const CusumAlarm alarm = scan_cusum(series.of(s), inflated);
    std::size_t from = recent;
    if (alarm.shift != Shift::none && alarm.last >= recent) {
      watched.suspicion.drifting = alarm.shift;
      watched.suspicion.alarms_now = alarm.now;
      // The scan may have seen it before the sums did.
      from = std::min(recent, alarm.since > kRecentNights ? alarm.since - kRecentNights : 0);
    }
    watched.suspicion.is_far = far[s];
    watched.is_scanned = all || watched.suspicion.any();
    if (!watched.is_scanned) return;
    watched.episodes = find_episodes(series.of(s), from, {lag1, series.floor[s]}, settings);
    std::erase_if(watched.episodes,
                  [&](const Episode& episode) { return episode.is_over && episode.last < recent; });
  });
  return out;
}

}  // namespace rackproof
