#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/verdict/good_range.hpp"
#include "harness/verdict/judge.hpp"

namespace rackproof {

namespace {

// Two launches on the bad side: one alone may be bad luck of that launch.
constexpr std::ptrdiff_t kBadLaunchesToFail = 2;

}  // namespace

GoodRange good_range(const Bound& bound) {
  if (const auto* lower = std::get_if<LowerLimit>(&bound)) return {lower->bound, HUGE_VAL};
  if (const auto* upper = std::get_if<UpperLimit>(&bound)) return {-HUGE_VAL, upper->bound};
  if (const auto* band = std::get_if<BandLimit>(&bound)) return {band->lower, band->upper};
  throw Error("an exact limit cannot judge an interval");
}

NumberVerdict judge_number(const Bound& bound, double value, double lo, double hi,
                           const std::vector<double>& launches) {
  const GoodRange good = good_range(bound);
  if (!std::isfinite(value) || !std::isfinite(lo) || !std::isfinite(hi) || !(lo <= value && value <= hi)) {
    return {Verdict::not_judged, "not measured: no finite value with an interval around it"};
  }
  if (launches.empty() ||
      !std::all_of(launches.begin(), launches.end(), [](double launch) { return std::isfinite(launch); })) {
    return {Verdict::not_judged, "not measured: no launch with a finite value stands behind the number"};
  }
  const auto below =
      std::count_if(launches.begin(), launches.end(), [&](double x) { return !(x >= good.least); });
  const auto above =
      std::count_if(launches.begin(), launches.end(), [&](double x) { return !(x <= good.most); });
  const auto bad = below + above;
  const auto all = launches.size();

  // A launch on the bad side is never averaged away: first bad, second good stays inconclusive.
  if (lo >= good.least && hi <= good.most && bad == 0) return {Verdict::pass, "the interval meets the limit"};
  const bool all_below = hi < good.least;
  const bool all_above = lo > good.most;
  if ((all_below && below >= kBadLaunchesToFail) || (all_above && above >= kBadLaunchesToFail)) {
    return {Verdict::fail, fmt::format("the interval and {} of {} launches miss the limit", bad, all)};
  }
  if (bad == 0) return {Verdict::inconclusive, "the interval reaches across the limit"};
  if (all_below || all_above) {
    return {Verdict::inconclusive,
            fmt::format("the interval misses the limit, but only {} of {} launches do; a fail needs {}", bad,
                        all, kBadLaunchesToFail)};
  }
  return {Verdict::inconclusive,
          fmt::format("{} of {} launches miss the limit, the interval does not", bad, all)};
}

}  // namespace rackproof
