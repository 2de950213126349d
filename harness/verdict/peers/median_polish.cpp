#include "harness/verdict/peers/median_polish.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace rackproof {

namespace {

constexpr int kPasses = 2;         // a single factor is taken off by the first
constexpr std::size_t kFew = 256;  // where selecting by partition is as fast

struct Place {
  float number = 0;
  std::uint32_t below = 0;  // numbers below it
};

/// The number at `rank` of the ascending order. Comparing one with all is vector instructions, without a guess at any branch; each
/// one that is compared so leaves fewer that may be it.
Place ranked_of_few(std::span<const float> numbers, std::uint32_t rank) {
  float least = -std::numeric_limits<float>::infinity(), most = -least;
  for (const float number : numbers) {
    if (!(number > least && number < most)) continue;
    std::uint32_t below = 0, not_above = 0;
    for (const float other : numbers) {
      below += other < number ? 1u : 0u;
      not_above += other <= number ? 1u : 0u;
    }
    if (rank < below) {
      most = number;
    } else if (rank >= not_above) {
      least = number;
    } else {
      return {number, below};
    }
  }
  return {std::numeric_limits<float>::quiet_NaN(), 0};  // not of finite numbers
}

/// The largest number below another.
float most_below(std::span<const float> numbers, float limit) {
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  std::array<float, 4> lanes{kNone, kNone, kNone, kNone};  // of a vector
  for (std::size_t i = 0; i < numbers.size(); i += lanes.size()) {
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      const float number = numbers[std::min(i + lane, numbers.size() - 1)];
      lanes[lane] = std::max(lanes[lane], number < limit ? number : kNone);
    }
  }
  return *std::ranges::max_element(lanes);
}

double median_of_few(std::span<const float> numbers) {
  const auto half = static_cast<std::uint32_t>(numbers.size() / 2);
  const auto [upper, below] = ranked_of_few(numbers, half);
  const bool is_next_below = numbers.size() % 2 == 0 && below == half;
  const float lower = is_next_below ? most_below(numbers, upper) : upper;
  return (static_cast<double>(lower) + static_cast<double>(upper)) / 2;
}

/// Median of at least one number, all finite; their order is lost.
double reordered_median(std::vector<float>& numbers) {
  if (numbers.size() <= kFew) return median_of_few(numbers);
  const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), at, numbers.end());
  const float below = numbers.size() % 2 == 1 ? *at : *std::max_element(numbers.begin(), at);
  return (static_cast<double>(below) + static_cast<double>(*at)) / 2;
}

/// Whether what each rack adds was taken off.
bool every_rack_counts(const std::vector<LevelEffect>& racks) {
  return std::ranges::all_of(
      racks, [](const LevelEffect& rack) { return rack.measured == 0 || rack.measured >= kLeastOfLevel; });
}

/// Whether a factor cuts through racks: what it adds changes the medians of racks.
bool has_other_factor(const PeerCohort& cohort, const std::vector<std::size_t>& factors) {
  return std::ranges::any_of(factors, [&](std::size_t factor) { return !cohort.of_whole_racks[factor]; });
}

/// Levels that add nothing.
void count(std::span<const float> residuals, const PeerPartition& partition,
           std::vector<LevelEffect>& effects) {
  for (std::size_t level = 0; level < effects.size(); ++level) {
    const auto members = partition.of(level);
    effects[level].measured = static_cast<std::size_t>(
        std::ranges::count_if(members, [&](std::uint32_t i) { return !std::isnan(residuals[i]); }));
    if (effects[level].measured >= kLeastOfLevel) effects[level].value = 0;
  }
}

}  // namespace

LevelEffects median_polish(std::span<float> residuals, const PeerCohort& cohort) {
  LevelEffects effects;
  for (const PeerPartition& partition : cohort.partitions)
    effects.emplace_back(partition.level.size(), LevelEffect{std::numeric_limits<double>::quiet_NaN(), 0});
  std::vector<std::size_t> factors;
  for (std::size_t i = 0; i < cohort.partitions.size(); ++i) {
    if (i == 0 || cohort.partitions[i].level.size() >= kLeastLevels) factors.push_back(i);
  }
  std::vector<float> numbers;
  for (int pass = 0; pass < (factors.size() > 1 ? kPasses : 1); ++pass) {
    for (const std::size_t factor : factors) {
      // What racks add is off, so that 0 is a median of any union of them: the factor adds nothing, and racks nothing again.
      if ((factor > 0 || pass > 0) && cohort.of_whole_racks[factor] && every_rack_counts(effects.front()) &&
          !has_other_factor(cohort, factors)) {
        if (factor > 0) count(residuals, cohort.partitions[factor], effects[factor]);
        continue;
      }
      for (std::size_t level = 0; level < effects[factor].size(); ++level) {
        const auto members = cohort.partitions[factor].of(level);
        numbers.clear();
        for (const std::uint32_t i : members) {
          if (!std::isnan(residuals[i])) numbers.push_back(residuals[i]);
        }
        LevelEffect& effect = effects[factor][level];
        effect.measured = numbers.size();
        if (numbers.size() < kLeastOfLevel) continue;
        const double shift = reordered_median(numbers);
        for (const std::uint32_t i : members)
          residuals[i] = static_cast<float>(static_cast<double>(residuals[i]) - shift);
        effect.value = pass == 0 ? shift : effect.value + shift;
      }
    }
  }
  return effects;
}

}  // namespace rackproof
