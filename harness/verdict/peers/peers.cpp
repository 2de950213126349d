#include "harness/verdict/peers/peers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/verdict/peers/level_modes.hpp"
#include "harness/verdict/peers/median_polish.hpp"
#include "harness/verdict/peers/order_statistics.hpp"

namespace rackproof {

namespace {

constexpr double kLeastScale = 0.001;     // relative: what five digits and the clock leave
constexpr double kTenth = 1.2816;         // normal quantile of 0.9
constexpr double kInterquartile = 1.349;  // between those of 0.25 and 0.75
constexpr std::size_t kFarthest = 8;
constexpr double kBody = 1.5;  // nearer ones are of no tail

/// Standard error of the median of n normal numbers, of standard deviation 1 (large n).
double median_error(std::size_t n) { return 1.2533 / std::sqrt(static_cast<double>(n)); }

class PeerComparison {
 public:
  PeerComparison(const PeerGroups& groups, std::span<const float> values, std::span<const Status> status,
                 const PeerRule& rule)
      : groups_(groups), values_(values), status_(status), rule_(rule) {}

  /// One row, or one for each level of the label that splits the cohort.
  void judge(const PeerCohort& cohort, std::vector<CohortPeers>& out) const {
    std::vector<float> residuals;
    CohortPeers row = measured(cohort, residuals);
    if (row.state != PeerState::judged) return out.push_back(row);
    if (const auto modes = separate_modes(residuals)) {
      if (const auto label = splitting_label(cohort, residuals, *modes)) {
        for (std::size_t i = 0; i < cohort.partitions[*label + 1].level.size(); ++i)
          judge_part(cohort, *label, i, out);
        return;
      }
      if (!racks_make_mode(cohort, residuals, *modes)) {
        row.state = PeerState::mixed;
        row.modes = *modes;
        return out.push_back(row);
      }
    }
    judge_members(cohort, residuals, row);
    out.push_back(std::move(row));
  }

 private:
  /// Counts, median and the logarithms of value / median.
  CohortPeers measured(const PeerCohort& cohort, std::vector<float>& residuals) const {
    CohortPeers row;
    row.cohort = cohort.cohort;
    row.members = cohort.members.size();
    row.median = row.rack_spread = kNoNumber;
    std::vector<float> numbers(cohort.members.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const float value = values_[cohort.members[i]];
      const bool is_number = value > 0 && value <= std::numeric_limits<float>::max();
      numbers[i] = is_number ? value : std::numeric_limits<float>::quiet_NaN();
      row.measured += is_number ? 1u : 0u;
    }
    if (!status_.empty() && row.measured < numbers.size()) row.went_wrong = went_wrong(cohort, numbers);
    const bool is_one_node = on_one_node(cohort, numbers);
    row.state = row.measured < rule_.least || is_one_node ? PeerState::too_few
                : rule_.dominated_by_noise                ? PeerState::noise
                                                          : PeerState::judged;
    if (row.measured == 0) return row;
    row.median = OrderStatistics(numbers).median();
    for (float& number : numbers)
      number = static_cast<float>(std::log(static_cast<double>(number) / row.median));
    residuals = std::move(numbers);
    return row;
  }

  std::size_t went_wrong(const PeerCohort& cohort, std::span<const float> numbers) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const Status status = status_[cohort.members[i]];
      if (std::isnan(numbers[i]) && (is_machinery(status) || status == Status::wrong)) ++count;
    }
    return count;
  }

  /// Whether all that have a number are known to be on the same node.
  bool on_one_node(const PeerCohort& cohort, std::span<const float> numbers) const {
    const auto& nodes = groups_.columns().node;
    if (nodes.empty()) return false;
    std::uint32_t first = kNoGroup;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (std::isnan(numbers[i])) continue;
      const std::uint32_t node = nodes[cohort.members[i]];
      if (node == kNoGroup || (first != kNoGroup && node != first)) return false;
      first = node;
    }
    return true;
  }

  /// Modes that differ by enough to hide an outlier.
  std::optional<TwoModes> separate_modes(std::span<const float> residuals) const {
    const auto modes = two_modes(residuals);
    return modes && modes->upper - modes->lower > rule_.min_effect / 2 ? modes : std::nullopt;
  }

  void judge_part(const PeerCohort& cohort, std::size_t label, std::size_t level,
                  std::vector<CohortPeers>& out) const {
    const PeerPartition& partition = cohort.partitions[label + 1];
    std::vector<std::uint32_t> members;
    for (const std::uint32_t i : partition.of(level)) members.push_back(cohort.members[i]);
    std::ranges::sort(members);
    const std::size_t before = out.size();
    judge(groups_.cohort_of(cohort.cohort, std::move(members)), out);
    for (std::size_t i = before; i < out.size(); ++i) {
      if (out[i].split_label != kNoGroup) continue;  // split again by another label
      out[i].split_label = static_cast<std::uint32_t>(label);
      out[i].split_level = partition.level[level];
    }
  }

  void judge_members(const PeerCohort& cohort, std::vector<float>& residuals, CohortPeers& row) const {
    const LevelEffects effects = median_polish(residuals, cohort);
    set_scale(residuals, row);
    judge_subjects(cohort, effects.front(), residuals, row);
    for (std::size_t factor = 0; factor < effects.size(); ++factor) {
      const double spread = judge_levels(factor, cohort.partitions[factor], effects[factor], row);
      if (factor == 0) row.rack_spread = spread;
    }
    row.racks_measured = static_cast<std::size_t>(std::ranges::count_if(
        effects.front(), [](const LevelEffect& rack) { return !std::isnan(rack.value); }));
  }

  /// Taking a rack's median off leaves the middle of its members too near to 0: a tenth on the better side, where no faults are,
  /// shows the spread of the others. Quartiles on both sides would be widened by many slow ones, so they count only where more
  /// than half of the values are equal.
  void set_scale(std::span<const float> residuals, CohortPeers& row) const {
    const OrderStatistics statistics(residuals);
    const double median = statistics.median();
    const double above = (statistics.quantile(0.9) - median) / kTenth;
    const double below = (median - statistics.quantile(0.1)) / kTenth;
    const double better = rule_.direction == Direction::neither            ? std::min(above, below)
                          : rule_.direction == Direction::higher_is_better ? above
                                                                           : below;
    const double mad = statistics.scaled_mad(median);
    const double quartiles =
        mad > 0 ? 0 : (statistics.quantile(0.75) - statistics.quantile(0.25)) / kInterquartile;
    const double spread = std::max({mad, better, quartiles});
    const double floor = std::max(kLeastScale, rule_.resolution / row.median / std::sqrt(12));
    row.no_spread = !(spread > floor);
    row.scale = std::max(spread, floor);
  }

  bool is_large(double log_effect) const { return std::abs(std::expm1(log_effect)) > rule_.min_effect; }
  /// Above 0 on the worse side.
  double worse(double signed_number) const {
    return rule_.direction == Direction::higher_is_better ? -signed_number : signed_number;
  }

  /// On the worse side above 0. What a member is held against, the median of its rack, has an error of its own.
  std::vector<float> worse_by(const PeerPartition& racks, const std::vector<LevelEffect>& effects,
                              std::span<const float> residuals, double scale) const {
    std::vector<float> z(residuals.size());
    for (std::size_t i = 0; i < z.size(); ++i)
      z[i] = static_cast<float>(worse(static_cast<double>(residuals[i]) / scale));
    for (std::size_t rack = 0; rack < effects.size(); ++rack) {
      if (std::isnan(effects[rack].value)) continue;
      const auto both = static_cast<float>(std::hypot(1, median_error(effects[rack].measured)));
      for (const std::uint32_t member : racks.of(rack)) z[member] /= both;
    }
    return z;
  }

  void judge_subjects(const PeerCohort& cohort, const std::vector<LevelEffect>& effects,
                      std::span<const float> residuals, CohortPeers& row) const {
    const std::vector<float> z = worse_by(cohort.partitions.front(), effects, residuals, row.scale);
    const bool both_sides = rule_.direction == Direction::neither;
    if (!row.no_spread) row.tail = tail_shape(z);
    const double least = cut_for(row.measured, rule_.z);
    row.cut = both_sides ? cut_of_both(z, residuals, least, row) : cut_of_worse(z, residuals, row);
    std::vector<PeerOutlier> beyond;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double out = both_sides ? std::abs(static_cast<double>(z[i])) : static_cast<double>(z[i]);
      const double residual = static_cast<double>(residuals[i]);
      if (!(out > std::min(least, row.cut.z)) || !is_large(residual)) continue;
      const PeerOutlier outlier{cohort.members[i], std::copysign(out, residual), std::expm1(residual)};
      if (out > row.cut.z) {
        row.outliers.push_back(outlier);
      } else {
        beyond.push_back(outlier);
      }
    }
    std::ranges::stable_sort(
        beyond, [](const PeerOutlier& a, const PeerOutlier& b) { return std::abs(a.z) > std::abs(b.z); });
    beyond.resize(std::min(beyond.size(), kFarthest));
    row.farthest = std::move(beyond);
    row.expected_false_alarms = expected_beyond(row.measured, row.cut.z) * (both_sides ? 2 : 1);
  }

  TailCut cut_of_worse(std::span<const float> z, std::span<const float> residuals,
                       const CohortPeers& row) const {
    TailSides sides;
    sides.measured = row.measured;
    std::vector<double> better;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double out = static_cast<double>(z[i]);
      if (out < -kBody) better.push_back(-out);
      // The mirrored effect of what is better by a factor is what is worse by the same factor.
      if (std::abs(out) > kLeastCut && is_large(std::copysign(static_cast<double>(residuals[i]), worse(1))))
        (out > 0 ? sides.worse : sides.better).push_back(std::abs(out));
    }
    sides.farthest_better = farthest_of_tail(std::move(better));
    return choose_cut(std::move(sides), rule_.z, row.tail);
  }

  /// Without a better side there is no mirror but the shorter of the two.
  TailCut cut_of_both(std::span<const float> z, std::span<const float> residuals, double least,
                      CohortPeers& row) const {
    std::vector<float> other(z.begin(), z.end());
    for (float& value : other) value = -value;
    if (!row.no_spread && row.tail == TailShape::normal) row.tail = tail_shape(other);
    TailCut cut{least, 0, 0, kNoNumber};
    std::vector<double> above, below;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double out = static_cast<double>(z[i]);
      if (std::abs(out) > least && is_large(static_cast<double>(residuals[i]))) ++cut.beyond;
      if (std::abs(out) > kBody) (out > 0 ? above : below).push_back(std::abs(out));
    }
    if (row.tail != TailShape::normal) {
      const double shorter = std::min(farthest_of_tail(std::move(above)), farthest_of_tail(std::move(below)));
      cut.z = std::max({least, cut_in_skewed_tail(row.measured), cut_beyond_mirror(shorter)});
    }
    return cut;
  }

  /// The spread of the levels' terms; NaN when there are too few to tell.
  double judge_levels(std::size_t factor, const PeerPartition& partition,
                      const std::vector<LevelEffect>& effects, CohortPeers& row) const {
    std::vector<float> terms;
    for (const LevelEffect& effect : effects) {
      if (!std::isnan(effect.value)) terms.push_back(static_cast<float>(effect.value));
    }
    if (terms.size() < kLeastLevels) return kNoNumber;
    const OrderStatistics statistics(terms);
    const double median = statistics.median();
    const double spread = statistics.scaled_mad(median);
    const double cut = cut_for(terms.size(), rule_.z);
    for (std::size_t i = 0; i < effects.size(); ++i) {
      if (std::isnan(effects[i].value)) continue;
      const double term = effects[i].value - median;
      const double error = row.scale * median_error(effects[i].measured);
      const double z = term / std::max({spread, error, kLeastScale});
      const double out = rule_.direction == Direction::neither ? std::abs(z) : worse(z);
      if (!(out > cut) || !is_large(term)) continue;
      const std::uint32_t label = factor == 0 ? kNoGroup : static_cast<std::uint32_t>(factor - 1);
      row.levels.push_back({label, partition.level[i], effects[i].measured, z, std::expm1(term)});
    }
    return spread;
  }

  const PeerGroups& groups_;
  std::span<const float> values_;
  std::span<const Status> status_;
  const PeerRule& rule_;
};

}  // namespace

std::vector<CohortPeers> compare_peers(const PeerGroups& groups, std::span<const float> values,
                                       std::span<const Status> status, const PeerRule& rule) {
  const std::size_t subjects = groups.columns().size();
  if (values.size() != subjects || (!status.empty() && status.size() != subjects))
    throw Error("columns of peers differ in length");
  if (!(rule.min_effect > 0 && rule.min_effect < 1 && rule.z >= kLeastCut && rule.resolution >= 0 &&
        rule.least >= kLeastPeers)) {
    throw Error(fmt::format(
        "a rule for peers needs 0 < min_effect < 1, z of {} or more, a resolution of 0 or more and {} peers",
        kLeastCut, kLeastPeers));
  }
  std::vector<CohortPeers> out;
  for (const PeerCohort& cohort : groups.cohorts())
    PeerComparison(groups, values, status, rule).judge(cohort, out);
  return out;
}

}  // namespace rackproof
