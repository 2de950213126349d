#include "harness/verdict/compare/comparison_side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "harness/base/error.hpp"
#include "harness/verdict/compare/attempt_implementation.hpp"
#include "harness/verdict/compare/attempt_power.hpp"
#include "harness/verdict/compare/replication.hpp"
#include "harness/verdict/note_texts.hpp"

namespace rackproof {

namespace {

/// One series on some targets of a scope, as it is read.
struct SeriesReading {
  const CellReader* cells = nullptr;
  std::size_t series = 0;
  std::size_t case_row = 0;
  Placement placement = Placement::device;
  std::shared_ptr<const Replication> scope;
  std::vector<std::uint32_t> rows;  ///< of the scope, in this division
  CasePowers powers;
};

/// Geometric mean of what counts of one replicate.
struct LogMean {
  double sum = 0;
  double single = std::numeric_limits<double>::quiet_NaN();
  std::size_t n = 0;
  void add(double value) {
    if (std::isnan(value)) return;
    sum += std::log(value);
    single = value;
    ++n;
  }
  double value() const { return n <= 1 ? single : std::exp(sum / static_cast<double>(n)); }
};

ReplicateValues read(const SeriesReading& from) {
  const CellRow cells =
      from.cells->read(from.series, from.placement, {.interval = false, .range = false, .state = false});
  const CaseColumn cases = from.cells->read_case(from.case_row, from.placement);
  const Subjects& subjects = from.cells->subjects(from.placement);
  std::vector<LogMean> values(from.scope->count);
  std::map<std::string, std::vector<LogMean>> watts;
  for (const auto& [source, of_target] : from.powers) watts[source].resize(from.scope->count);
  std::vector<std::uint32_t> rack(from.scope->count, kNoText);
  std::vector<bool> is_planned(from.scope->count, false);
  for (const std::uint32_t row : from.rows) {
    const std::uint32_t column = from.scope->columns[row], replicate = from.scope->replicate[row];
    if (column >= cases.outcome.size() || column >= cells.value.size()) continue;
    const CaseOutcome outcome = cases.outcome[column];
    if (outcome == CaseOutcome::not_planned || outcome == CaseOutcome::exempt) continue;
    is_planned[replicate] = true;
    rack[replicate] = subjects.rack[column];
    values[replicate].add(double{cells.value[column]});
    for (const auto& [source, of_target] : from.powers) {
      const auto found = of_target.find(subjects.target[column]);
      if (found != of_target.end()) watts[source][replicate].add(found->second);
    }
  }
  ReplicateValues out;
  for (std::size_t i = 0; i < from.scope->count; ++i) {
    if (!is_planned[i]) continue;
    out.values.push_back(values[i].value());
    out.racks.push_back(rack[i]);
    for (const auto& [source, means] : watts) out.watts[source].push_back(means[i].value());
  }
  if (from.placement == Placement::pair || from.placement == Placement::group) out.racks.clear();
  return out;
}

class SideBuilder {
 public:
  SideBuilder(const CellReader& cells, const Results* results) : cells_(cells) {
    if (results != nullptr) {
      implementations_ = implementations_of(*results);
      powers_ = powers_of(*results);
    }
    for (std::size_t i = 0; i < cells.cases().size(); ++i) case_row_.emplace(cells.cases()[i], i);
  }

  ComparisonSide build() {
    ComparisonSide side;
    side.name = printable(cells_.path().string());
    side.campaign = cells_.provenance().campaign_id;
    for (const Placement placement : kPlacements) {
      for (Replication& scope : replications(cells_, placement)) {
        if (scope.count < scope.columns.size())
          side.notes.emplace_back(note_texts::kCountedOnce, side.name, scope.columns.size(),
                                  printable(scope.scope), scope.count);
        const std::set<std::string> models = models_of(placement, scope);
        side.models.insert(models.begin(), models.end());
        const auto shared = std::make_shared<const Replication>(std::move(scope));
        for (std::size_t series = 0; series < cells_.series().size(); ++series)
          add(series, placement, shared, models, side);
      }
    }
    return side;
  }

 private:
  std::set<std::string> models_of(Placement placement, const Replication& scope) const {
    std::set<std::uint32_t> rows;
    for (const std::uint32_t column : scope.columns) rows.insert(cells_.subjects(placement).model[column]);
    rows.erase(kNoText);
    std::set<std::string> models;
    for (const std::uint32_t row : rows) models.emplace(cells_.text(row));
    return models;
  }

  void add(std::size_t series, Placement placement, const std::shared_ptr<const Replication>& scope,
           const std::set<std::string>& models, ComparisonSide& side) const {
    const SeriesRow& row = cells_.series()[series];
    if (row.kind != QuantityKind::real) return;
    for (auto& [division, rows] : by_division(row.case_id, placement, *scope)) {
      ComparedSeries out;
      out.metric = row.metric();
      out.scope = scope->scope;
      out.division = division;
      out.definition_hash = row.definition_hash;
      out.unit = row.unit;
      out.formula = row.formula;
      out.clock = row.clock;
      out.direction = row.direction;
      out.models = models;
      out.dependent =
          division == to_string(Division::mixed) ? Phrase(note_texts::kSeveralDivisions) : scope->dependent;
      SeriesReading reading{&cells_,         series, case_row_.at(row.case_id), placement, scope,
                            std::move(rows), {}};
      if (const auto of_case = implementations_.find(row.case_id); of_case != implementations_.end()) {
        const auto found = of_case->second.find(division);
        if (found != of_case->second.end()) out.implementations = found->second;
      }
      if (const auto powers = powers_.find(row.case_id); powers != powers_.end())
        reading.powers = powers->second;
      out.read = [reading = std::move(reading)] { return read(reading); };
      side.series.push_back(std::move(out));
    }
  }

  /// Rows of the scope, by division. A target without a launch that ended ok is counted with most of the others: that it has no
  /// number belongs to what is compared.
  std::map<std::string, std::vector<std::uint32_t>> by_division(const std::string& case_id,
                                                                Placement placement,
                                                                const Replication& scope) const {
    const std::vector<Division> divisions = cells_.read_divisions(case_row_.at(case_id), placement);
    const auto of = [&](std::uint32_t row) {
      const std::uint32_t column = scope.columns[row];
      return column < divisions.size() ? divisions[column] : Division::unknown;
    };
    std::array<std::size_t, kDivisionCount> targets{};
    for (std::uint32_t row = 0; row < scope.columns.size(); ++row)
      ++targets[static_cast<std::size_t>(of(row))];
    targets[static_cast<std::size_t>(Division::unknown)] = 0;
    const auto most = std::ranges::max_element(targets);
    const Division usual = *most == 0 ? Division::unknown : static_cast<Division>(most - targets.begin());
    std::map<std::string, std::vector<std::uint32_t>> out;
    for (std::uint32_t row = 0; row < scope.columns.size(); ++row) {
      const Division division = of(row) == Division::unknown ? usual : of(row);
      out[std::string(to_string(division))].push_back(row);
    }
    return out;
  }

  const CellReader& cells_;
  std::map<std::string, Implementations> implementations_;
  std::map<std::string, CasePowers> powers_;
  std::map<std::string, std::size_t> case_row_;
};

}  // namespace

ComparisonSide comparison_side(const CellReader& cells, const Results* results, std::string sha256) {
  ComparisonSide side = SideBuilder(cells, results).build();
  side.sha256 = std::move(sha256);
  side.conditions = found_conditions(cells, results);
  return side;
}

}  // namespace rackproof
