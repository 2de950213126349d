#include "harness/verdict/compare/ratio.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/base/two_samples.hpp"
#include "harness/verdict/note_texts.hpp"

namespace rackproof {

namespace {

std::vector<double> logs(const std::vector<double>& values) {
  std::vector<double> out;
  out.reserve(values.size());
  for (const double value : values) {
    if (!(value > 0 && std::isfinite(value))) throw Error("a ratio is of positive numbers only");
    out.push_back(std::log(value));
  }
  return out;
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

SampleMean mean_of(const std::vector<double>& logs, const std::vector<std::uint32_t>& racks) {
  return racks.empty() ? sample_mean(logs) : clustered_mean(logs, racks);
}

RatioWord word_for(bool above, Direction direction) {
  switch (direction) {
    case Direction::higher_is_better:
      return above ? RatioWord::faster : RatioWord::slower;
    case Direction::lower_is_better:
      return above ? RatioWord::slower : RatioWord::faster;
    case Direction::neither:
      return above ? RatioWord::higher : RatioWord::lower;
  }
  throw Error("unknown direction");
}

Phrase too_few(std::size_t n, std::size_t reference_n) {
  return {note_texts::kTooFewDevices, n, reference_n, kFewestDevices};
}

void decide(Ratio& ratio, const MeanDifference& difference, Direction direction,
            const RatioSettings& settings) {
  const double margin = std::log1p(settings.margin);
  const Interval interval = difference.interval(1 - settings.level);
  ratio.interval = {std::exp(interval.lo), std::exp(interval.hi)};
  ratio.p_differs = difference.p_differs();
  ratio.p_equivalent = std::max(difference.p_less(margin), difference.p_greater(-margin));
  ratio.word = RatioWord::undecided;
  if (ratio.p_equivalent <= settings.level) {
    ratio.word = RatioWord::equivalent;
  } else if (ratio.p_differs <= settings.level) {
    ratio.word = word_for(difference.value > 0, direction);
  }
}

}  // namespace

std::string_view to_string(RatioWord word) {
  switch (word) {
    case RatioWord::faster:
      return "faster";
    case RatioWord::slower:
      return "slower";
    case RatioWord::higher:
      return "higher";
    case RatioWord::lower:
      return "lower";
    case RatioWord::equivalent:
      return "equivalent";
    case RatioWord::undecided:
      return "undecided";
    case RatioWord::descriptive:
      return "descriptive only";
  }
  throw Error("unknown word of a ratio");
}

bool says_different(RatioWord word) {
  return word == RatioWord::faster || word == RatioWord::slower || word == RatioWord::higher ||
         word == RatioWord::lower;
}

Ratio compare_devices(const DeviceValues& devices, const DeviceValues& reference, Direction direction,
                      const RatioSettings& settings) {
  if (!(settings.margin > 0 && settings.margin < 1)) throw Error("a margin must lie between 0 and 1");
  if (!(settings.level > 0 && settings.level < 0.5)) throw Error("a level must lie between 0 and 0.5");
  const std::vector<double> a = logs(devices.values), b = logs(reference.values);
  Ratio ratio;
  ratio.n = a.size();
  ratio.reference_n = b.size();
  ratio.interval = {kNoNumber, kNoNumber};
  ratio.value = ratio.p_better = kNoNumber;
  ratio.why = too_few(a.size(), b.size());
  if (a.empty() || b.empty()) return ratio;
  const double above = probability_above(a, b);
  ratio.p_better = direction == Direction::lower_is_better ? 1 - above : above;
  ratio.value = std::exp(mean(a) - mean(b));
  if (a.size() < kFewestDevices || b.size() < kFewestDevices) return ratio;
  ratio.why = {};
  const SampleMean mean_a = mean_of(a, devices.racks), mean_b = mean_of(b, reference.racks);
  ratio.clustered = mean_a.clustered || mean_b.clustered;
  decide(ratio, difference(mean_a, mean_b), direction, settings);
  return ratio;
}

}  // namespace rackproof
