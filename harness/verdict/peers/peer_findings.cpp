#include "harness/verdict/peers/peer_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/finding_words.hpp"
#include "harness/verdict/peers/cohort_levels.hpp"
#include "harness/verdict/peers/common_cause.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

constexpr const char* kKind = "peer";
constexpr std::size_t kMetricsNamed = 4;
constexpr std::size_t kMembersNamed = 8;
constexpr std::size_t kAloneReported = 100;

std::string three_digits(double number) { return fmt::format("{:.3g}", number); }

Phrase change(double effect) {
  return {effect < 0 ? texts::kBelow : texts::kAbove, three_digits(100 * std::abs(effect))};
}

Phrase unusual(const PeerRule& rule) {
  return rule.direction == Direction::neither ? Phrase(texts::kUnusual) : Phrase();
}

Phrase why_natural(const CohortPeers& cohort) {
  if (cohort.tail == TailShape::skewed) return texts::kSkewed;
  if (cohort.tail == TailShape::normal && cohort.cut.mirrored == 0) return texts::kHardlyFarther;
  return texts::kHeavy;
}

/// What a list is worth.
Phrase honesty(const CohortPeers& cohort) {
  Phrase text(texts::kFalseAlarms, fmt::format("{:.1g}", cohort.expected_false_alarms));
  if (!std::isnan(cohort.cut.mirror_share))
    text = Phrase(texts::kNaturalShare, text, three_digits(100 * cohort.cut.mirror_share));
  if (cohort.went_wrong > 0) text = Phrase(texts::kWentWrong, text, cohort.went_wrong);
  return text;
}

}  // namespace

PeerFindings::PeerFindings(const PeerSubjects& subjects, std::function<std::string(std::uint32_t)> name)
    : subjects_(subjects), peer_racks_(subjects), name_(std::move(name)) {}

PeerFindings::Causes PeerFindings::causes(std::span<const float> values,
                                          const std::vector<CohortPeers>& cohorts) const {
  std::vector<std::uint32_t> subjects, racks;
  for (const CohortPeers& cohort : cohorts) {
    for (const PeerOutlier& outlier : cohort.outliers) subjects.push_back(outlier.subject);
    for (const PeerLevel& level : cohort.levels) {
      if (level.label == kNoGroup) racks.push_back(level.level);
    }
  }
  if (subjects.empty() && racks.empty()) return {};
  for (auto* const flagged : {&subjects, &racks}) {
    std::ranges::sort(*flagged);
    flagged->erase(std::ranges::unique(*flagged).begin(), flagged->end());
  }
  const std::vector<std::uint32_t> population = measured(values, cohorts);
  return {common_causes(population, subjects, subjects_.causes), peer_racks_.causes(population, racks)};
}

void PeerFindings::add(const std::string& metric, const PeerRule& rule,
                       const std::vector<CohortPeers>& cohorts, const Causes& causes) {
  add_subjects(metric, rule, cohorts, causes.of_subjects);
  add_racks(metric, rule, cohorts, causes.of_racks);
  add_levels(metric, rule, cohorts);
  add_hidden(metric, cohorts);
}

std::vector<std::uint32_t> PeerFindings::measured(std::span<const float> values,
                                                  const std::vector<CohortPeers>& cohorts) const {
  std::vector<std::uint8_t> judged(subjects_.cohort_text.size(), 0);
  for (const CohortPeers& cohort : cohorts) {
    if (cohort.state == PeerState::judged) judged[cohort.cohort] = 1;
  }
  std::vector<std::uint32_t> out;
  out.reserve(values.size());
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    const std::uint32_t cohort = subjects_.columns.cohort[i];
    if (values[i] > 0 && std::isfinite(values[i]) && cohort != kNoGroup && judged[cohort] != 0)
      out.push_back(i);
  }
  return out;
}

std::string PeerFindings::cohort_name(const CohortPeers& cohort) const {
  std::string text = subjects_.cohort_text[cohort.cohort];
  if (cohort.split_label != kNoGroup)
    text += ", " + subjects_.text_of(subjects_.columns.labels[cohort.split_label], cohort.split_level);
  return text;
}

std::string PeerFindings::level_name(const CommonCause::Level& level) const {
  const PeerFactor& cause = subjects_.causes[level.factor];
  // A rack is called by its name, as in its own findings.
  return cause.name == subjects_.columns.rack.name ? subjects_.texts[level.level]
                                                   : subjects_.text_of(cause, level.level);
}

void PeerFindings::add_cause(const std::string& metric, const CommonCause& cause,
                             std::vector<std::pair<std::string, double>> members, const Text& what,
                             const Phrase& honesty) {
  std::ranges::stable_sort(
      members, [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  const double others =
      cause.others == 0 ? 0
                        : 100 * static_cast<double>(cause.others_with) / static_cast<double>(cause.others);
  Phrase text(texts::kHaveIt, metric, members.size(), cause.flagged, Phrase(what),
              fmt::format("{:.2g}", others), cause.others);
  for (std::size_t i = 1; i < cause.levels.size(); ++i)
    text = Phrase(texts::kSameHave, text, level_name(cause.levels[i]));
  Phrase named;
  for (std::size_t i = 0; i < std::min(members.size(), kMembersNamed); ++i)
    extend(named, texts::kBeside, {texts::kMember, members[i].first, change(members[i].second)});
  if (members.size() > kMembersNamed) named = Phrase(texts::kAndMore, named, members.size() - kMembersNamed);
  extend(text, texts::kThen, named);
  if (!honesty.empty()) extend(text, texts::kThen, honesty);
  causes_[level_name(cause.levels.front())].push_back({std::move(text), std::abs(members.front().second)});
}

void PeerFindings::add_subjects(const std::string& metric, const PeerRule& rule,
                                const std::vector<CohortPeers>& cohorts,
                                const std::vector<CommonCause>& causes) {
  std::map<std::uint32_t, std::pair<const CohortPeers*, const PeerOutlier*>> outliers;
  for (const CohortPeers& cohort : cohorts) {
    for (const PeerOutlier& outlier : cohort.outliers) outliers[outlier.subject] = {&cohort, &outlier};
  }
  for (const CommonCause& cause : causes) {
    const CohortPeers& cohort = *outliers.at(cause.members.front()).first;
    std::vector<std::pair<std::string, double>> members;
    for (const std::uint32_t i : cause.members) {
      members.emplace_back(name_(i), outliers.at(i).second->effect);
      outliers.erase(i);
    }
    add_cause(metric, cause, std::move(members), texts::kSubjects, honesty(cohort));
  }
  for (const auto& [subject, found] : outliers) {
    const auto& [cohort, outlier] = found;
    alone_[name_(subject)].push_back(
        {{texts::kOutlier, metric, change(outlier->effect), unusual(rule), three_digits(outlier->z),
          cohort->measured, cohort_name(*cohort), honesty(*cohort)},
         std::abs(outlier->effect)});
  }
}

void PeerFindings::add_racks(const std::string& metric, const PeerRule& rule,
                             const std::vector<CohortPeers>& cohorts,
                             const std::vector<CommonCause>& causes) {
  std::map<std::uint32_t, std::pair<const CohortPeers*, const PeerLevel*>> racks;
  for (const CohortPeers& cohort : cohorts) {
    for (const PeerLevel& level : cohort.levels) {
      if (level.label == kNoGroup) {
        racks.try_emplace(level.level, &cohort, &level);
      } else {
        const PeerFactor& label = subjects_.columns.labels[level.label];
        racks_[subjects_.text_of(label, level.level)].push_back(level_remark(metric, rule, cohort, level));
      }
    }
  }
  for (const CommonCause& cause : causes) {
    std::vector<std::pair<std::string, double>> members;
    for (const std::uint32_t rack : cause.members) {
      members.emplace_back(subjects_.texts[rack], racks.at(rack).second->effect);
      racks.erase(rack);
    }
    add_cause(metric, cause, std::move(members), texts::kRacks, {});
  }
  for (const auto& [number, found] : racks)
    racks_[subjects_.texts[number]].push_back(level_remark(metric, rule, *found.first, *found.second));
}

PeerFindings::Remark PeerFindings::level_remark(const std::string& metric, const PeerRule& rule,
                                                const CohortPeers& cohort, const PeerLevel& level) const {
  const std::string& factor =
      (level.label == kNoGroup ? subjects_.columns.rack : subjects_.columns.labels[level.label]).name;
  return {{texts::kRackOut, metric, change(level.effect), scope_words(factor), unusual(rule),
           three_digits(level.z), level.measured, cohort_name(cohort)},
          std::abs(level.effect)};
}

void PeerFindings::add_levels(const std::string& metric, const PeerRule& rule,
                              const std::vector<CohortPeers>& cohorts) {
  for (const CohortLevel& level : cohort_levels(cohorts, subjects_.cohort_model, rule)) {
    const CohortPeers& cohort = cohorts[level.row];
    const CohortPeers& reference = cohorts[level.reference];
    levels_[cohort_name(cohort)].push_back(
        {{texts::kCohortOut, metric, change(level.effect), cohort_name(reference), unusual(rule),
          cohort.measured, reference.measured, three_digits(level.z)},
         std::abs(level.effect)});
  }
}

void PeerFindings::add_hidden(const std::string& metric, const std::vector<CohortPeers>& cohorts) {
  for (const CohortPeers& cohort : cohorts) {
    if (cohort.state == PeerState::mixed) {
      const double apart = cohort.modes.upper - cohort.modes.lower;
      hidden_[cohort_name(cohort)].push_back(
          {{texts::kTwoLevels, metric, fmt::format("{:.0f}", 100 * cohort.modes.share_lower), cohort.measured,
            change(std::expm1(-apart))},
           apart});
    } else if (!cohort.farthest.empty()) {
      Phrase names;
      for (const PeerOutlier& outlier : cohort.farthest)
        extend(names, texts::kBeside, {texts::kMember, name_(outlier.subject), change(outlier.effect)});
      hidden_[cohort_name(cohort)].push_back({{texts::kFarOut, metric, cohort.cut.beyond, cohort.measured,
                                               cohort.cut.mirrored, why_natural(cohort), names},
                                              std::abs(cohort.farthest.front().effect)});
    }
  }
}

void PeerFindings::report(Findings& findings) const {
  const auto report_all = [&](const Remarks& remarks, const Text& action, std::size_t most) {
    std::vector<std::pair<std::string, std::vector<Remark>>> rows(remarks.begin(), remarks.end());
    for (auto& [about, said] : rows)
      std::ranges::stable_sort(said, [](const Remark& a, const Remark& b) { return a.extent > b.extent; });
    std::ranges::stable_sort(
        rows, [](const auto& a, const auto& b) { return a.second.front().extent > b.second.front().extent; });
    for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) {
      const auto& [about, said] = rows[i];
      Phrase evidence;
      for (std::size_t k = 0; k < std::min(said.size(), kMetricsNamed); ++k)
        extend(evidence, texts::kThen, said[k].text);
      if (said.size() > kMetricsNamed)
        evidence = Phrase(texts::kMoreMetrics, evidence, said.size() - kMetricsNamed);
      findings.add(kKind, {about}, std::move(evidence), action);
    }
    if (rows.size() > most) {
      findings.add(kKind, {std::string(texts::kOthersOut.en)}, {texts::kLessFarOut, rows.size() - most},
                   action);
    }
  };
  constexpr std::size_t kAll = static_cast<std::size_t>(-1);
  report_all(causes_, texts::kLookAtShared, kAll);
  report_all(racks_, texts::kLookAtRack, kAll);
  report_all(levels_, texts::kCompareConfigurations, kAll);
  report_all(alone_, texts::kBesidePeer, kAloneReported);
  report_all(hidden_, texts::kMoreLaunches, kAll);
}

}  // namespace rackproof
