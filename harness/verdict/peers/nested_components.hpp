// Variance components of a nested design, balanced or not: how much of the spread is between racks, devices, launches, iterations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rackproof {

struct VarianceComponent {
  double variance =
      0;  ///< in the unit of the values squared; below 0 set to 0; NaN: the level below has one of it everywhere
  double mean_square = 0;   ///< NaN without degrees of freedom
  std::size_t degrees = 0;  ///< of freedom
  double per_group =
      0;  ///< coefficient of the level's own component in its mean square: values per group, if all had as many
};

/// Method of moments on the sums of squares of the nested analysis of variance (Henderson's method I: Biometrics 9, 1953; Searle,
/// Casella, McCulloch, Variance Components, 1992, chapter 5). `levels`: from the outermost, for each value the group it belongs
/// to; groups of a level lie each in one group of the level before. Result: one component a level, then that of the values
/// inside the innermost groups. Where a level cannot be told from the one below it (one group in each), its variance is NaN
/// and counted in the level above; where the innermost groups hold one value each, the last component is NaN and
/// counted in the innermost level. Throws Error for no values, a value that is not finite, columns that
/// differ in length, or groups that are not nested.
std::vector<VarianceComponent> nested_components(std::span<const double> values,
                                                 std::span<const std::vector<std::uint32_t>> levels);

}  // namespace rackproof
