// 2.4 million series of 60 nights, from memory: time of the common correlation and the scan, and whether one and two threads agree.
//
//   trend_scale [series]
//
// Exit status 1 above 30 s or when a byte differs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "harness/base/parallel.hpp"
#include "harness/verdict/trend/step_scans.hpp"
#include "tests/harness/verdict/nightly_noise.hpp"

namespace rackproof {
namespace {

constexpr double kMostSeconds = 30;

std::vector<float> draw(std::size_t count) {
  std::vector<float> values(count * kScanNights);
  constexpr std::size_t kBlock = 4096;
  for_each_index((count + kBlock - 1) / kBlock, 0, [&](std::size_t block) {
    std::vector<double> nights(kScanNights);
    for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) {
      test::draw_nights(test::Noise::gauss, 1, i, nights);
      std::ranges::copy(nights, values.begin() + static_cast<std::ptrdiff_t>(i * kScanNights));
    }
  });
  return values;
}

struct Run {
  double seconds = 0;
  double cpu_seconds = 0;  ///< of the process: what it takes on a machine that does nothing else
  std::vector<StepScan> scans;
};

Run run(const std::vector<float>& values, unsigned threads) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  const NightlySeries series{values, kScanNights};
  Run out;
  out.scans = scan_steps(series, pooled_lag1(series, threads), {}, threads);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  out.cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  return out;
}

bool same(const StepScan& a, const StepScan& b) {
  return std::memcmp(&a.statistic, &b.statistic, sizeof a.statistic) == 0 && a.change == b.change &&
         a.before == b.before && a.after == b.after && a.scale == b.scale;
}

}  // namespace
}  // namespace rackproof

int main(int argc, char** argv) {
  using namespace rackproof;
  const long count = argc > 1 ? std::atol(argv[1]) : 2'400'000;
  if (count < 1) {
    fmt::print(stderr, "trend_scale: write a number of series\n");
    return 3;
  }
  const auto values = draw(static_cast<std::size_t>(count));
  const Run two = run(values, 2), one = run(values, 1);
  const bool agree = std::ranges::equal(two.scans, one.scans, same);
  const bool good = agree && two.seconds <= kMostSeconds;
  fmt::print(
      "{} series of {} nights: {:.2f} s on two threads ({:.2f} s of CPU), {:.2f} s on one; results {}\n",
      count, kScanNights, two.seconds, two.cpu_seconds, one.seconds, agree ? "agree" : "DIFFER");
  fmt::print(
      "summary: | trend-scale | scan of {} series, 60 nights | - | {:.2f} s | - | 1 | ≤ {:.0f} s: {} | two "
      "threads |\n",
      count, two.seconds, kMostSeconds, good ? "reached" : "missed");
  return good ? 0 : 1;
}
