#include "harness/verdict/trend/step_scans.hpp"

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/verdict/trend/night_noise.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kScanned = 4096;  // series that one thread takes at a time

std::size_t blocks(const NightlySeries& series) { return (series.size() + kScanned - 1) / kScanned; }

void check(const NightlySeries& series) {
  if (series.nights == 0 || series.nights > kScanNights || series.values.size() % series.nights != 0)
    throw Error("series of a scan have no such number of nights");
}

/// Calls visit(series, its values) for the series of one block.
template <class F>
void for_each_of(const NightlySeries& series, std::size_t block, F&& visit) {
  std::array<double, kScanNights> night;
  for (std::size_t s = block * kScanned; s < std::min(series.size(), (block + 1) * kScanned); ++s) {
    std::ranges::copy(series.values.subspan(s * series.nights, series.nights), night.begin());
    visit(s, std::span<const double>(night.data(), series.nights));
  }
}

}  // namespace

std::vector<StepScan> scan_steps(const NightlySeries& series, double lag1, std::span<const double> floors,
                                 unsigned threads) {
  check(series);
  if (!floors.empty() && floors.size() != series.size()) throw Error("floors and series differ in number");
  std::vector<StepScan> out(series.size());
  for_each_index(blocks(series), threads, [&](std::size_t block) {
    for_each_of(series, block, [&](std::size_t s, std::span<const double> values) {
      out[s] = scan_step(values, {lag1, floors.empty() ? 0.0 : floors[s]});
    });
  });
  return out;
}

double pooled_lag1(const NightlySeries& series, unsigned threads) {
  check(series);
  std::vector<PooledLag1> sums(blocks(series));
  for_each_index(blocks(series), threads, [&](std::size_t block) {
    for_each_of(series, block, [&](std::size_t, std::span<const double> values) { sums[block].add(values); });
  });
  PooledLag1 all;
  for (const PooledLag1& sum : sums) all.add(sum);
  return all.lag1();
}

}  // namespace rackproof
