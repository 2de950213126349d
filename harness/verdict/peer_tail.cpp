#include "harness/verdict/peer_tail.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "harness/base/distributions.hpp"

namespace rackproof {

namespace {

constexpr double kCertain = 0.999;
constexpr double kHeavier = 1.5;
constexpr double kShorter = 0.8;
constexpr double kEfficiency = 0.37;
constexpr double kMirrorAgrees = 0.02;
constexpr double kMirrorSeparates = 0.05;
constexpr std::size_t kFewMirrored = 3;

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
  return std::isinf(cut) ? 0 : static_cast<double>(n) * student_cdf(-cut, degrees(n));
}

double cut_for(std::size_t n, double z) {
  return std::max(z, -student_quantile(kNaturalShare / static_cast<double>(n), degrees(n)));
}

namespace {

/// Both sides, |z| descending.
struct Sides {
  std::vector<double> worse, better;

  static std::size_t beyond(const std::vector<double>& side, double cut) {
    return static_cast<std::size_t>(std::ranges::lower_bound(side, cut, std::greater{}) - side.begin());
  }
  double mirror_share(double cut) const {
    const std::size_t out = beyond(worse, cut);
    if (out == 0) return 1;
    return std::min(1.0, static_cast<double>(1 + beyond(better, cut)) / static_cast<double>(out));
  }
};

double cut_in_normal_tail(const Sides& sides, std::size_t n, double z) {
  double chosen = cut_for(n, z);
  for (std::size_t i = 0; i < sides.worse.size(); ++i) {
    const double cut = std::nextafter(sides.worse[i], 0);
    if (expected_beyond(n, cut) > kNaturalShare * static_cast<double>(i + 1)) continue;
    if (cut >= z || sides.mirror_share(cut) < kMirrorAgrees) chosen = std::min(chosen, cut);
  }
  return chosen;
}

double cut_by_mirror(const Sides& sides, double least) {
  // The share changes for the better only where the cut passes one of the better side.
  if (sides.mirror_share(least) < kMirrorSeparates) return least;
  for (auto cut = sides.better.rbegin(); cut != sides.better.rend(); ++cut) {
    if (*cut > least && sides.mirror_share(*cut) < kMirrorSeparates) return *cut;
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace

TailCut choose_cut(std::vector<double> worse, std::vector<double> better, std::size_t n, double z,
                   TailShape shape) {
  Sides sides{std::move(worse), std::move(better)};
  std::ranges::sort(sides.worse, std::greater{});
  std::ranges::sort(sides.better, std::greater{});
  const double least = cut_for(n, z);
  TailCut chosen{least, Sides::beyond(sides.worse, least), Sides::beyond(sides.better, least), 1};
  if (shape == TailShape::skewed) {
    chosen.z = std::numeric_limits<double>::infinity();
  } else if (shape == TailShape::heavy || chosen.mirrored >= kFewMirrored) {
    chosen.z = cut_by_mirror(sides, least);
  } else {
    chosen.z = cut_in_normal_tail(sides, n, z);
  }
  if (std::isfinite(chosen.z)) chosen.mirror_share = sides.mirror_share(chosen.z);
  return chosen;
}

}  // namespace rackproof
