#include "harness/verdict/level_modes.hpp"

#include <algorithm>
#include <cmath>

namespace rackproof {

namespace {

constexpr double kPure = 0.98;

bool tells_apart(const PeerPartition& partition, std::span<const float> residuals, const TwoModes& modes) {
  std::size_t numbers = 0, pure = 0, lower_levels = 0, upper_levels = 0;
  for (const float value : residuals) numbers += std::isnan(value) ? 0u : 1u;
  for (std::size_t level = 0; level < partition.level.size(); ++level) {
    std::size_t lower = 0, upper = 0;
    for (const std::uint32_t member : partition.of(level)) {
      const double value = static_cast<double>(residuals[member]);
      lower += value <= modes.threshold ? 1u : 0u;
      upper += value > modes.threshold ? 1u : 0u;
    }
    pure += std::max(lower, upper);
    ++(lower > upper ? lower_levels : upper_levels);
  }
  // Members without a level are in neither; levels of one or two members would split anything.
  return lower_levels > 0 && upper_levels > 0 && 8 * partition.level.size() <= numbers &&
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

bool racks_tell_apart(const PeerCohort& cohort, std::span<const float> residuals, const TwoModes& modes) {
  return tells_apart(cohort.partitions.front(), residuals, modes);
}

}  // namespace rackproof
