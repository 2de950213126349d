#include "harness/verdict/peers/peer_findings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/verdict/peers/cohort_levels.hpp"
#include "harness/verdict/peers/common_cause.hpp"

namespace rackproof {

namespace {

constexpr const char* kKind = "peer";
constexpr std::size_t kMetricsNamed = 4;
constexpr std::size_t kMembersNamed = 8;
constexpr std::size_t kAloneReported = 100;

std::string change(double effect) {
  return fmt::format("{:.3g} % {}", 100 * std::abs(effect), effect < 0 ? "below" : "above");
}

const char* unusual(const PeerRule& rule) {
  return rule.direction == Direction::neither ? " (unusual: neither side is worse)" : "";
}

const char* why_natural(const CohortPeers& cohort) {
  if (cohort.tail == TailShape::skewed) return "the tail is skewed by nature, and these are not told from it";
  if (cohort.tail == TailShape::normal && cohort.cut.mirrored == 0)
    return "these are hardly farther out than the better side reaches";
  return "the tail is heavy by nature, and these are not told from it";
}

/// What a list is worth.
std::string honesty(const CohortPeers& cohort) {
  std::string text = fmt::format("expected false alarms {:.1g}", cohort.expected_false_alarms);
  if (!std::isnan(cohort.cut.mirror_share)) {
    text += fmt::format(", natural share by the better side's mirror at most {:.3g} %",
                        100 * cohort.cut.mirror_share);
  }
  if (cohort.went_wrong > 0)
    text += fmt::format("; {} peers have no number because they went wrong", cohort.went_wrong);
  return text;
}

}  // namespace

PeerFindings::PeerFindings(const PeerSubjects& subjects, std::function<std::string(std::uint32_t)> name)
    : subjects_(subjects), peer_racks_(subjects), name_(std::move(name)) {}

void PeerFindings::add(const std::string& metric, const PeerRule& rule, std::span<const float> values,
                       const std::vector<CohortPeers>& cohorts) {
  const Population population = measured(values, cohorts);
  add_subjects(metric, rule, population, cohorts);
  add_racks(metric, rule, population, cohorts);
  add_levels(metric, rule, cohorts);
  add_hidden(metric, cohorts);
}

PeerFindings::Population PeerFindings::measured(std::span<const float> values,
                                                const std::vector<CohortPeers>& cohorts) const {
  std::vector<bool> judged(subjects_.cohort_text.size(), false);
  for (const CohortPeers& cohort : cohorts) {
    if (cohort.state == PeerState::judged) judged[cohort.cohort] = true;
  }
  Population out;
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    const std::uint32_t cohort = subjects_.columns.cohort[i];
    if (values[i] > 0 && std::isfinite(values[i]) && cohort != kNoGroup && judged[cohort]) out.push_back(i);
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
                             std::vector<std::pair<std::string, double>> members, const std::string& what,
                             const std::string& honesty) {
  std::ranges::stable_sort(
      members, [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  const double others =
      cause.others == 0 ? 0
                        : 100 * static_cast<double>(cause.others_with) / static_cast<double>(cause.others);
  std::string text = fmt::format("{}: {} of {} {} that stand out have it, {:.2g} % of the {} others", metric,
                                 members.size(), cause.flagged, what, others, cause.others);
  for (std::size_t i = 1; i < cause.levels.size(); ++i)
    text += fmt::format("; the same have {}", level_name(cause.levels[i]));
  for (std::size_t i = 0; i < std::min(members.size(), kMembersNamed); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "; " : ", ", members[i].first, change(members[i].second));
  if (members.size() > kMembersNamed) text += fmt::format(" and {} more", members.size() - kMembersNamed);
  causes_[level_name(cause.levels.front())].push_back(
      {text + (honesty.empty() ? "" : "; ") + honesty, std::abs(members.front().second)});
}

void PeerFindings::add_subjects(const std::string& metric, const PeerRule& rule, const Population& population,
                                const std::vector<CohortPeers>& cohorts) {
  std::map<std::uint32_t, std::pair<const CohortPeers*, const PeerOutlier*>> outliers;
  for (const CohortPeers& cohort : cohorts) {
    for (const PeerOutlier& outlier : cohort.outliers) outliers[outlier.subject] = {&cohort, &outlier};
  }
  std::vector<std::uint32_t> flagged;
  for (const auto& [subject, outlier] : outliers) flagged.push_back(subject);
  for (const CommonCause& cause : common_causes(population, flagged, subjects_.causes)) {
    const CohortPeers& cohort = *outliers.at(cause.members.front()).first;
    std::vector<std::pair<std::string, double>> members;
    for (const std::uint32_t i : cause.members) {
      members.emplace_back(name_(i), outliers.at(i).second->effect);
      outliers.erase(i);
    }
    add_cause(metric, cause, std::move(members), "subjects", honesty(cohort));
  }
  for (const auto& [subject, found] : outliers) {
    const auto& [cohort, outlier] = found;
    alone_[name_(subject)].push_back(
        {fmt::format("{} {} what its peers let expect{} (z {:.3g}, {} of {}; {})", metric,
                     change(outlier->effect), unusual(rule), outlier->z, cohort->measured,
                     cohort_name(*cohort), honesty(*cohort)),
         std::abs(outlier->effect)});
  }
}

void PeerFindings::add_racks(const std::string& metric, const PeerRule& rule, const Population& population,
                             const std::vector<CohortPeers>& cohorts) {
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
  std::vector<std::uint32_t> flagged;
  for (const auto& [rack, found] : racks) flagged.push_back(rack);
  if (flagged.empty()) return;
  for (const CommonCause& cause : peer_racks_.causes(population, flagged)) {
    std::vector<std::pair<std::string, double>> members;
    for (const std::uint32_t rack : cause.members) {
      members.emplace_back(subjects_.texts[rack], racks.at(rack).second->effect);
      racks.erase(rack);
    }
    add_cause(metric, cause, std::move(members), "racks", {});
  }
  for (const auto& [number, found] : racks)
    racks_[subjects_.texts[number]].push_back(level_remark(metric, rule, *found.first, *found.second));
}

PeerFindings::Remark PeerFindings::level_remark(const std::string& metric, const PeerRule& rule,
                                                const CohortPeers& cohort, const PeerLevel& level) const {
  const std::string& factor =
      (level.label == kNoGroup ? subjects_.columns.rack : subjects_.columns.labels[level.label]).name;
  return {
      fmt::format("{} {} that of other {}s{} (z {:.3g}; {} of its subjects, of {})", metric,
                  change(level.effect), factor, unusual(rule), level.z, level.measured, cohort_name(cohort)),
      std::abs(level.effect)};
}

void PeerFindings::add_levels(const std::string& metric, const PeerRule& rule,
                              const std::vector<CohortPeers>& cohorts) {
  for (const CohortLevel& level : cohort_levels(cohorts, subjects_.cohort_model, rule)) {
    const CohortPeers& cohort = cohorts[level.row];
    const CohortPeers& reference = cohorts[level.reference];
    levels_[cohort_name(cohort)].push_back(
        {fmt::format("{} {} that of {}{} (medians of {} and {}, z {:.3g})", metric, change(level.effect),
                     cohort_name(reference), unusual(rule), cohort.measured, reference.measured, level.z),
         std::abs(level.effect)});
  }
}

void PeerFindings::add_hidden(const std::string& metric, const std::vector<CohortPeers>& cohorts) {
  for (const CohortPeers& cohort : cohorts) {
    if (cohort.state == PeerState::mixed) {
      const double apart = cohort.modes.upper - cohort.modes.lower;
      hidden_[cohort_name(cohort)].push_back(
          {fmt::format("{}: {:.0f} % of {} lie at a level {} the others', and no label tells the two apart: "
                       "nobody is judged",
                       metric, 100 * cohort.modes.share_lower, cohort.measured, change(std::expm1(-apart))),
           apart});
    } else if (!cohort.farthest.empty()) {
      std::string names;
      for (const PeerOutlier& outlier : cohort.farthest)
        names +=
            fmt::format("{}{} {}", names.empty() ? "" : ", ", name_(outlier.subject), change(outlier.effect));
      hidden_[cohort_name(cohort)].push_back(
          {fmt::format("{}: {} of {} are far out on the worse side, {} on the better one: {}: {}", metric,
                       cohort.cut.beyond, cohort.measured, cohort.cut.mirrored, why_natural(cohort), names),
           std::abs(cohort.farthest.front().effect)});
    }
  }
}

void PeerFindings::report(Findings& findings) const {
  const auto report_all = [&](const Remarks& remarks, const char* action, std::size_t most) {
    std::vector<std::pair<std::string, std::vector<Remark>>> rows(remarks.begin(), remarks.end());
    for (auto& [about, texts] : rows)
      std::ranges::stable_sort(texts, [](const Remark& a, const Remark& b) { return a.extent > b.extent; });
    std::ranges::stable_sort(
        rows, [](const auto& a, const auto& b) { return a.second.front().extent > b.second.front().extent; });
    for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) {
      const auto& [about, texts] = rows[i];
      std::vector<std::string_view> named;
      for (std::size_t k = 0; k < std::min(texts.size(), kMetricsNamed); ++k) named.push_back(texts[k].text);
      std::string evidence = fmt::format("{}", fmt::join(named, "; "));
      if (texts.size() > named.size())
        evidence += fmt::format("; and {} more metrics", texts.size() - named.size());
      findings.add(kKind, {about}, std::move(evidence), action);
    }
    if (rows.size() > most) {
      findings.add(kKind, {"others that stand out"},
                   fmt::format("{} more subjects without a common cause, less far out", rows.size() - most),
                   action);
    }
  };
  constexpr std::size_t kAll = static_cast<std::size_t>(-1);
  report_all(causes_, "look at what they have in common before any of them", kAll);
  report_all(racks_, "look at its cooling, power and leaf switch", kAll);
  report_all(levels_, "compare the two configurations", kAll);
  report_all(alone_, "measure again beside a good peer; then look at its clocks, power and links",
             kAloneReported);
  report_all(hidden_, "measure with more launches; find what makes them differ", kAll);
}

}  // namespace rackproof
