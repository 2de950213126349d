#include "harness/verdict/measurements.hpp"

#include <algorithm>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"

namespace rackproof {

Measurements::Measurements(const Results& results) : results_(results) {
  index_columns();
  index_launches();
  for (const auto& exact : results.exact) {
    if (exact.series >= results.series.size() || exact.target >= results.targets.size()) {
      throw Error("an exact value of a series or target outside its table");
    }
    exact_[key(exact.series, exact.target)] = &exact;
  }
  for (const auto& fact : results.facts) {
    if (fact.found.empty()) continue;
    auto& found = texts_[{fact.target, fact.key}];
    if (std::find(found.begin(), found.end(), fact.found) == found.end()) found.push_back(fact.found);
  }
}

void Measurements::index_columns() {
  column_.assign(results_.targets.size(), -1);
  for (std::size_t placement = 0; placement < results_.columns.size(); ++placement) {
    const auto& columns = results_.columns[placement];
    if (results_.cells[placement].size() != columns.size() * results_.series.size()) {
      throw Error("a table of results has another shape than its series and targets");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] >= results_.targets.size() ||
          static_cast<std::size_t>(results_.targets[columns[i]].placement) != placement) {
        throw Error("a column of results does not belong to a target of its placement");
      }
      column_[columns[i]] = static_cast<std::int64_t>(i);
    }
  }
}

void Measurements::index_launches() {
  // The last attempt of each launch, in the order of the file: only it can contribute.
  std::map<std::tuple<std::uint32_t, std::string_view, std::int32_t>, std::uint32_t> last;
  for (std::uint32_t row = 0; row < results_.attempts.size(); ++row) {
    const AttemptRow& attempt = results_.attempts[row];
    last[{attempt.target, attempt.case_id, attempt.launch}] = row;
  }
  for (const auto& value : results_.launch_values) {
    if (value.attempt >= results_.attempts.size() || value.series >= results_.series.size()) {
      throw Error("a launch value of an attempt or series outside its table");
    }
    const AttemptRow& attempt = results_.attempts[value.attempt];
    if (attempt.case_id != results_.series[value.series].case_id) {
      throw Error("a launch value whose attempt was made at another case");
    }
    if (attempt.outcome.status != Status::ok) continue;
    if (last.at({attempt.target, attempt.case_id, attempt.launch}) != value.attempt) continue;
    launches_[key(value.series, attempt.target)][attempt.launch] = &value;
  }
}

RealMeasurement Measurements::real(std::uint32_t series, std::uint32_t target) const {
  RealMeasurement out{kNoNumber, kNoNumber, kNoNumber, {}, {}};
  if (column_[target] < 0) return out;
  const auto placement = static_cast<std::size_t>(results_.targets[target].placement);
  const auto column = static_cast<std::size_t>(column_[target]);
  const CellValue& cell = results_.cells[placement][series * results_.columns[placement].size() + column];
  out.value = static_cast<double>(cell.value);
  out.lo = static_cast<double>(cell.lo);
  out.hi = static_cast<double>(cell.hi);
  if (const auto found = launches_.find(key(series, target)); found != launches_.end()) {
    for (const auto& [launch, row] : found->second) {
      out.launches.push_back(row->value);
      out.rows.push_back(row);
    }
  }
  return out;
}

const ExactValue* Measurements::exact(std::uint32_t series, std::uint32_t target) const {
  const auto found = exact_.find(key(series, target));
  return found == exact_.end() ? nullptr : found->second;
}

std::vector<std::string> Measurements::texts(std::uint32_t series, std::uint32_t target) const {
  const std::string metric = results_.series[series].metric();
  const auto found = texts_.find({target, metric});
  return found == texts_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace rackproof
