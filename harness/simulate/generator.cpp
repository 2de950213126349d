#include "harness/simulate/generator.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "harness/base/statistics.hpp"
#include "harness/results/cells.hpp"
#include "harness/simulate/streams.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kBlock = 512;  // subjects whose noise is in the cache at once

/// Standard deviation of the median of `iterations` normal iterations, relative.
double median_sd(const NoiseSpec& noise) {
  return noise.iteration_sd * std::sqrt(std::numbers::pi / 2 / noise.iterations);
}

}  // namespace

MetricNight::MetricNight(const Simulation& simulation, std::size_t metric, int night)
    : simulation_(simulation),
      metric_(static_cast<int>(metric) + 1),
      night_(night),
      is_rate_(simulation.metrics.at(metric).is_rate()),
      is_pair_(simulation.metrics.at(metric).placement == Placement::pair),
      base_(simulation.metrics.at(metric).base),
      factor_(simulation.columns(simulation.metrics.at(metric).placement), 1) {
  if (!is_pair_) {
    draw_racks();
    swapped_ = swapped_parts(simulation.planted, night);
  }
  for (const Planted& planted : simulation.planted) {
    if (!(planted.effect_in(night) > 0)) continue;
    if (is_pair_) {
      apply_to_pairs(planted);
    } else if (planted.touches(metric_)) {
      apply(planted);
    }
  }
}

void MetricNight::draw_racks() {
  rack_.resize(simulation_.fleet.racks());
  RandomStream(simulation_.seed, stream_of({.part = StreamPart::rack, .metric = metric_})).normals(0, rack_);
  for (double& rack : rack_) rack *= simulation_.spec.noise.rack_sd;
}

void MetricNight::slow(Range devices, double effect, std::vector<double>& factors) const {
  for (std::uint32_t i = devices.first; i < devices.end; ++i)
    factors[i] *= is_rate_ ? 1 - effect : 1 + effect;
}

void MetricNight::apply(const Planted& planted) {
  const Fleet& fleet = simulation_.fleet;
  const double effect = planted.effect_in(night_);
  for (const std::uint32_t subject : planted.subjects) {
    switch (planted.kind) {
      case FaultKind::slow_device:
      case FaultKind::drift:
      case FaultKind::swap:
        slow({subject, subject + 1}, effect, factor_);
        break;
      case FaultKind::launch_effect:
        later_.resize(factor_.size(), 1);
        slow({subject, subject + 1}, effect, later_);
        break;
      case FaultKind::hot_rack:
        slow(fleet.devices_of_rack(subject), effect, factor_);
        break;
      case FaultKind::bad_leaf:
        slow(fleet.devices_of_leaf(subject), effect, factor_);
        break;
      case FaultKind::driver_step:
        slow(fleet.devices_of_node(subject), effect, factor_);
        break;
      case FaultKind::bad_node:
      case FaultKind::bad_link:
      case FaultKind::missing_night:
        break;
    }
  }
}

/// A pair is as slow as the worst that it goes through.
void MetricNight::apply_to_pairs(const Planted& planted) {
  const std::uint32_t subject = planted.subjects.front();
  const double factor = 1 - planted.effect_in(night_);
  const auto& pairs = simulation_.pairs;
  if (planted.kind == FaultKind::bad_link) factor_[subject] = std::min(factor_[subject], factor);
  if (planted.kind != FaultKind::bad_node && planted.kind != FaultKind::bad_leaf) return;
  const auto is_hit = [&](std::uint32_t node) {
    return planted.kind == FaultKind::bad_node ? node == subject : Fleet::leaf_of(node) == subject;
  };
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (is_hit(pairs[i].first) || is_hit(pairs[i].second)) factor_[i] = std::min(factor_[i], factor);
  }
}

/// Of the subjects themselves: all that stays from night to night.
void MetricNight::device_noise(std::size_t first, std::vector<double>& sum) const {
  const NoiseSpec& noise = simulation_.spec.noise;
  const std::uint64_t stream =
      stream_of({.part = is_pair_ ? StreamPart::link : StreamPart::device, .metric = metric_});
  draw_noise(noise.family, simulation_.seed, stream, first, sum);
  for (auto swap = std::ranges::lower_bound(swapped_, std::pair(static_cast<std::uint32_t>(first), 0u));
       swap != swapped_.end() && swap->first < first + sum.size(); ++swap)
    draw_noise(noise.family, simulation_.seed, stream, swap->second, {&sum[swap->first - first], 1});
  const std::uint32_t per_rack = simulation_.size.nodes * simulation_.size.devices;
  for (std::size_t k = 0; k < sum.size(); ++k) {
    sum[k] *= noise.device_sd;
    if (!is_pair_) sum[k] += rack_[(first + k) / per_rack];
  }
}

void MetricNight::launches(std::size_t first, std::size_t count, std::vector<LaunchValue>& out) const {
  const NoiseSpec& noise = simulation_.spec.noise;
  const auto launches = static_cast<std::size_t>(simulation_.size.launches);
  const double of_median = median_sd(noise);
  const double half_width = normal_two_sided(0.95) * of_median;
  const double of_launch = std::hypot(noise.launch_sd, of_median);
  out.resize(count * launches);
  std::vector<double> subject(count), drawn(count);
  device_noise(first, subject);
  if (noise.night_sd > 0) {
    draw_noise(noise.family, simulation_.seed,
               stream_of({.part = is_pair_ ? StreamPart::link_night : StreamPart::night,
                          .metric = metric_,
                          .night = night_}),
               first, drawn);
    for (std::size_t k = 0; k < count; ++k) subject[k] += noise.night_sd * drawn[k];
  }
  for (std::size_t launch = 0; launch < launches; ++launch) {
    draw_noise(noise.family, simulation_.seed,
               stream_of({.part = is_pair_ ? StreamPart::link_launch : StreamPart::launch,
                          .metric = metric_,
                          .night = night_,
                          .launch = static_cast<int>(launch)}),
               first, drawn);
    for (std::size_t k = 0; k < count; ++k) {
      const double slower = subject[k] + of_launch * drawn[k];
      double value = base_ * factor_[first + k] * std::exp(is_rate_ ? -slower : slower);
      if (launch > 0 && !later_.empty()) value *= later_[first + k];
      out[k * launches + launch] = {
          0, 0, value, value * (1 - half_width), value * (1 + half_width), noise.iterations};
    }
  }
}

CellRow MetricNight::cells() const {
  const auto per_subject = static_cast<std::size_t>(simulation_.size.launches);
  CellRow row;
  for (auto* field : {&row.value, &row.lo, &row.hi, &row.least, &row.most}) field->resize(subjects());
  row.n.resize(subjects());
  row.status.assign(subjects(), Status::ok);
  row.stop.assign(subjects(), Stop::precise);
  std::vector<LaunchValue> block;
  for (std::size_t first = 0; first < subjects(); first += kBlock) {
    const std::size_t count = std::min(kBlock, subjects() - first);
    launches(first, count, block);
    for (std::size_t k = 0; k < count; ++k) {
      const std::span<const LaunchValue> own(&block[k * per_subject], per_subject);
      const CellValue cell = summarise_numbers(own, simulation_.spec.noise.launch_sd);
      const auto [least, most] = std::ranges::minmax_element(own, {}, &LaunchValue::value);
      row.value[first + k] = cell.value;
      row.lo[first + k] = cell.lo;
      row.hi[first + k] = cell.hi;
      row.n[first + k] = cell.n;
      row.least[first + k] = float_down(rounded_down(least->value, 5));
      row.most[first + k] = float_up(rounded_up(most->value, 5));
    }
  }
  return row;
}

}  // namespace rackproof
