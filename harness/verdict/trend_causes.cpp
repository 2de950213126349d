#include "harness/verdict/trend_causes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "harness/base/distributions.hpp"
#include "harness/verdict/findings.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kNightsApart = 2;
constexpr std::size_t kFewestMembers = 3;
constexpr double kChance = 0.01;

struct Candidate {
  const Attribute* attribute = nullptr;
  std::uint32_t value = 0;
  std::size_t members = 0, having = 0;
  double p_value = 1;
};

class Grouping {
 public:
  Grouping(const NightlyHistory& history, Placement placement) : history_(history), placement_(placement) {
    const auto& subjects = history.subjects(placement);
    Attribute rack{"rack", {}}, model{"model", {}};
    for (std::uint32_t s = 0; s < subjects.size(); ++s) {
      rack.value.push_back(subjects[s].rack);
      model.value.push_back(subjects[s].model);
      if (!subjects[s].is_closed) present_.push_back(s);
    }
    attributes_.push_back(std::move(rack));
    attributes_.push_back(std::move(model));
    for (const Attribute& attribute : history.attributes(placement)) attributes_.push_back(attribute);
    for (const Attribute& attribute : attributes_) {
      auto& counts = having_.emplace_back();
      for (const std::uint32_t s : present_) ++counts[attribute.value[s]];
      counts.erase(0);
      if (counts.size() > 1) tried_ += counts.size();  // one that all have explains nothing
    }
  }

  /// The least likely one; no attribute where chance explains all.
  Candidate best(const std::set<std::uint32_t>& changed) const {
    Candidate best;
    best.p_value = kChance;
    for (std::size_t a = 0; a < attributes_.size(); ++a) {
      if (having_[a].size() < 2) continue;
      std::map<std::uint32_t, std::size_t> members;
      for (const std::uint32_t s : changed) ++members[attributes_[a].value[s]];
      for (const auto& [value, count] : members) {
        if (value == 0 || count < kFewestMembers) continue;
        const std::size_t having = having_[a].at(value);
        if (3 * count < having) continue;
        const double p =
            hypergeometric_tail(count, changed.size(), having, present_.size()) * static_cast<double>(tried_);
        if (p < best.p_value) best = {&attributes_[a], value, count, having, p};
      }
    }
    return best;
  }

  void add_cause(const Candidate& candidate, Change change, const std::vector<ChangedSubject>& together,
                 std::size_t all_changed, Trend& result) const {
    TrendCause cause;
    cause.change = change;
    cause.attribute = candidate.attribute->name;
    cause.value = history_.text(candidate.value);
    cause.scope = to_string(placement_);
    cause.id = finding_id("trend cause",
                          {std::string(to_string(change)), cause.scope, cause.attribute, cause.value});
    cause.members = candidate.members;
    cause.having = candidate.having;
    cause.others = present_.size() - candidate.having;
    cause.others_changed = all_changed - candidate.members;
    cause.p_value = std::min(1.0, candidate.p_value);
    std::set<std::string> metrics;
    for (const ChangedSubject& one : together) {
      TrendFinding& finding = result.findings[one.finding];
      if (candidate.attribute->value[one.subject] != candidate.value || finding.cause >= 0) continue;
      finding.cause = static_cast<std::int32_t>(result.causes.size());
      metrics.insert(finding.metric);
      if (cause.changed.empty() || finding.changed < cause.changed) cause.changed = finding.changed;
    }
    cause.metrics.assign(metrics.begin(), metrics.end());
    result.causes.push_back(std::move(cause));
  }

  bool is_present(std::uint32_t subject) const { return std::ranges::binary_search(present_, subject); }
  bool has(const Candidate& candidate, std::uint32_t subject) const {
    return candidate.attribute->value[subject] == candidate.value;
  }

 private:
  const NightlyHistory& history_;
  Placement placement_;
  std::vector<Attribute> attributes_;
  std::vector<std::unordered_map<std::uint32_t, std::size_t>> having_;  // of each attribute: value → subjects
  std::vector<std::uint32_t> present_;
  std::size_t tried_ = 0;
};

}  // namespace

void group_by_cause(const NightlyHistory& history, Placement placement, Change change,
                    std::vector<ChangedSubject> changed, Trend& result) {
  const Grouping grouping(history, placement);
  std::erase_if(changed, [&](const ChangedSubject& one) { return !grouping.is_present(one.subject); });
  std::ranges::stable_sort(changed, {}, &ChangedSubject::night);
  for (std::size_t begin = 0; begin < changed.size();) {
    std::size_t end = begin;
    while (end < changed.size() && changed[end].night <= changed[begin].night + kNightsApart) ++end;
    const std::vector<ChangedSubject> together(changed.begin() + static_cast<std::ptrdiff_t>(begin),
                                               changed.begin() + static_cast<std::ptrdiff_t>(end));
    std::set<std::uint32_t> left;
    for (const ChangedSubject& one : together) left.insert(one.subject);
    while (left.size() >= kFewestMembers) {
      const Candidate found = grouping.best(left);
      if (found.attribute == nullptr) break;
      grouping.add_cause(found, change, together, left.size(), result);
      std::erase_if(left, [&](std::uint32_t subject) { return grouping.has(found, subject); });
    }
    begin = end;
  }
}

}  // namespace rackproof
