#include "harness/verdict/peers/peer_racks.hpp"

#include <algorithm>
#include <iterator>

#include "harness/verdict/peers/median_polish.hpp"

namespace rackproof {

PeerRacks::PeerRacks(const PeerSubjects& subjects) {
  const std::vector<std::uint32_t>& rack = subjects.columns.rack.level;
  std::ranges::unique_copy(rack, std::back_inserter(racks_));
  std::ranges::sort(racks_);
  racks_.erase(std::ranges::unique(racks_).begin(), racks_.end());
  if (!racks_.empty() && racks_.back() == kNoGroup) racks_.pop_back();
  place_.reserve(rack.size());
  for (std::size_t i = 0; i < rack.size(); ++i) {
    if (i > 0 && rack[i] == rack[i - 1]) {  // as neighbours mostly are
      place_.push_back(place_.back());
      continue;
    }
    const auto place = std::ranges::lower_bound(racks_, rack[i]) - racks_.begin();
    place_.push_back(rack[i] == kNoGroup ? kNoGroup : static_cast<std::uint32_t>(place));
  }
  for (const PeerFactor& cause : subjects.causes) {
    PeerFactor factor{cause.name, std::vector<std::uint32_t>(racks_.size(), kNoGroup)};
    std::vector<bool> seen(racks_.size(), false);
    const bool is_rack = cause.name == subjects.columns.rack.name;  // nothing that racks have in common
    for (std::size_t i = 0; i < rack.size() && !is_rack; ++i) {
      if (rack[i] == kNoGroup) continue;
      const std::uint32_t place = place_[i];
      if (!seen[place]) {
        factor.level[place] = cause.level[i];
      } else if (factor.level[place] != cause.level[i]) {
        factor.level[place] = kNoGroup;
      }
      seen[place] = true;
    }
    factors_.push_back(std::move(factor));
  }
}

std::vector<CommonCause> PeerRacks::causes(std::span<const std::uint32_t> measured,
                                           std::span<const std::uint32_t> flagged) const {
  if (flagged.empty()) return {};
  std::vector<std::size_t> numbers(racks_.size(), 0);
  for (const std::uint32_t subject : measured) {
    if (place_[subject] != kNoGroup) ++numbers[place_[subject]];
  }
  std::vector<std::uint32_t> population, places;
  for (std::uint32_t place = 0; place < racks_.size(); ++place) {
    if (numbers[place] < kLeastOfLevel) continue;
    population.push_back(place);
    if (std::ranges::find(flagged, racks_[place]) != flagged.end()) places.push_back(place);
  }
  std::vector<CommonCause> out = common_causes(population, places, factors_);
  for (CommonCause& cause : out) {
    for (std::uint32_t& member : cause.members) member = racks_[member];
  }
  return out;
}

}  // namespace rackproof
