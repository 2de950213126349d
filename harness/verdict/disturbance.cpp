#include "harness/verdict/disturbance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/no_number.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

namespace words = verdict_texts;

/// A number as it were if the work had taken `share` of the time; no share leaves no number.
void shorten(LaunchValue& number, double share, Direction direction) {
  for (double* part : {&number.value, &number.lo, &number.hi}) {
    *part = !(share > 0)                               ? kNoNumber
            : direction == Direction::higher_is_better ? *part / share
                                                       : *part * share;
  }
}

/// Largest reading of the attempts; NaN when there is none.
double largest(const std::vector<LaunchNumber>& launches, const char* key) {
  double most = kNoNumber;
  for (const auto& launch : launches) most = std::fmax(most, reading(launch.attempt->after, key));
  return most;
}

Phrase described(const std::vector<LaunchNumber>& launches, std::size_t busy, std::size_t deducted) {
  Phrase text;
  if (busy > 0) {
    text = Phrase(words::kBusyHost, busy, launches.size());
    if (const double delay = largest(launches, "runqueue_delay"); delay > kMostDelay)
      extend(text, words::kBeside, waited_text(delay));
    if (const double steal = largest(launches, "steal_share"); steal > kMostSteal)
      extend(text, words::kBeside, stolen_text(steal));
  }
  if (deducted > 0)
    extend(text, words::kThen,
           {words::kOverhead, percent(largest(launches, "overhead")), deducted, launches.size()});
  return text;
}

}  // namespace

std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

Phrase waited_text(double delay) { return {words::kWaited, percent(delay)}; }

Phrase stolen_text(double steal) { return {words::kStolen, percent(steal)}; }

double reading(const MachineState& state, const char* key) {
  const auto found = state.find(key);
  return found == state.end() ? kNoNumber : found->second;
}

bool host_was_busy(const AttemptRow& attempt) {
  return reading(attempt.after, "runqueue_delay") > kMostDelay ||
         reading(attempt.after, "steal_share") > kMostSteal;
}

bool misses_for_the_worse(const Bound& bound, Direction direction, double lo, double hi,
                          const std::vector<double>& launches) {
  double least = lo;
  double most = hi;
  for (const double value : launches) {
    least = std::fmin(least, value);
    most = std::fmax(most, value);
  }
  const auto* lower = std::get_if<LowerLimit>(&bound);
  const auto* upper = std::get_if<UpperLimit>(&bound);
  const auto* band = std::get_if<BandLimit>(&bound);
  if (direction == Direction::higher_is_better)
    return (lower && least < lower->bound) || (band && least < band->lower);
  if (direction == Direction::lower_is_better)
    return (upper && most > upper->bound) || (band && most > band->upper);
  return false;
}

Undisturbed undisturbed(const SeriesRow& series, const std::vector<LaunchNumber>& launches,
                        BusyLaunches busy_launches) {
  Undisturbed out;
  if (dimension_of(series.unit).second == 0) return out;
  std::size_t busy = 0;
  std::size_t deducted = 0;
  for (const auto& [value, attempt] : launches) {
    LaunchValue kept = *value;
    if (host_was_busy(*attempt)) {
      ++busy;
      if (busy_launches == BusyLaunches::left_out) continue;
      shorten(kept, 1 / kMostCost, series.direction);
    }
    if (const double overhead = reading(attempt->after, "overhead");
        overhead > kMostOverhead && series.clock != "event") {
      ++deducted;
      shorten(kept, 1 - overhead, series.direction);
    }
    out.values.push_back(kept);
    out.attempts.push_back(attempt);
  }
  out.disturbance = described(launches, busy, deducted);
  return out;
}

}  // namespace rackproof
