// Who is slower than the peers: one series on all subjects of a placement. Peer evidence is a finding, never a verdict.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/plan/catalogue.hpp"
#include "harness/record/outcome.hpp"
#include "harness/verdict/peers/modes.hpp"
#include "harness/verdict/peers/peer_groups.hpp"
#include "harness/verdict/peers/peer_tail.hpp"

namespace rackproof {

/// Fewer say nothing of one another.
inline constexpr std::size_t kLeastPeers = 8;

struct PeerRule {
  Direction direction = Direction::higher_is_better;  ///< `neither`: both sides are unusual, none is worse
  double min_effect = 0.03;         ///< relative to what is expected; less is never reported
  double z = 5;                     ///< in robust standard deviations
  std::size_t least = kLeastPeers;  ///< with a number; no rule has fewer
  double resolution = 0;            ///< of the measurement, in the unit of the values
  bool dominated_by_noise = false;  ///< of repeatability: the metric tells launches apart, not subjects
};

enum class PeerState {
  judged,
  too_few,  ///< fewer numbers than PeerRule::least, or all on one node
  mixed,    ///< two levels that no label tells apart: nobody is judged
  noise,    ///< PeerRule::dominated_by_noise: nobody is judged
};

/// One who stands out among its peers, after what its rack and labels add was taken off.
struct PeerOutlier {
  std::uint32_t subject = 0;
  double z = 0;       ///< signed as the value: below 0 is a lower value
  double effect = 0;  ///< value / expected value − 1
};

/// A rack, or a level of a label, that stands out among the others: its members are not blamed one by one.
struct PeerLevel {
  std::uint32_t label = kNoGroup;  ///< row of PeerColumns::labels; kNoGroup: a rack
  std::uint32_t level = 0;
  std::size_t measured = 0;
  double z = 0;
  double effect = 0;
};

/// One cohort, or the part of it with one level of the label that tells its two modes apart.
struct CohortPeers {
  std::uint32_t cohort = 0;
  std::uint32_t split_label = kNoGroup;  ///< row of PeerColumns::labels
  std::uint32_t split_level = kNoGroup;
  PeerState state = PeerState::judged;
  std::size_t members = 0;
  std::size_t measured = 0;  ///< with a number above 0; the others count nowhere
  std::size_t went_wrong =
      0;              ///< without a number because they failed: the peers that are left are the better ones
  double median = 0;  ///< of the values; NaN without one
  double scale = 0;   ///< robust standard deviation of the logarithm, racks and labels taken off
  bool no_spread = false;  ///< the scale is its floor: most values are equal
  TwoModes modes;          ///< of the logarithm of value / median, when mixed
  TailShape tail = TailShape::normal;
  TailCut cut;
  std::vector<PeerOutlier> outliers;  ///< by subject
  std::vector<PeerOutlier>
      farthest;  ///< when the tail hides who is beyond the rule's cut: the farthest few of them
  std::vector<PeerLevel> levels;     ///< racks by number, then labels
  std::size_t racks_measured = 0;    ///< racks with a term of their own
  double rack_spread = 0;            ///< robust standard deviation of these terms; NaN for fewer than four
  double expected_false_alarms = 0;  ///< of the outliers, if all were natural and their spread normal
};

/// In logarithms: value = median × rack × labels × own. Scale: the largest of 1.4826 MAD (IQR / 1.349 where that is 0), the
/// better side's tenth / 1.2816, resolution / √12 and 0.001, relative. Outliers are beyond the cut (peer_tail.hpp) on the
/// worse side and beyond min_effect. Racks, and labels of at least 4 levels: those with 8 numbers; their terms against
/// their own spread, but no less than their median's standard error. `status` of each subject, or empty when it is not
/// known. By cohort.
/// Throws Error when columns differ in length or the rule is none (NaN, an effect outside (0, 1)).
std::vector<CohortPeers> compare_peers(const PeerGroups& groups, std::span<const float> values,
                                       std::span<const Status> status, const PeerRule& rule);

}  // namespace rackproof
