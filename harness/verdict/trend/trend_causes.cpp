#include "harness/verdict/trend/trend_causes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "harness/verdict/findings.hpp"
#include "harness/verdict/peers/common_cause.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kNightsApart = 2;

/// Rack, model, labels and software as factors whose levels are texts of the history.
std::vector<PeerFactor> factors_of(const NightlyHistory& history, Placement placement) {
  PeerFactor rack{"rack", {}}, model{"model", {}};
  for (const HistorySubject& subject : history.subjects(placement)) {
    rack.level.push_back(subject.rack);
    model.level.push_back(subject.model);
  }
  std::vector<PeerFactor> factors{std::move(rack), std::move(model)};
  for (const Attribute& attribute : history.attributes(placement))
    factors.push_back({attribute.name, attribute.value});
  for (PeerFactor& factor : factors) std::ranges::replace(factor.level, std::uint32_t{0}, kNoGroup);
  return factors;
}

TrendCause cause_of(const CommonCause& common, const std::vector<PeerFactor>& factors,
                    const NightlyHistory& history, Placement placement, Change change) {
  TrendCause cause;
  cause.change = change;
  cause.scope = to_string(placement);
  for (const CommonCause::Level& level : common.levels)
    cause.levels.push_back({factors[level.factor].name, history.text(level.level)});
  const TrendCause::Level& first = cause.levels.front();
  cause.id =
      finding_id("trend cause", {std::string(to_string(change)), cause.scope, first.attribute, first.value});
  cause.members = common.members.size();
  cause.changed_subjects = common.flagged;
  cause.unchanged_with = common.others_with;
  cause.unchanged = common.others;
  cause.p_value = common.p;
  return cause;
}

/// Gives the findings of the members their cause, and the cause its metrics and its date.
void assign(const CommonCause& common, std::span<const ChangedSubject> together, std::size_t row,
            Trend& result) {
  TrendCause& cause = result.causes[row];
  std::map<std::string, std::size_t> dates;
  for (const ChangedSubject& one : together) {
    if (!std::ranges::binary_search(common.members, one.subject)) continue;
    TrendFinding& finding = result.findings[one.finding];
    finding.cause = static_cast<std::int32_t>(row);
    ++dates[finding.changed];
    if (std::ranges::find(cause.metrics, finding.metric) == cause.metrics.end())
      cause.metrics.push_back(finding.metric);
  }
  std::ranges::sort(cause.metrics);
  if (cause.changed.empty())
    cause.changed = std::ranges::max_element(dates, {}, [](const auto& date) { return date.second; })->first;
}

/// The row of a cause; one that was met on earlier nights, too, is still one.
std::size_t add_cause(TrendCause cause, Trend& result) {
  const auto known = std::ranges::find(result.causes, cause.id, &TrendCause::id);
  if (known == result.causes.end()) {
    result.causes.push_back(std::move(cause));
    return result.causes.size() - 1;
  }
  known->members += cause.members;
  known->changed_subjects += cause.changed_subjects;
  return static_cast<std::size_t>(known - result.causes.begin());
}

}  // namespace

void group_by_cause(const NightlyHistory& history, Placement placement, Change change,
                    std::vector<ChangedSubject> changed, Trend& result) {
  if (changed.empty()) return;
  const std::vector<PeerFactor> factors = factors_of(history, placement);
  std::vector<std::uint32_t> population;
  const auto& subjects = history.subjects(placement);
  for (std::uint32_t s = 0; s < subjects.size(); ++s) {
    if (!subjects[s].is_closed) population.push_back(s);
  }
  std::ranges::stable_sort(changed, {}, &ChangedSubject::night);
  for (std::size_t begin = 0, end = 0; begin < changed.size(); begin = end) {
    while (end < changed.size() && changed[end].night <= changed[begin].night + kNightsApart) ++end;
    const std::span<const ChangedSubject> together = std::span(changed).subspan(begin, end - begin);
    std::set<std::uint32_t> flagged;
    for (const ChangedSubject& one : together) flagged.insert(one.subject);
    const std::vector<std::uint32_t> ascending(flagged.begin(), flagged.end());
    for (const CommonCause& common : common_causes(population, ascending, factors)) {
      const std::size_t row = add_cause(cause_of(common, factors, history, placement, change), result);
      assign(common, together, row, result);
    }
  }
}

}  // namespace rackproof
