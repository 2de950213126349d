#include "harness/verdict/peers/peer_tail.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "harness/base/distributions.hpp"

namespace rackproof {

namespace {

constexpr double kCertain = 0.99;
constexpr double kHeavier = 1.25;
constexpr double kShorter = 0.85;
constexpr double kEfficiency = 0.37;
constexpr double kMirrorAgrees = 0.02;
constexpr double kMirrorSeparates = 0.05;
constexpr std::size_t kFewMirrored = 3;
constexpr std::size_t kFewBeyond = 20;
constexpr double kFartherThanMirror = 1.5;
constexpr double kFarBeyondMirror = 10;

double degrees(std::size_t n) { return std::max(1.0, kEfficiency * static_cast<double>(n - 1)); }

/// A share that is certainly above `factor` times that of a normal distribution beyond z.
bool is_more(std::size_t seen, std::size_t n, double z, double factor) {
  return binomial_lower_bound(seen, n, kCertain) > factor * normal_cdf(-z);
}
bool is_less(std::size_t seen, std::size_t n, double z, double factor) {
  return binomial_upper_bound(seen, n, kCertain) < factor * normal_cdf(-z);
}

}  // namespace

TailShape tail_shape(std::span<const float> z) {
  std::size_t n = 0, better_1 = 0, better_3 = 0;
  for (const float value : z) {
    n += std::isnan(value) ? 0u : 1u;
    better_1 += value < -1.5f ? 1u : 0u;
    better_3 += value < -3.0f ? 1u : 0u;
  }
  if (n == 0) return TailShape::normal;
  if (is_less(better_1, n, 1.5, kShorter)) return TailShape::skewed;
  return is_more(better_3, n, 3, kHeavier) ? TailShape::heavy : TailShape::normal;
}

double expected_beyond(std::size_t n, double cut) {
  return static_cast<double>(n) * student_cdf(-cut, degrees(n));
}

double cut_for(std::size_t n, double z) {
  return std::max(z, -student_quantile(kNaturalShare / static_cast<double>(n), degrees(n)));
}

namespace {

/// How many of a side, which is in descending order, are beyond a cut.
std::size_t beyond(const std::vector<double>& side, double cut) {
  return static_cast<std::size_t>(std::ranges::lower_bound(side, cut, std::greater{}) - side.begin());
}

double mirror_share(const TailSides& sides, double cut) {
  const std::size_t out = beyond(sides.worse, cut);
  if (out == 0) return 1;
  return std::min(1.0, static_cast<double>(1 + beyond(sides.better, cut)) / static_cast<double>(out));
}

double cut_in_normal_tail(const TailSides& sides, double z) {
  double chosen = cut_for(sides.measured, z);
  for (std::size_t out = sides.worse.size(); out > 0; --out) {  // from the least cut
    const double cut = std::nextafter(sides.worse[out - 1], 0);
    if (cut >= chosen) break;
    if (expected_beyond(sides.measured, cut) > kNaturalShare * static_cast<double>(out)) continue;
    if (cut < z && mirror_share(sides, cut) >= kMirrorAgrees) continue;
    chosen = cut;
    break;
  }
  return beyond(sides.worse, chosen) < kFewBeyond
             ? std::max(chosen, kFartherThanMirror * sides.farthest_better)
             : chosen;
}

double cut_in_heavy_tail(const TailSides& sides, double least) {
  // The share changes for the better only where the cut passes one of the better side.
  if (mirror_share(sides, least) <= kMirrorSeparates) return least;
  const double far = std::max(least, cut_beyond_mirror(sides.farthest_better));
  for (auto cut = sides.better.rbegin(); cut != sides.better.rend(); ++cut) {
    if (*cut > least && mirror_share(sides, *cut) <= kMirrorSeparates) return std::min(*cut, far);
  }
  return far;
}

}  // namespace

double cut_beyond_mirror(double farthest) { return kFarBeyondMirror * farthest; }

double cut_in_skewed_tail(std::size_t n) { return 2 * std::log(static_cast<double>(n) / kNaturalShare); }

double farthest_of_tail(std::vector<double> side) {
  const std::size_t few = std::min(side.size(), kFewMirrored);
  std::ranges::partial_sort(side, side.begin() + static_cast<std::ptrdiff_t>(few), std::greater{});
  std::size_t i = 0;
  for (std::size_t k = 0; k + 1 < few; ++k) {
    if (side[k] > kFartherThanMirror * side[k + 1]) i = k + 1;
  }
  return side.empty() ? 0 : side[i];
}

TailCut choose_cut(TailSides sides, double z, TailShape shape) {
  std::ranges::sort(sides.worse, std::greater{});
  std::ranges::sort(sides.better, std::greater{});
  const double least = cut_for(sides.measured, z);
  TailCut chosen{least, beyond(sides.worse, least), beyond(sides.better, least), 1};
  if (shape == TailShape::skewed) {
    chosen.z = cut_in_skewed_tail(sides.measured);
  } else if (shape == TailShape::heavy || chosen.mirrored >= kFewMirrored) {
    chosen.z = cut_in_heavy_tail(sides, least);
  } else {
    chosen.z = cut_in_normal_tail(sides, z);
  }
  chosen.mirror_share = mirror_share(sides, chosen.z);
  return chosen;
}

}  // namespace rackproof
