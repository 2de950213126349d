#include "harness/machine/energy_counter.hpp"

#include <fmt/format.h>

#include <utility>

namespace rackproof {

Reading<double> EnergyCounter::power(std::int64_t energy_uj, std::int64_t now_ns) {
  using Power = Reading<double>;
  if (energy_uj < 0 || (range_uj_ > 0 && energy_uj > range_uj_)) {
    last_.reset();
    return Power::unavailable(fmt::format("the counter tells {} µJ, which is outside its range", energy_uj));
  }
  const auto last = std::exchange(last_, Mark{energy_uj, now_ns});
  if (!last) return Power::unavailable("the first reading of a counter");
  const double seconds = static_cast<double>(now_ns - last->at_ns) * 1e-9;
  if (!(seconds > 0)) return Power::unavailable("no time has passed since the reading before");
  const double range_j = static_cast<double>(range_uj_) * 1e-6;
  if (range_uj_ > 0 && !(seconds * kMostCountedPower < range_j))
    return Power::unavailable("the counter may have wrapped more than once since the reading before");
  double joules = static_cast<double>(energy_uj - last->energy_uj) * 1e-6;
  if (joules < 0 && range_uj_ == 0) return Power::unavailable("the counter went back");
  const bool wrapped = joules < 0;
  if (wrapped) joules += range_j;
  const double watts = joules / seconds;
  if (!(watts <= kMostCountedPower)) {
    return Power::unavailable(wrapped ? "the counter went back"
                                      : fmt::format("the counter jumped: {:.5g} W", watts));
  }
  if (!(watts > 0)) return Power::unavailable("the counter does not move");
  return watts;
}

}  // namespace rackproof
