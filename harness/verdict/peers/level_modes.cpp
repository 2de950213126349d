#include "harness/verdict/peers/level_modes.hpp"

#include <algorithm>
#include <cmath>

#include "harness/verdict/peers/median_polish.hpp"

namespace rackproof {

namespace {

constexpr double kPure = 0.98;
constexpr double kSlowRack = 0.9;

/// Numbers in each mode.
struct Numbers {
  std::size_t lower = 0, upper = 0;
  void add(float value, const TwoModes& modes) {
    lower += static_cast<double>(value) <= modes.threshold ? 1u : 0u;
    upper += static_cast<double>(value) > modes.threshold ? 1u : 0u;
  }
  std::size_t both() const { return lower + upper; }
};

Numbers all_of(std::span<const float> residuals, const TwoModes& modes) {
  Numbers all;
  for (const float value : residuals) all.add(value, modes);
  return all;
}

Numbers of_level(const PeerPartition& partition, std::size_t level, std::span<const float> residuals,
                 const TwoModes& modes) {
  Numbers here;
  for (const std::uint32_t member : partition.of(level)) here.add(residuals[member], modes);
  return here;
}

bool tells_apart(const PeerPartition& partition, std::span<const float> residuals, const TwoModes& modes) {
  std::size_t pure = 0, lower_levels = 0, upper_levels = 0;
  for (std::size_t level = 0; level < partition.level.size(); ++level) {
    const Numbers here = of_level(partition, level, residuals, modes);
    pure += std::max(here.lower, here.upper);
    ++(here.lower > here.upper ? lower_levels : upper_levels);
  }
  // Members without a level are in neither; levels of one or two members would split anything.
  const std::size_t numbers = all_of(residuals, modes).both();
  return lower_levels > 0 && upper_levels > 0 && kLeastOfLevel * partition.level.size() <= numbers &&
         static_cast<double>(pure) >= kPure * static_cast<double>(numbers);
}

}  // namespace

std::optional<std::size_t> splitting_label(const PeerCohort& cohort, std::span<const float> residuals,
                                           const TwoModes& modes) {
  for (std::size_t i = 1; i < cohort.partitions.size(); ++i) {
    if (tells_apart(cohort.partitions[i], residuals, modes)) return i - 1;
  }
  return std::nullopt;
}

bool racks_make_mode(const PeerCohort& cohort, std::span<const float> residuals, const TwoModes& modes) {
  const bool is_lower = modes.share_lower <= 0.5;
  const auto smaller = [&](const Numbers& numbers) { return is_lower ? numbers.lower : numbers.upper; };
  const PeerPartition& racks = cohort.partitions.front();
  const Numbers all = all_of(residuals, modes);
  std::size_t numbers = all.both(), in_smaller = smaller(all);
  for (std::size_t rack = 0; rack < racks.level.size(); ++rack) {
    const Numbers here = of_level(racks, rack, residuals, modes);
    if (here.both() < kLeastOfLevel ||
        static_cast<double>(smaller(here)) < kSlowRack * static_cast<double>(here.both()))
      continue;
    numbers -= here.both();
    in_smaller -= smaller(here);
  }
  return static_cast<double>(in_smaller) < kLeastModeShare * static_cast<double>(numbers);
}

}  // namespace rackproof
