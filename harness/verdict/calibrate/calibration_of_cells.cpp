// The calibration of a file of cells.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/verdict/calibrate/calibrated_limit.hpp"

namespace rackproof {

namespace {

/// Devices from which the launch component is told.
constexpr std::size_t kMostRelaunched = 4096;

void take(const CellReader& cells, const Subjects& subjects, const CellRow& row, std::size_t column,
          CalibrationCohort& cohort) {
  if (!std::isfinite(row.value[column])) {
    ++cohort.not_measured;
    return;
  }
  const std::string key(cells.text(subjects.key[column]));
  auto& values = cohort.values[key];
  if (!values.empty())
    throw Error(fmt::format("{} stands for two targets that measured {}", printable(key), cohort.metric));
  values.push_back(row.value[column]);
  if (row.n[column] == 2 && std::isfinite(row.least[column]) && std::isfinite(row.most[column]) &&
      cohort.launches.size() < kMostRelaunched)
    cohort.launches.push_back({{row.least[column], row.most[column]}, {0, 0}});
}

std::vector<CalibrationCohort> cohorts_of(const CellReader& cells, std::size_t series, Placement placement) {
  const Subjects& subjects = cells.subjects(placement);
  const SeriesRow& definition = cells.series()[series];
  const CellRow row = cells.read(series, placement, {.interval = false, .range = true});
  const CaseColumn outcomes = cells.read_case(
      static_cast<std::size_t>(std::ranges::find(cells.cases(), definition.case_id) - cells.cases().begin()),
      placement);
  std::map<std::pair<std::uint32_t, std::uint32_t>, CalibrationCohort> cohorts;  // scope, model
  for (std::size_t column = 0; column < subjects.size(); ++column) {
    const CaseOutcome outcome = outcomes.outcome[column];
    if (outcome == CaseOutcome::not_planned || outcome == CaseOutcome::exempt) continue;
    CalibrationCohort& cohort = cohorts[{subjects.scope[column], subjects.model[column]}];
    if (cohort.metric.empty()) {
      cohort.metric = definition.metric();
      cohort.scope = cells.text(subjects.scope[column]);
      cohort.model = cells.text(subjects.model[column]);
      cohort.definition_hash = definition.definition_hash;
      cohort.unit = definition.unit;
      cohort.direction = definition.direction;
    }
    take(cells, subjects, row, column, cohort);
  }
  std::vector<CalibrationCohort> out;
  for (auto& [key, cohort] : cohorts) out.push_back(std::move(cohort));
  return out;
}

}  // namespace

Calibration calibrate(const CellReader& cells, const CalibrationSettings& settings) {
  check(settings);
  Calibration out{settings, {}};
  for (std::size_t series = 0; series < cells.series().size(); ++series) {
    const SeriesRow& row = cells.series()[series];
    if (row.kind != QuantityKind::real || !fits_pattern(settings.pattern, row.metric())) continue;
    for (const Placement placement : kPlacements) {
      if (cells.subjects(placement).size() == 0) continue;
      for (CalibrationCohort& cohort : cohorts_of(cells, series, placement)) {
        CalibratedLimit limit = calibrated_limit(std::move(cohort), settings);
        limit.cohort.values.clear();
        limit.cohort.launches.clear();
        out.limits.push_back(std::move(limit));
      }
    }
  }
  require_limits(out);
  std::ranges::stable_sort(out.limits, {}, [](const CalibratedLimit& limit) {
    return std::tie(limit.cohort.metric, limit.cohort.scope, limit.cohort.model);
  });
  return out;
}

CalibrationText calibration_text(const CellReader& cells, std::string name) {
  CalibrationText text;
  text.name = std::move(name);
  text.date = cells.provenance().finished_utc.substr(0, 10);
  std::set<std::string_view> serials;
  for (const Placement placement : {Placement::device, Placement::node}) {
    const Subjects& subjects = cells.subjects(placement);
    for (std::size_t column = 0; column < subjects.size(); ++column) {
      if (subjects.key[column] != subjects.name[column]) serials.insert(cells.text(subjects.key[column]));
    }
  }
  serials.erase("");
  if (serials.size() > kMostCalibrationSerials)
    throw Error(fmt::format(
        "{} serials do not fit into one limits file, which takes {}: calibrate on the results of a sample, "
        "or scores instead of gates",
        serials.size(), kMostCalibrationSerials));
  text.serials.assign(serials.begin(), serials.end());
  return text;
}

}  // namespace rackproof
