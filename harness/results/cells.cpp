#include "harness/results/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <string_view>
#include <tuple>

#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// A decimal number: digits × 10^exponent. Steps are made in decimal, where scaling by a power of ten is
/// exact.
struct Decimal {
  long long digits = 0;
  int exponent = 0;
  double value() const { return std::strtod(fmt::format("{}e{}", digits, exponent).c_str(), nullptr); }
};

/// The decimal number of so many significant digits that is nearest to a finite value.
Decimal nearest(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", value, digits - 1);  // "-1.234e+05"
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  std::erase(mantissa, '.');
  return {std::atoll(mantissa.c_str()), std::atoi(text.c_str() + e + 1) - (digits - 1)};
}

}  // namespace

float float_down(double value) {
  const auto near = static_cast<float>(value);
  return static_cast<double>(near) > value ? std::nextafter(near, -INFINITY) : near;
}
float float_up(double value) {
  const auto near = static_cast<float>(value);
  return static_cast<double>(near) < value ? std::nextafter(near, INFINITY) : near;
}

double rounded(double value, int digits) {
  return std::isfinite(value) ? nearest(value, digits).value() : value;
}

double rounded_down(double value, int digits) {
  if (!std::isfinite(value)) return value;
  Decimal decimal = nearest(value, digits);
  if (decimal.value() > value) --decimal.digits;
  return decimal.value();
}

double rounded_up(double value, int digits) {
  if (!std::isfinite(value)) return value;
  Decimal decimal = nearest(value, digits);
  if (decimal.value() < value) ++decimal.digits;
  return decimal.value();
}

CellValue summarise(const std::vector<const AttemptRow*>& attempts, const std::vector<LaunchValue>& values,
                    double launch_component) {
  CellValue cell = empty_cell();
  if (attempts.empty()) return cell;
  // The last attempt of the last launch speaks, but an ok one before any other and a wrong one before all.
  const auto weight = [](const AttemptRow* row) {
    const Status status = row->outcome.status;
    return std::tuple(status == Status::wrong, status == Status::ok, row->launch, row->attempt);
  };
  const AttemptRow& telling = **std::ranges::max_element(attempts, {}, weight);
  cell.status = telling.outcome.status;
  cell.stop = telling.stop;
  if (cell.status != Status::ok || values.empty()) return cell;

  std::vector<double> medians;
  Interval within;  // around the value
  for (const LaunchValue& launch : values) {
    // One launch without a number leaves the cell without one: a NaN is never averaged away.
    if (!std::isfinite(launch.value) || !std::isfinite(launch.lo) || !std::isfinite(launch.hi)) return cell;
    medians.push_back(launch.value);
    within.lo += (launch.lo - launch.value) / static_cast<double>(values.size());
    within.hi += (launch.hi - launch.value) / static_cast<double>(values.size());
  }
  const double value = median(medians);
  const Interval interval =
      widened(value, {value + within.lo, value + within.hi}, launch_component, values.size());
  cell.value = static_cast<float>(rounded(value, 5));
  cell.lo = float_down(rounded_down(interval.lo, 4));
  cell.hi = float_up(rounded_up(interval.hi, 4));
  cell.n = static_cast<std::uint16_t>(
      std::min<std::size_t>(values.size(), std::numeric_limits<std::uint16_t>::max()));
  return cell;
}

CellValue empty_cell() { return {kNaN, kNaN, kNaN, 0, Status::skipped, Stop::none}; }

void fill_cells(Results& results) {
  std::vector<std::size_t> column_of(results.targets.size());
  for (std::uint32_t target = 0; target < results.targets.size(); ++target) {
    auto& columns = results.columns[static_cast<std::size_t>(results.targets[target].placement)];
    column_of[target] = columns.size();
    columns.push_back(target);
  }
  for (std::size_t placement = 0; placement < results.cells.size(); ++placement) {
    results.cells[placement].assign(results.series.size() * results.columns[placement].size(), empty_cell());
  }
  std::map<std::string_view, std::vector<std::uint32_t>> series_of;
  for (std::uint32_t i = 0; i < results.series.size(); ++i) series_of[results.series[i].case_id].push_back(i);
  std::map<std::pair<std::uint32_t, std::string_view>, std::vector<const AttemptRow*>> attempts;
  for (const AttemptRow& row : results.attempts) {
    if (row.counts()) attempts[{row.target, row.case_id}].push_back(&row);
  }
  // A launch has one ok attempt; should it have more, the last counts.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<std::int32_t, LaunchValue>> values;
  for (const LaunchValue& value : results.launch_values) {
    const AttemptRow& attempt = results.attempts[value.attempt];
    values[{attempt.target, value.series}].insert_or_assign(attempt.launch, value);
  }
  for (const auto& [place, rows] : attempts) {
    const auto [target, case_id] = place;
    const auto placement = static_cast<std::size_t>(results.targets[target].placement);
    for (const std::uint32_t series : series_of[case_id]) {
      std::vector<LaunchValue> launches;
      for (const auto& [launch, value] : values[{target, series}]) launches.push_back(value);
      results.cells[placement][series * results.columns[placement].size() + column_of[target]] =
          summarise(rows, launches, results.provenance.launch_component);
    }
  }
}

}  // namespace rackproof
