#include "harness/verdict/peers/order_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

// Few enough for the first cache, enough that the bin of a median holds some thousandths of the column.
constexpr std::uint32_t kInnerBins = 4096;
constexpr std::uint32_t kAbove = kInnerBins + 1;  // bin 0: below the inner ones
constexpr std::uint32_t kNaNBin = kInnerBins + 2;
constexpr std::size_t kSample = 512;
constexpr std::size_t kCountedAtOnce = 1024;
constexpr std::size_t kStretch = 32;

/// Unsigned integers in the order of the floats.
std::uint32_t image(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto negative = static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31);
  return bits ^ (negative | 0x80000000u);
}

std::uint32_t bin_of(float value, std::uint32_t least, unsigned shift) {
  const std::uint32_t at = image(value);
  const std::uint32_t inner = std::min(((at - least) >> shift) + 1, kAbove);
  const std::uint32_t bin = at < least ? 0 : inner;
  return value == value ? bin : kNaNBin;
}

/// What is ordered: the numbers themselves, or how far they are from a centre. Rounding to float keeps the order of bins.
struct Itself {
  double operator()(float value) const { return static_cast<double>(value); }
};
struct Deviation {
  double centre;
  double operator()(float value) const { return std::abs(static_cast<double>(value) - centre); }
};

/// Places the inner bins where a sample of the column lies. Any place is right; this one makes the bins small.
template <class Measure>
void place_bins(RankBins& bins, std::span<const float> values, Measure measure) {
  std::vector<std::uint32_t> sample;
  const std::size_t step = std::max<std::size_t>(1, values.size() / kSample);
  for (std::size_t i = 0; i < values.size(); i += step) {
    const auto value = static_cast<float>(measure(values[i]));
    if (!std::isnan(value)) sample.push_back(image(value));
  }
  if (sample.empty()) return;
  std::ranges::sort(sample);
  const std::size_t edge = sample.size() / 32;
  const std::uint64_t lo = sample[edge], hi = sample[sample.size() - 1 - edge];
  const std::uint64_t margin = (hi - lo) / 2;
  bins.least = static_cast<std::uint32_t>(lo - std::min(lo, margin));
  const std::uint64_t width = hi + margin - bins.least;
  while ((width >> bins.shift) >= kInnerBins) ++bins.shift;
}

template <class Measure>
RankBins count_bins(std::span<const float> values, Measure measure) {
  RankBins bins;
  bins.counts.assign(kNaNBin + 1, 0);
  place_bins(bins, values, measure);
  bins.bin.resize(values.size());
  for (std::size_t begin = 0; begin < values.size(); begin += kCountedAtOnce) {
    const std::size_t n = std::min(kCountedAtOnce, values.size() - begin);
    const std::span<std::uint16_t> found = std::span(bins.bin).subspan(begin, n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto value = static_cast<float>(measure(values[begin + i]));
      found[i] = static_cast<std::uint16_t>(bin_of(value, bins.least, bins.shift));
    }
    for (const std::uint16_t bin : found) ++bins.counts[bin];
  }
  bins.count = values.size() - bins.counts[kNaNBin];
  return bins;
}

/// The numbers at `rank` and at the next rank, or twice the last one.
template <class Measure>
std::pair<double, double> neighbours(std::span<const float> values, const RankBins& bins, std::size_t rank,
                                     Measure measure) {
  if (rank >= bins.count) throw Error("there are fewer numbers than the rank that was asked for");
  std::size_t before = 0;
  std::uint32_t first = 0;
  while (before + bins.counts[first] <= rank) before += bins.counts[first++];
  std::uint32_t last = first;
  std::size_t held = bins.counts[first];
  while (last < kAbove && before + held <= rank + 1) held += bins.counts[++last];
  std::vector<double> candidates;
  candidates.reserve(held);
  const auto is_candidate = [from = static_cast<std::uint16_t>(first),
                             width = static_cast<std::uint16_t>(last - first)](std::uint16_t bin) {
    return static_cast<std::uint16_t>(bin - from) <= width;
  };
  for (std::size_t begin = 0; begin < values.size(); begin += kStretch) {
    const std::size_t n = std::min(kStretch, values.size() - begin);
    const std::span<const std::uint16_t> stretch = std::span(bins.bin).subspan(begin, n);
    std::uint16_t held_here = 0;  // most stretches hold none, which vector instructions find out
    for (const std::uint16_t bin : stretch)
      held_here = static_cast<std::uint16_t>(held_here + is_candidate(bin));
    if (held_here == 0) continue;
    for (std::size_t i = 0; i < n; ++i) {
      if (is_candidate(stretch[i])) candidates.push_back(measure(values[begin + i]));
    }
  }
  const auto at = candidates.begin() + static_cast<std::ptrdiff_t>(rank - before);
  std::nth_element(candidates.begin(), at, candidates.end());
  return {*at, at + 1 == candidates.end() ? *at : *std::min_element(at + 1, candidates.end())};
}

template <class Measure>
double interpolated(std::span<const float> values, const RankBins& bins, double p, Measure measure) {
  if (bins.count == 0) throw Error("no values");
  if (!(p >= 0 && p <= 1)) throw Error("a quantile is asked for between 0 and 1");
  const double position = p * static_cast<double>(bins.count - 1);
  const auto [below, above] = neighbours(values, bins, static_cast<std::size_t>(position), measure);
  return std::lerp(below, above, position - std::floor(position));
}

}  // namespace

OrderStatistics::OrderStatistics(std::span<const float> values)
    : values_(values), bins_(count_bins(values, Itself{})) {}

float OrderStatistics::ranked(std::size_t rank) const {
  return static_cast<float>(neighbours(values_, bins_, rank, Itself{}).first);
}

double OrderStatistics::quantile(double p) const { return interpolated(values_, bins_, p, Itself{}); }

double OrderStatistics::scaled_mad(double centre) const {
  if (!std::isfinite(centre)) throw Error("deviations from a centre that is not finite");
  const Deviation deviation{centre};
  return 1.4826 * interpolated(values_, count_bins(values_, deviation), 0.5, deviation);
}

}  // namespace rackproof
