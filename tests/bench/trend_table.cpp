// How often the step scan and the cumulative sums alarm without cause, how often they find a step, and how soon: by noise
// family, over 20 seeds drawn at the time and printed. Bounds are one-sided, 95 %, on the unfavourable side.
//
//   trend_table [steady series for each family]
//
// Exit status 1 when a line misses what is required of it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "harness/base/distributions.hpp"
#include "harness/base/parallel.hpp"
#include "harness/verdict/trend/cusum.hpp"
#include "harness/verdict/trend/step_scans.hpp"
#include "tests/harness/verdict/nightly_noise.hpp"

namespace rackproof {
namespace {

constexpr std::size_t kSeeds = 20;
constexpr double kConfidence = 0.95;

struct Required {
  double most_false;   ///< share of steady series; 1: listed only
  double least_found;  ///< of steps by 3 standard deviations, 5 nights old; 0: listed only
};

Required required_of(test::Noise noise) {
  switch (noise) {
    case test::Noise::gauss:
      return {0.0012, 0.85};
    case test::Noise::student3:
      return {0.004, 0};
    case test::Noise::dips:
      return {0.003, 0.76};
    case test::Noise::correlated:
      return {0.002, 0};
    case test::Noise::lognormal:
    case test::Noise::student6:
      break;
  }
  return {1, 0};
}

std::vector<float> draw(test::Noise noise, std::uint64_t seed, std::size_t count, std::size_t age,
                        double step) {
  std::vector<float> values(count * kScanNights);
  constexpr std::size_t kBlock = 1024;
  for_each_index((count + kBlock - 1) / kBlock, 0, [&](std::size_t block) {
    std::vector<double> nights(kScanNights);
    for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) {
      test::draw_nights(noise, seed, i, nights);
      test::add_step(nights, age, step);
      std::ranges::copy(nights, values.begin() + static_cast<std::ptrdiff_t>(i * kScanNights));
    }
  });
  return values;
}

struct Found {
  std::size_t series = 0, above = 0, close = 0;
  double lag1 = 0;  ///< mean over seeds
};

Found scan(test::Noise noise, const std::vector<std::uint64_t>& seeds, std::size_t each, std::size_t age,
           double step) {
  Found found;
  for (const std::uint64_t seed : seeds) {
    const auto values = draw(noise, seed, each, age, step);
    const NightlySeries series{values, kScanNights};
    const double lag1 = pooled_lag1(series, 0);
    found.lag1 += lag1 / static_cast<double>(seeds.size());
    for (const StepScan& one : scan_steps(series, lag1, {}, 0)) {
      ++found.series;
      if (!one.is_above(ScanLevel::alarm)) continue;
      ++found.above;
      const auto off =
          static_cast<std::ptrdiff_t>(one.change + age) - static_cast<std::ptrdiff_t>(kScanNights);
      if (std::abs(off) <= 2) ++found.close;
    }
  }
  return found;
}

bool false_alarms(const std::vector<std::uint64_t>& seeds, std::size_t each) {
  bool good = true;
  fmt::print("\n60 steady nights, nominal {}\n{:<10} {:>9} {:>8} {:>9} {:>9} {:>9} {:>6}\n",
             nominal(ScanLevel::alarm), "noise", "series", "alarms", "share", "bound", "at most", "lag 1");
  for (const auto& family : test::kNoiseFamilies) {
    const Found found = scan(family.noise, seeds, each, 0, 0);
    const double bound = binomial_upper_bound(found.above, found.series, kConfidence);
    const double most = required_of(family.noise).most_false;
    const bool holds = bound <= most;
    good = good && holds;
    fmt::print("{:<10} {:>9} {:>8} {:>9.5f} {:>9.5f} {:>9} {:>6.3f} {}\n", family.name, found.series,
               found.above, static_cast<double>(found.above) / static_cast<double>(found.series), bound,
               most < 1 ? fmt::format("{}", most) : "-", found.lag1, holds ? "" : "MISSED");
    std::fflush(stdout);
  }
  return good;
}

bool detection(const std::vector<std::uint64_t>& seeds, std::size_t each) {
  bool good = true;
  fmt::print("\nsteps found at nominal {} (and within 2 nights of where they are), of {} series each\n",
             nominal(ScanLevel::alarm), each * seeds.size());
  for (const auto& family : test::kNoiseFamilies) {
    for (const std::size_t age : {3u, 5u, 7u, 14u}) {
      fmt::print("{:<10} {:>2} nights old", family.name, age);
      for (const double step : {1, 2, 3, 4, 5}) {
        const Found found = scan(family.noise, seeds, each, age, -step);
        const double share = static_cast<double>(found.above) / static_cast<double>(found.series);
        fmt::print(
            "  {:.0f} sd {:.3f} ({:.3f})", step, share,
            found.above > 0 ? static_cast<double>(found.close) / static_cast<double>(found.above) : 0.0);
        const double least = required_of(family.noise).least_found;
        if (age != 5 || step != 3 || least == 0) continue;
        const double bound = binomial_lower_bound(found.above, found.series, kConfidence);
        const bool holds = bound >= least;
        good = good && holds;
        fmt::print(" [bound {:.3f}, at least {}{}]", bound, least, holds ? "" : ", MISSED");
      }
      fmt::print("\n");
      std::fflush(stdout);
    }
  }
  return good;
}

/// Steady nights, then a step: share that alarms before it, and nights until half of them have alarmed after it.
void cumulative_sums(std::uint64_t seed, std::size_t count) {
  fmt::print("\ncumulative sums over 60 nights after the first 10, sigma known, {} series\n", count);
  for (const auto& family : test::kNoiseFamilies) {
    std::size_t known = 0, started = 0;
    std::vector<double> nights(70);
    for (std::size_t i = 0; i < count; ++i) {
      test::draw_nights(family.noise, seed, i, nights);
      if (scan_cusum(nights, 1).shift != Shift::none) ++started;
      Cusum cusum(0, 60, 1);
      bool alarmed = false;
      for (const double night : std::span(nights).first(60)) {
        cusum.add(night);
        alarmed = alarmed || cusum.shift() != Shift::none;
      }
      if (alarmed) ++known;
    }
    fmt::print("{:<10} alarms: mean known {:.4f}, mean of its own nights {:.4f}; median delay", family.name,
               static_cast<double>(known) / static_cast<double>(count),
               static_cast<double>(started) / static_cast<double>(count));
    for (const double step : {1, 2, 3}) {
      std::vector<double> delays;
      for (std::size_t i = 0; i < 2000; ++i) {
        std::vector<double> after(60);
        test::draw_nights(family.noise, seed + 1, i, after);
        Cusum cusum(0, 60, 1);
        double delay = 60;
        for (std::size_t t = 0; t < after.size() && delay == 60; ++t) {
          cusum.add(after[t] - step);
          if (cusum.shift() == Shift::down) delay = static_cast<double>(t + 1);
        }
        delays.push_back(delay);
      }
      fmt::print("  {:.0f} sd {:.0f}", step, median(delays));
    }
    fmt::print("\n");
  }
}

}  // namespace
}  // namespace rackproof

int main(int argc, char** argv) {
  using namespace rackproof;
  const long steady = argc > 1 ? std::atol(argv[1]) : 1'000'000;
  if (steady < 1000) {
    fmt::print(stderr, "trend_table: write a number of series, at least 1000\n");
    return 3;
  }
  std::random_device device;
  std::vector<std::uint64_t> seeds;
  for (std::size_t i = 0; i < kSeeds; ++i) seeds.push_back(device());
  fmt::print("seeds {}\n", fmt::join(seeds, " "));
  const std::size_t each = static_cast<std::size_t>(steady) / kSeeds;
  const bool quiet = false_alarms(seeds, each);
  const bool sharp = detection(seeds, std::max<std::size_t>(each / 20, 50));
  cumulative_sums(seeds.front(), std::max<std::size_t>(each, 1000));
  const bool good = quiet && sharp;
  fmt::print(
      "summary: | trend-table | false alarms and detection of a step | the figures required | {} | - | {} "
      "series | {} | seeds "
      "above |\n",
      good ? "all reached" : "MISSED", steady, good ? "reached" : "missed");
  return good ? 0 : 1;
}
