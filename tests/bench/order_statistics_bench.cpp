// Median and scaled MAD of one series over a fleet: OrderStatistics against two std::nth_element, in alternation.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/base/statistics.hpp"
#include "harness/verdict/peers/order_statistics.hpp"

namespace rackproof {
namespace {

constexpr std::size_t kSubjects = 40'000 * 64;
constexpr int kTurns = 31;
constexpr double kLeastRatio = 3;  // of times

using Estimate = std::pair<double, double>;  // median, scaled MAD

template <class Number>
double middle(std::vector<Number>& values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), at, values.end());
  const Number below = values.size() % 2 == 1 ? *at : *std::max_element(values.begin(), at);
  return (static_cast<double>(below) + static_cast<double>(*at)) / 2;
}

Estimate by_partition(const std::vector<float>& column) {
  std::vector<float> values;
  values.reserve(column.size());
  for (const float value : column) {
    if (!std::isnan(value)) values.push_back(value);
  }
  const double median = middle(values);
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const float value : values) deviations.push_back(std::abs(static_cast<double>(value) - median));
  return {median, 1.4826 * middle(deviations)};
}

Estimate by_bins(const std::vector<float>& column) {
  const OrderStatistics statistics(column);
  const double median = statistics.median();
  return {median, statistics.scaled_mad(median)};
}

double seconds(Estimate (*estimate)(const std::vector<float>&), const std::vector<float>& column,
               Estimate& result) {
  const auto begin = std::chrono::steady_clock::now();
  result = estimate(column);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int run() {
  const RandomStream random(7, 0);
  std::vector<float> column(kSubjects);
  for (std::size_t i = 0; i < column.size(); ++i)
    column[i] = i % 1000 == 9 ? std::nanf("") : static_cast<float>(2e12 * (1 + 0.01 * random.normal(i)));
  std::vector<double> ratios, ours, theirs;
  for (int turn = 0; turn < kTurns; ++turn) {
    Estimate partition, bins;
    const bool partition_first = turn % 2 == 0;
    double a = partition_first ? seconds(by_partition, column, partition) : 0;
    const double b = seconds(by_bins, column, bins);
    if (!partition_first) a = seconds(by_partition, column, partition);
    if (partition != bins) {
      fmt::print("the two differ: {} ± {}, {} ± {}\n", partition.first, partition.second, bins.first,
                 bins.second);
      return 1;
    }
    theirs.push_back(a);
    ours.push_back(b);
    ratios.push_back(a / b);
  }
  const Interval interval = median_interval(ratios);
  const bool reached = interval.lo > kLeastRatio;
  fmt::print("median and MAD of {} floats: bins {:.1f} ms, std::nth_element {:.1f} ms, {} turns\n", kSubjects,
             1e3 * median(ours), 1e3 * median(theirs), kTurns);
  fmt::print(
      "summary: | order-statistics | {:.1f} ms | std::nth_element, twice: {:.1f} ms | {:.2f} | {:.2f} … "
      "{:.2f} | {} | > {} "
      "{} | 2.56 M floats, same results |\n",
      1e3 * median(ours), 1e3 * median(theirs), median(ratios), interval.lo, interval.hi, kTurns, kLeastRatio,
      reached ? "reached" : "missed");
  return reached ? 0 : 1;
}

}  // namespace
}  // namespace rackproof

int main() { return rackproof::run(); }
