#include "harness/machine/counter.hpp"

#include <cmath>

namespace rackproof {

namespace {

using Real = Reading<double>;

Reading<double> delta(const Counter& before, const Counter& after) {
  if (!before.value) return before.value;
  if (!after.value) return Real::unavailable("at the end of the window: " + after.value.why());
  if (before.unit != after.unit) return Real::unavailable("its unit changed within the window");
  const double added = *after.value - *before.value;
  if (!std::isfinite(added)) return Real::unavailable("no number");
  if (!(added >= 0)) return Real::unavailable("went backwards: reset");
  return added;
}

}  // namespace

Counters counter_deltas(const Counters& before, const Counters& after) {
  Counters deltas;
  for (const auto& [name, counter] : before) {
    const auto later = after.find(name);
    deltas.emplace(
        name, Counter{counter.unit, later == after.end() ? Real::unavailable("disappeared within the window")
                                                         : delta(counter, later->second)});
  }
  for (const auto& [name, counter] : after) {
    if (!before.contains(name))
      deltas.emplace(name, Counter{counter.unit, Real::unavailable("appeared within the window")});
  }
  return deltas;
}

Counters worth_keeping(Counters deltas) {
  std::erase_if(deltas, [](const auto& entry) {
    const Counter& counter = entry.second;
    return counter.value && *counter.value == 0;
  });
  return deltas;
}

}  // namespace rackproof
