// What results files hold, as cohorts of a calibration.
#include <fmt/format.h>

#include <cmath>
#include <set>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/verdict/calibrate/calibration.hpp"
#include "harness/verdict/measurements.hpp"

namespace rackproof {

namespace {

/// One serial for each target: what the site promises, as judge() looks for it; else what a device told; empty: none is known.
std::vector<std::string> serials_of(const Results& results) {
  std::vector<std::string> out;
  for (const TargetRow& target : results.targets) out.push_back(target.serial);
  for (const FactRow& fact : results.facts) {
    if (fact.key == "device/serial" && !fact.found.empty() && out.at(fact.target).empty())
      out[fact.target] = fact.found;
  }
  return out;
}

class CalibrationCohorts {
 public:
  void add(const CalibrationInput& input) {
    const Results& results = *input.results;
    const Measurements measurements(results);
    const std::vector<std::string> serials = serials_of(results);
    std::set<std::pair<std::string_view, std::uint32_t>> promised;
    for (const PromiseRow& promise : results.promises) {
      if (promise.exempt.empty()) promised.emplace(promise.case_id, promise.target);
    }
    for (std::uint32_t series = 0; series < results.series.size(); ++series) {
      const SeriesRow& row = results.series[series];
      if (row.kind != QuantityKind::real) continue;
      require_one_definition(row, input.file);
      std::set<std::pair<std::string_view, std::string_view>> seen;  // scope, serial
      for (std::uint32_t target = 0; target < results.targets.size(); ++target) {
        if (!promised.contains({row.case_id, target})) continue;
        const TargetRow& place = results.targets[target];
        const std::string& key = serials[target].empty() ? place.name : serials[target];
        CalibrationCohort& cohort = cohort_of(row, place);
        if (!seen.emplace(place.scope, key).second)
          throw Error(fmt::format("{}: {} stands for two targets that measured {}", input.file,
                                  printable(key), row.metric()));
        take(measurements.real(series, target), key, cohort);
      }
    }
  }

  std::vector<CalibrationCohort> take_all() {
    std::vector<CalibrationCohort> out;
    for (auto& [key, cohort] : cohorts_) out.push_back(std::move(cohort));
    return out;
  }

 private:
  void require_one_definition(const SeriesRow& row, const std::string& file) {
    const auto definition = fmt::format("{}, {}, {}, definition {}", row.unit, to_string(row.direction),
                                        row.formula, row.definition_hash.substr(0, 12));
    const auto [at, is_new] = definitions_.try_emplace(row.metric(), file, definition);
    if (!is_new && at->second.second != definition)
      throw Error(fmt::format("{} is not the same metric in all files: {} has ({}), {} has ({})",
                              row.metric(), at->second.first, at->second.second, file, definition));
  }

  CalibrationCohort& cohort_of(const SeriesRow& row, const TargetRow& target) {
    CalibrationCohort& cohort = cohorts_[{row.metric(), target.scope, target.model}];
    if (cohort.metric.empty()) {
      cohort.metric = row.metric();
      cohort.scope = target.scope;
      cohort.model = target.model;
      cohort.definition_hash = row.definition_hash;
      cohort.unit = row.unit;
      cohort.direction = row.direction;
    }
    return cohort;
  }

  static void take(const RealMeasurement& real, const std::string& key, CalibrationCohort& cohort) {
    if (!std::isfinite(real.value)) {
      ++cohort.not_measured;
      return;
    }
    cohort.values[key].push_back(real.value);
    DeviceLaunches launches;
    for (const LaunchValue* launch : real.rows) {
      launches.values.push_back(launch->value);
      launches.half_widths.push_back((launch->hi - launch->lo) / 2);
    }
    cohort.launches.push_back(std::move(launches));
  }

  std::map<std::tuple<std::string, std::string, std::string>, CalibrationCohort>
      cohorts_;                                                             // metric, scope, model
  std::map<std::string, std::pair<std::string, std::string>> definitions_;  // metric → file, definition
};

}  // namespace

std::vector<CalibrationCohort> calibration_cohorts(const std::vector<CalibrationInput>& inputs) {
  CalibrationCohorts cohorts;
  for (const CalibrationInput& input : inputs) cohorts.add(input);
  return cohorts.take_all();
}

CalibrationText calibration_text(const std::vector<CalibrationInput>& inputs, std::string name) {
  CalibrationText text;
  text.name = std::move(name);
  std::set<std::string> serials;
  for (const CalibrationInput& input : inputs) {
    text.date = std::max(text.date, input.results->provenance.finished_utc.substr(0, 10));
    std::set<std::uint32_t> measured;
    for (const LaunchValue& value : input.results->launch_values) {
      const std::uint32_t target = input.results->attempts.at(value.attempt).target;
      measured.insert(target);
      for (const std::uint32_t node : input.results->targets.at(target).members) measured.insert(node);
    }
    const std::vector<std::string> all = serials_of(*input.results);
    for (const std::uint32_t target : measured) serials.insert(all.at(target));
  }
  serials.erase("");
  text.serials.assign(serials.begin(), serials.end());
  return text;
}

}  // namespace rackproof
