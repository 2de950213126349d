// A results file seen as cells: it is in memory, without its samples.
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "harness/base/error.hpp"
#include "harness/record/reproduction.hpp"
#include "harness/results/cell_source.hpp"
#include "harness/results/cells.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/cells_writer.hpp"
#include "harness/results/preflight_facts.hpp"
#include "harness/results/results_file.hpp"

namespace rackproof {

namespace {

class ResultsCells : public CellSource {
 public:
  /// Without outcomes they are made from the attempts alone.
  ResultsCells(Results results, const std::vector<PromiseOutcome>* outcomes) : results_(std::move(results)) {
    provenance = results_.provenance;
    parts = results_.merged() ? results_.parts : std::vector<Part>{{results_.provenance, results_.ended, {}}};
    ended = results_.ended;
    series = results_.series;
    cases = cases_of(series);
    for (std::size_t i = 0; i < cases.size(); ++i) case_row_.emplace(cases[i], i);
    column_.resize(results_.targets.size(), kNoText);
    for (const auto& columns : results_.columns) {
      for (std::size_t i = 0; i < columns.size(); ++i) column_.at(columns[i]) = static_cast<std::uint32_t>(i);
    }
    collect_facts();
    for (const Placement placement : kPlacements) make_subjects(placement);
    collect_launches();
    collect_divisions();
    if (outcomes != nullptr) {
      take_outcomes(*outcomes);
    } else {
      collect_attempts();
    }
  }

  std::string_view text(std::uint32_t row) const override {
    return row < texts_.size() ? std::string_view(texts_[row]) : std::string_view{};
  }

  std::vector<std::uint32_t> attribute(Placement placement, const std::string& name) const override {
    const auto& rows = attribute_[static_cast<std::size_t>(placement)];
    const auto found = rows.find(name);
    return found == rows.end() ? std::vector<std::uint32_t>(of(placement).size(), kNoText) : found->second;
  }

  CellRow cells(std::size_t row, Placement placement, const CellFields&) const override {
    CellRow out;
    const std::size_t columns = of(placement).size();
    for (std::size_t i = 0; i < columns; ++i) {
      const CellValue& cell = results_.cells[static_cast<std::size_t>(placement)][row * columns + i];
      out.value.push_back(cell.value);
      out.lo.push_back(cell.lo);
      out.hi.push_back(cell.hi);
      const auto range = range_.find({row, of(placement).target[i]});
      out.least.push_back(range == range_.end() ? kNone : range->second.first);
      out.most.push_back(range == range_.end() ? kNone : range->second.second);
      out.n.push_back(cell.n);
      out.status.push_back(cell.status);
      out.stop.push_back(cell.stop);
    }
    return out;
  }

  CaseColumn case_column(std::size_t row, Placement placement) const override {
    CaseColumn out;
    for (const std::uint32_t target : of(placement).target) {
      const auto found = outcome_.find({row, target});
      out.outcome.push_back(found == outcome_.end() ? CaseOutcome::not_planned : found->second);
      out.disturbed.push_back(disturbed_.contains({row, target}) ? 1 : 0);
    }
    return out;
  }

  std::vector<Division> divisions(std::size_t row, Placement placement) const override {
    std::vector<Division> out;
    for (const std::uint32_t target : of(placement).target) {
      const auto division = division_.find({row, target});
      out.push_back(division == division_.end() ? Division::unknown : division->second);
    }
    return out;
  }

  ExactRow exact(std::size_t row, Placement placement) const override {
    const std::size_t columns = of(placement).size();
    ExactRow out{std::vector<std::int64_t>(columns), std::vector<std::uint8_t>(columns)};
    for (const ExactValue& exact : results_.exact) {
      if (exact.series != row || results_.targets[exact.target].placement != placement) continue;
      out.value[column_[exact.target]] = exact.value;
      out.state[column_[exact.target]] = exact.differs ? 2 : 1;
    }
    return out;
  }

  std::vector<std::uint32_t> texts(std::size_t row, Placement placement) const override {
    return attribute(placement, series[row].metric());
  }

 private:
  static constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

  std::uint32_t row_of(const std::string& text) {
    const auto [at, is_new] = rows_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(text);
    return at->second;
  }
  std::uint32_t row_or_none(const std::string& text) { return text.empty() ? kNoText : row_of(text); }

  /// What was found of each target, by key; several joined.
  void collect_facts() {
    std::map<std::pair<std::uint32_t, std::string>, std::vector<std::string>> found;
    for (const FactRow& fact : results_.facts) {
      if (fact.found.empty()) continue;
      auto& texts = found[{fact.target, fact.key}];
      if (std::ranges::find(texts, fact.found) == texts.end()) texts.push_back(fact.found);
    }
    for (auto& [place, texts] : found) {
      std::string joined;
      for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
      facts_[place.first].emplace(place.second, std::move(joined));
    }
  }

  std::string fact_of(std::uint32_t target, const std::string& key) const {
    const auto of_target = facts_.find(target);
    if (of_target == facts_.end()) return {};
    const auto found = of_target->second.find(key);
    return found == of_target->second.end() ? std::string{} : found->second;
  }

  std::string key_of(std::uint32_t row) const {
    for (std::string key :
         {fact_of(row, "device/serial"), results_.targets[row].serial, fact_of(row, "device/uuid")}) {
      if (!key.empty()) return key;
    }
    return results_.targets[row].name;
  }

  /// What was found alike on every node of a group before it was measured. A file of cells does not say which nodes these are.
  std::map<std::string, std::string> shared_conditions(const TargetRow& group) const {
    std::map<std::string, std::string> shared;
    for (std::size_t i = 0; i < group.members.size(); ++i) {
      const auto facts = facts_.find(group.members[i]);
      if (facts == facts_.end()) return {};
      if (i == 0) shared = facts->second;
      std::erase_if(shared, [&](const auto& item) {
        const auto found = facts->second.find(item.first);
        return !item.first.starts_with(kPreflightKey) || found == facts->second.end() ||
               found->second != item.second;
      });
    }
    return shared;
  }

  /// Of a pair or group: that of all its members, or none.
  std::string rack_of(const TargetRow& target) const {
    if (!target.rack.empty() || target.members.empty()) return target.rack;
    const std::string& first = results_.targets[target.members.front()].rack;
    const bool all = std::ranges::all_of(
        target.members, [&](std::uint32_t member) { return results_.targets[member].rack == first; });
    return all ? first : std::string{};
  }

  void make_subjects(Placement placement) {
    const auto at = static_cast<std::size_t>(placement);
    Subjects& subjects = subjects_of(placement);
    auto& attribute = attribute_[at];
    const auto& columns = results_.columns[at];
    const auto set = [&](const std::string& name, std::size_t column, const std::string& text) {
      auto& rows = attribute.try_emplace(name, columns.size(), kNoText).first->second;
      rows[column] = row_of(text);
    };
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::uint32_t row = columns[i];
      const TargetRow& target = results_.targets[row];
      subjects.target.push_back(row);
      subjects.name.push_back(row_of(target.name));
      subjects.scope.push_back(row_of(target.scope));
      subjects.rack.push_back(row_or_none(rack_of(target)));
      subjects.model.push_back(row_or_none(target.model));
      subjects.key.push_back(row_of(key_of(row)));
      const bool has_node = placement != Placement::group && !target.members.empty();
      subjects.node.push_back(has_node ? column_.at(target.members[0]) : kNoText);
      subjects.second.push_back(placement == Placement::pair && target.members.size() > 1
                                    ? column_.at(target.members[1])
                                    : kNoText);
      subjects.part.push_back(target.part);
      for (const auto& [label, value] : target.labels) set(std::string(kLabelPrefix) + label, i, value);
      if (const auto facts = facts_.find(row); facts != facts_.end()) {
        for (const auto& [key, text] : facts->second) set(key, i, text);
      }
      if (placement == Placement::group) {
        for (const auto& [key, text] : shared_conditions(target)) {
          if (fact_of(row, key).empty()) set(key, i, text);
        }
      }
    }
    for (const auto& [name, rows] : attribute) attributes[at].push_back(name);
  }
  Subjects& subjects_of(Placement placement) {
    Subjects& subjects = of(placement);
    subjects.placement = placement;
    return subjects;
  }

  /// The range of the launches behind each cell: of their last attempts, which ended ok.
  void collect_launches() {
    std::map<std::tuple<std::uint32_t, std::string_view, std::int32_t>, std::uint32_t> last;
    for (std::uint32_t i = 0; i < results_.attempts.size(); ++i) {
      const AttemptRow& attempt = results_.attempts[i];
      last[{attempt.target, attempt.case_id, attempt.launch}] = i;
    }
    for (const LaunchValue& value : results_.launch_values) {
      const AttemptRow& attempt = results_.attempts[value.attempt];
      if (attempt.outcome.status != Status::ok ||
          last.at({attempt.target, attempt.case_id, attempt.launch}) != value.attempt)
        continue;
      const auto number = float_outward(value.value);
      const auto [at, is_new] = range_.try_emplace({value.series, attempt.target}, number);
      if (is_new) continue;
      at->second.first = std::min(at->second.first, number.first);
      at->second.second = std::max(at->second.second, number.second);
    }
  }
  static std::pair<float, float> float_outward(double value) {
    return {float_down(rounded_down(value, 5)), float_up(rounded_up(value, 5))};
  }

  void take_outcomes(const std::vector<PromiseOutcome>& outcomes) {
    if (outcomes.size() != results_.promises.size()) throw Error("outcomes of other promises");
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const PromiseRow& promise = results_.promises[i];
      const auto found = case_row_.find(promise.case_id);
      if (found == case_row_.end()) throw Error("a promised case that no series belongs to");
      outcome_[{found->second, promise.target}] = outcomes[i].outcome;
      if (outcomes[i].disturbed) disturbed_.insert({found->second, promise.target});
    }
  }

  void collect_divisions() {
    for (const AttemptRow& attempt : results_.attempts) {
      const auto found = case_row_.find(attempt.case_id);
      if (found == case_row_.end() || attempt.launch < 0 || attempt.outcome.status != Status::ok) continue;
      const Division division = attempt.division == to_string(Division::closed) ? Division::closed
                                : attempt.division == to_string(Division::open) ? Division::open
                                                                                : Division::unknown;
      const auto [at, is_new] = division_.try_emplace({found->second, attempt.target}, division);
      if (!is_new && at->second != division) at->second = Division::mixed;
    }
  }

  /// Without attribution, which needs to look at other targets.
  void collect_attempts() {
    std::map<std::pair<std::size_t, std::uint32_t>, std::map<std::int32_t, const Outcome*>> launches;
    std::set<std::pair<std::size_t, std::uint32_t>> wrong;
    for (const AttemptRow& attempt : results_.attempts) {
      const auto found = case_row_.find(attempt.case_id);
      if (found == case_row_.end() || !attempt.counts()) continue;
      if (attempt.outcome.status == Status::wrong) wrong.insert({found->second, attempt.target});
      launches[{found->second, attempt.target}][attempt.launch] = &attempt.outcome;
    }
    for (const PromiseRow& promise : results_.promises) {
      const auto found = case_row_.find(promise.case_id);
      if (found == case_row_.end()) continue;
      const std::pair place{found->second, promise.target};
      CaseOutcome& outcome = outcome_[place];
      const int planned = results_.provenance_of(results_.targets[promise.target]).launches;
      std::ptrdiff_t ok = 0, made = 0;
      for (const auto& [launch, outcome_of] : launches[place]) {
        ok += outcome_of->status == Status::ok ? 1 : 0;
        made += counts_as_made(launch, planned, *outcome_of) ? 1 : 0;
      }
      outcome = !promise.exempt.empty()     ? CaseOutcome::exempt
                : wrong.contains(place)     ? CaseOutcome::wrong
                : ok == 0                   ? CaseOutcome::not_measured
                : ok < planned || ok < made ? CaseOutcome::partial
                                            : CaseOutcome::complete;
    }
  }

  Results results_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> rows_;
  std::unordered_map<std::string_view, std::size_t> case_row_;
  std::vector<std::uint32_t> column_;  // of each target in its placement
  std::map<std::uint32_t, std::map<std::string, std::string>> facts_;
  std::array<std::map<std::string, std::vector<std::uint32_t>>, kPlacementCount> attribute_;
  std::map<std::pair<std::size_t, std::uint32_t>, std::pair<float, float>> range_;  // series, target
  std::map<std::pair<std::size_t, std::uint32_t>, CaseOutcome> outcome_;            // case, target
  std::set<std::pair<std::size_t, std::uint32_t>> disturbed_;
  std::map<std::pair<std::size_t, std::uint32_t>, Division> division_;
};

}  // namespace

std::unique_ptr<CellSource> CellSource::of_results(const std::filesystem::path& file) {
  return std::make_unique<ResultsCells>(read_results(file, ReadSamples::none), nullptr);
}

std::unique_ptr<CellSource> CellSource::of_results(Results results,
                                                   const std::vector<PromiseOutcome>& outcomes) {
  return std::make_unique<ResultsCells>(std::move(results), &outcomes);
}

}  // namespace rackproof
