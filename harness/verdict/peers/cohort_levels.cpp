#include "harness/verdict/peers/cohort_levels.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace rackproof {

namespace {

constexpr double kRackSpread = 0.01;
constexpr std::size_t kFewRacks = 8;

double squared_error(const CohortPeers& cohort) {
  const double own = 1.2533 * cohort.scale;
  const double rack = cohort.racks_measured < kFewRacks
                          ? std::fmax(kRackSpread, cohort.rack_spread)  // not NaN
                          : cohort.rack_spread;
  return own * own / static_cast<double>(cohort.measured) +
         rack * rack / static_cast<double>(std::max<std::size_t>(1, cohort.racks_measured));
}

}  // namespace

std::vector<CohortLevel> cohort_levels(std::span<const CohortPeers> cohorts,
                                       std::span<const std::uint32_t> model, const PeerRule& rule) {
  std::map<std::uint32_t, std::size_t> largest;  // by model
  for (std::size_t i = 0; i < cohorts.size(); ++i) {
    if (cohorts[i].state != PeerState::judged) continue;
    const auto [at, is_new] = largest.try_emplace(model[cohorts[i].cohort], i);
    if (!is_new && cohorts[i].measured > cohorts[at->second].measured) at->second = i;
  }
  std::vector<CohortLevel> out;
  for (std::size_t i = 0; i < cohorts.size(); ++i) {
    if (cohorts[i].state != PeerState::judged) continue;
    const std::size_t reference = largest.at(model[cohorts[i].cohort]);
    if (reference == i) continue;
    const double difference = std::log(cohorts[i].median / cohorts[reference].median);
    const double z = difference / std::sqrt(squared_error(cohorts[i]) + squared_error(cohorts[reference]));
    const double worse = rule.direction == Direction::neither            ? std::abs(z)
                         : rule.direction == Direction::higher_is_better ? -z
                                                                         : z;
    if (worse > rule.z && std::abs(std::expm1(difference)) > rule.min_effect)
      out.push_back({i, reference, z, std::expm1(difference)});
  }
  return out;
}

}  // namespace rackproof
