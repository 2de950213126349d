#include "harness/results/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The powers of ten that a double holds exactly.
constexpr auto kPowers =
    std::to_array({1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22});
constexpr int kLargestPower = static_cast<int>(kPowers.size()) - 1;

/// value × 10^exponent for |exponent| ≤ kLargestPower: one operation, rounded once.
double scaled(double value, int exponent) {
  return exponent >= 0 ? value * kPowers[static_cast<std::size_t>(exponent)]
                       : value / kPowers[static_cast<std::size_t>(-exponent)];
}

/// A decimal number: digits × 10^exponent. Steps are made in decimal, where scaling by a power of ten is
/// exact.
struct Decimal {
  long long digits = 0;
  int exponent = 0;
  double value() const {
    // Both factors are exact, so the one rounding is the one that reading the text makes.
    if (std::abs(digits) < (1LL << 53) && std::abs(exponent) <= kLargestPower)
      return scaled(static_cast<double>(digits), exponent);
    return std::strtod(fmt::format("{}e{}", digits, exponent).c_str(), nullptr);
  }
};

/// As nearest() below, without a text; nothing where rounding while scaling could tell another decimal: near ties, at the ends of
/// a decade, for very large and very small values.
std::optional<Decimal> nearest_by_scaling(double value, int digits) {
  constexpr int kMostDigits = 6;            // scaled values are below 10^6, off by less than 1e-10
  constexpr double kNearTie = 1e-9;         // far more than that
  constexpr double kLog2 = 0.301029995664;  // log10(2)
  const double size = std::abs(value);
  if (digits > kMostDigits || !(size >= 1e-16 && size <= 1e21)) return std::nullopt;
  const int binary = static_cast<int>(std::bit_cast<std::uint64_t>(size) >> 52) - 1023;
  int exponent =
      static_cast<int>(std::floor(binary * kLog2)) - (digits - 1);  // of the last digit, or one less
  const double decade = kPowers[static_cast<std::size_t>(digits)];
  double last = scaled(size, -exponent);  // in units of the last digit
  if (last >= decade) last = scaled(size, -++exponent);
  const auto below = static_cast<long long>(last);
  const double rest = last - static_cast<double>(below);
  if (std::abs(rest - 0.5) < kNearTie) return std::nullopt;
  const long long whole = below + (rest > 0.5 ? 1 : 0);
  if (!(static_cast<double>(whole) > decade / 10 && static_cast<double>(whole) < decade)) return std::nullopt;
  return Decimal{value < 0 ? -whole : whole, exponent};
}

/// The decimal number of so many significant digits that is nearest to a finite value.
Decimal nearest(double value, int digits) {
  if (const auto quick = nearest_by_scaling(value, digits)) return *quick;
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

  const CellValue number = summarise_numbers(values, launch_component);
  cell.value = number.value;
  cell.lo = number.lo;
  cell.hi = number.hi;
  cell.n = number.n;
  return cell;
}

CellValue summarise_numbers(std::span<const LaunchValue> launches, double launch_component) {
  CellValue cell = empty_cell();
  thread_local std::vector<double> medians;  // a fleet has hundreds of millions of cells
  medians.clear();
  Interval within;  // around the value
  for (const LaunchValue& launch : launches) {
    // One launch without a number leaves the cell without one: a NaN is never averaged away.
    if (!std::isfinite(launch.value) || !std::isfinite(launch.lo) || !std::isfinite(launch.hi)) return cell;
    medians.push_back(launch.value);
    within.lo += (launch.lo - launch.value) / static_cast<double>(launches.size());
    within.hi += (launch.hi - launch.value) / static_cast<double>(launches.size());
  }
  const double value = median(medians);
  const Interval interval =
      widened(value, {value + within.lo, value + within.hi}, launch_component, launches.size());
  cell.value = static_cast<float>(rounded(value, 5));
  cell.lo = float_down(rounded_down(interval.lo, 4));
  cell.hi = float_up(rounded_up(interval.hi, 4));
  cell.n = static_cast<std::uint16_t>(
      std::min<std::size_t>(launches.size(), std::numeric_limits<std::uint16_t>::max()));
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
