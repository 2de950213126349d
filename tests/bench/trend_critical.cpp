// Makes the table of harness/verdict/trend/critical_values.cpp anew: quantiles of the scan's statistic over steady Gaussian series, by number
// of nights. Fixed seed, so that the same program prints the same rows.
//
//   trend_critical [series for each number of nights]
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "harness/base/parallel.hpp"
#include "harness/verdict/trend/change_point.hpp"
#include "tests/harness/verdict/nightly_noise.hpp"

namespace rackproof {
namespace {

constexpr std::uint64_t kSeed = 20261129;
constexpr std::size_t kBlock = 1 << 14;

std::vector<double> statistics(std::size_t nights, std::size_t count) {
  std::vector<double> out(count);
  for_each_index((count + kBlock - 1) / kBlock, 0, [&](std::size_t block) {
    std::vector<double> values(nights);
    for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) {
      test::draw_nights(test::Noise::gauss, kSeed + nights, i, values);
      out[i] = scan_step(values).statistic;
    }
  });
  return out;
}

/// The value that `share` of them exceed.
double exceeded_by(double share, std::vector<double>& values) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  const auto at = values.end() - 1 - static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace
}  // namespace rackproof

int main(int argc, char** argv) {
  using namespace rackproof;
  const long count = argc > 1 ? std::atol(argv[1]) : 4'000'000;
  if (count < 100'000) {
    fmt::print(stderr, "trend_critical: at least 100000 series are needed for a share of 0.0001\n");
    return 3;
  }
  for (std::size_t nights = kLeastNights; nights <= kScanNights; ++nights) {
    auto values = statistics(nights, static_cast<std::size_t>(count));
    fmt::print("    {{{:.3f}, {:.3f}, {:.3f}}},  // {}\n", exceeded_by(nominal(ScanLevel::label), values),
               exceeded_by(nominal(ScanLevel::alarm), values), exceeded_by(nominal(ScanLevel::rare), values),
               nights);
    std::fflush(stdout);
  }
}
