#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/statistics.hpp"
#include "harness/verdict/gate_error.hpp"
#include "harness/verdict/good_range.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace words = verdict_texts;

// Two launches on the bad side: one alone may be bad luck of that launch.
constexpr std::ptrdiff_t kBadLaunchesToFail = 2;

enum class Side { below, above };

/// Whether launches miss the limit on one side so that the gate's error holds (gate_error.hpp), and by which rule.
struct GateRule {
  bool fails = false;
  Phrase text;
};

GateRule gate_rule(Side side, double limit, double value, double lo, double hi,
                   const std::vector<double>& launches, double component) {
  const std::size_t n = launches.size();
  const double z = normal_two_sided(0.95);
  const double half = side == Side::below ? hi - value : value - lo;  // towards the limit
  if (!(component > 0)) {
    double mean = 0;
    for (const double launch : launches) mean += launch / static_cast<double>(n);
    const double reach = estimated_half_width(launches, half / z);
    const bool fails = side == Side::below ? mean + reach < limit : mean - reach > limit;
    return {fails, Phrase(fails ? words::kMeanMisses : words::kMeanDoesNotMiss, n,
                          fmt::format("{:.1g}", look_error(n)))};
  }
  // A launch's own deviation: the component, and what its iterations leave open, which has widened the interval, too. That is a
  // share of the larger of value and limit: of a value far below its limit it would be more than all of the limit.
  const double between = z * component * value / std::sqrt(static_cast<double>(n));
  const double within = std::sqrt(std::max(half * half - between * between, 0.0)) / z;
  const double scale = std::max(std::abs(value), std::abs(limit));
  const double deviation = scale > 0 ? std::hypot(component, within / scale) : component;
  const double edge =
      side == Side::below ? missed_below(limit, deviation, n) : missed_above(limit, deviation, n);
  const auto missing = static_cast<std::size_t>(std::ranges::count_if(
      launches, [&](double launch) { return side == Side::below ? launch < edge : launch > edge; }));
  return {missing >= launches_to_fail(n),
          Phrase(words::kCountMisses, missing, n, fmt::format("{:.2f}", miss_factor(n)),
                 fmt::format("{:.2g}", deviation * 100), launches_to_fail(n),
                 fmt::format("{:.1g}", look_error(n)))};
}

}  // namespace

GoodRange good_range(const Bound& bound) {
  if (const auto* lower = std::get_if<LowerLimit>(&bound)) return {lower->bound, HUGE_VAL};
  if (const auto* upper = std::get_if<UpperLimit>(&bound)) return {-HUGE_VAL, upper->bound};
  if (const auto* band = std::get_if<BandLimit>(&bound)) return {band->lower, band->upper};
  throw Error("an exact limit cannot judge an interval");
}

NumberVerdict judge_number(const Bound& bound, double value, double lo, double hi,
                           const std::vector<double>& launches, double component) {
  const GoodRange good = good_range(bound);
  if (!std::isfinite(value) || !std::isfinite(lo) || !std::isfinite(hi) || !(lo <= value && value <= hi)) {
    return {Verdict::not_judged, words::kNoFiniteValue};
  }
  if (launches.empty() ||
      !std::all_of(launches.begin(), launches.end(), [](double launch) { return std::isfinite(launch); })) {
    return {Verdict::not_judged, words::kNoFiniteLaunch};
  }
  const auto below =
      std::count_if(launches.begin(), launches.end(), [&](double x) { return !(x >= good.least); });
  const auto above =
      std::count_if(launches.begin(), launches.end(), [&](double x) { return !(x <= good.most); });
  const auto bad = below + above;
  const auto all = launches.size();

  // A launch on the bad side is never averaged away: first bad, second good stays inconclusive.
  if (lo >= good.least && hi <= good.most && bad == 0) return {Verdict::pass, words::kIntervalMeets};
  const bool all_below = hi < good.least;
  const bool all_above = lo > good.most;
  if ((all_below && below >= kBadLaunchesToFail) || (all_above && above >= kBadLaunchesToFail)) {
    const GateRule rule = gate_rule(all_below ? Side::below : Side::above, all_below ? good.least : good.most,
                                    value, lo, hi, launches, component);
    const Phrase misses(words::kIntervalMisses, bad, all);
    return rule.fails ? NumberVerdict{Verdict::fail, Phrase(words::kThen, rule.text, misses)}
                      : NumberVerdict{Verdict::inconclusive, Phrase(words::kBut, misses, rule.text)};
  }
  if (bad == 0) return {Verdict::inconclusive, words::kIntervalAcross};
  if (all_below || all_above) {
    return {Verdict::inconclusive, Phrase(words::kTooFewMiss, bad, all, kBadLaunchesToFail)};
  }
  return {Verdict::inconclusive, Phrase(words::kLaunchesMiss, bad, all)};
}

}  // namespace rackproof
