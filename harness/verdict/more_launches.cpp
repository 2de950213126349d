#include "harness/verdict/more_launches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/statistics.hpp"
#include "harness/verdict/good_range.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

/// Rates and times are not negative.
bool can_pass(const GoodRange& good, double component, std::size_t launches) {
  const double half = normal_two_sided(0.95) * component / std::sqrt(static_cast<double>(launches));
  if (!(half < 1)) return !std::isfinite(good.least) || good.least <= 0;
  return !(good.least > 0 && std::isfinite(good.most)) || good.most / good.least >= (1 + half) / (1 - half);
}

bool can_fail(const GoodRange& good, double component, std::size_t launches) {
  if (launches < 2) return false;
  if (std::isfinite(good.most)) return true;
  return !(component > 0) || missed_below(good.least, component, launches) > 0;
}

}  // namespace

Decidable decidable(const Bound& bound, double component, std::size_t launches) {
  const GoodRange good = good_range(bound);
  return {launches, can_pass(good, component, launches), can_fail(good, component, launches)};
}

std::vector<Decidable> decidable_looks(const Bound& bound, double component, std::size_t most) {
  std::vector<Decidable> looks;
  for (const std::size_t launches : kLooks) {
    const Decidable look = decidable(bound, component, launches);
    if (launches <= most && (look.pass || look.fail)) looks.push_back(look);
  }
  return looks;
}

NumberVerdict judge_launches(std::span<const LaunchInterval> series, const Bound& bound, double component) {
  std::vector<double> values;
  Interval within;
  const auto n = static_cast<double>(series.size());
  for (const LaunchInterval& launch : series) {
    if (!std::isfinite(launch.value)) return {Verdict::not_judged, verdict_texts::kLaunchNotFinite};
    values.push_back(launch.value);
    within.lo += (launch.lo - launch.value) / n;
    within.hi += (launch.hi - launch.value) / n;
  }
  if (values.empty()) return {Verdict::not_judged, verdict_texts::kNotMeasured};
  const double value = median(values);
  const Interval interval = widened(value, {value + within.lo, value + within.hi}, component, values.size());
  return judge_number(bound, value, interval.lo, interval.hi, values, component);
}

More more(std::span<const LaunchInterval> series, const Bound& bound, double component, std::size_t most) {
  const std::vector<Decidable> looks = decidable_looks(bound, component, most);
  const auto later = std::ranges::upper_bound(looks, series.size(), {}, &Decidable::launches);
  const bool is_look = later != looks.begin() && std::prev(later)->launches == series.size();
  if (!is_look) {
    if (later == looks.end()) return {false, 0, judge_launches(series, bound, component), "no look is left"};
    return {true, later->launches, {}, fmt::format("the next look is at {} launches", later->launches)};
  }
  NumberVerdict verdict = judge_launches(series, bound, component);
  if (verdict.verdict != Verdict::inconclusive) return {false, 0, verdict, verdict.reason.en};

  const GoodRange good = good_range(bound);
  const auto below =
      std::ranges::count_if(series, [&](const auto& launch) { return !(launch.value >= good.least); });
  const auto above =
      std::ranges::count_if(series, [&](const auto& launch) { return !(launch.value <= good.most); });
  const bool is_spotless = below + above == 0;
  const auto worst = static_cast<std::size_t>(std::max(below, above));
  const auto useful = std::ranges::find_if(later, looks.end(), [&](const Decidable& look) {
    const std::size_t to_come = look.launches - series.size();
    return (look.pass && is_spotless) || (look.fail && worst + to_come >= launches_to_fail(look.launches));
  });
  if (useful == looks.end()) {
    return {
        false, 0, verdict,
        later == looks.end() ? "no look is left" : "no further launch can decide it: " + verdict.reason.en};
  }
  return {true, useful->launches, verdict, verdict.reason.en};
}

}  // namespace rackproof
