#include "harness/measure/residency.hpp"

#include <fmt/format.h>

#include "harness/base/units.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kCaches = 4;
constexpr double kAboveRoof = 1.02;
constexpr double kMostOfCache = 0.8;

std::string rate_text(double bandwidth) { return format_quantity(bandwidth, "B/s"); }

}  // namespace

ResidencyVerdict judge_residency(const ResidencyFacts& facts) {
  // Divided, because 4 × cache may be too large a number; whole numbers keep it exact.
  const bool fits = facts.cache > facts.working_set / kCaches;
  const bool below_roof = facts.bandwidth.value <= facts.roof * kAboveRoof;  // false for NaN
  const std::string sizes = fmt::format("the working set of {} B is below 4 times the cache of {} B",
                                        facts.working_set, facts.cache);
  if (fits && facts.cold) return {Residency::refused, "cache-resident: " + sizes};
  if (facts.roof > 0) {
    if (below_roof) return {};
    const std::string above =
        fmt::format("{} is above the roof of {}", rate_text(facts.bandwidth.value), rate_text(facts.roof));
    if (fits) return {Residency::refused, "cache-resident: " + above + ", and " + sizes};
    return {Residency::suspicious, above};
  }
  if (!facts.cold) return {};
  if (facts.bandwidth.hi <= kMostOfCache * facts.in_cache) return {};  // false for NaN
  return {Residency::undecided,
          fmt::format(
              "{} is not measurably below the {} in cache, and no roof is known: nothing shows that memory "
              "was measured",
              rate_text(facts.bandwidth.value), rate_text(facts.in_cache))};
}

}  // namespace rackproof
