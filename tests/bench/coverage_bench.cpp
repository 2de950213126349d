// Does a nominal 95 % interval of the median cover the truth as often as it says? 10,000 launches on the fault backend as
// a noisy source, whose median is known, at fixed numbers of samples and with the stopping rule.
//
//   coverage_bench librackproof-fault.so [runs]
//
// Prints one line per noise and rule; exit status 1 when a line misses what is required: 95 to 98 % at fixed n, at least
// 94.5 % with the stopping rule, each less three binomial standard errors.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/measure/backend.hpp"
#include "harness/measure/stopping_rule.hpp"

namespace rackproof {
namespace {

constexpr double kTruth_ns = 1e6;
constexpr double kPrecision = 0.01;
constexpr std::size_t kMostSamples = 400;

/// Times of operations on a device that draws them.
class NoisyDevice {
 public:
  NoisyDevice(const std::string& library, const std::string& shape, double sigma, std::uint64_t seed)
      : backend_(library, fmt::format("fault=noise,op=nothing,median={:.0f},shape={},sigma={},seed={}",
                                      kTruth_ns, shape, sigma, seed)),
        device_(backend_, "fault-0"),
        stream_(device_),
        timer_(device_) {}

  std::int64_t draw() const {
    timer_.begin(stream_);
    stream_.enqueue_nothing();
    timer_.end(stream_);
    stream_.sync();
    return timer_.elapsed_ns();
  }

 private:
  Backend backend_;
  Device device_;
  Stream stream_;
  EventTimer timer_;
};

struct Coverage {
  double covered = 0;  ///< share of the launches
  double samples = 0;  ///< mean of a launch
};

bool covers(const std::vector<std::int64_t>& ns, double coverage) {
  const Interval interval = median_interval(std::vector<double>(ns.begin(), ns.end()), coverage);
  return interval.lo <= kTruth_ns && kTruth_ns <= interval.hi;
}

Coverage fixed(const NoisyDevice& device, std::size_t n, int runs) {
  int covered = 0;
  std::vector<std::int64_t> ns(n);
  for (int run = 0; run < runs; ++run) {
    for (std::int64_t& time : ns) time = device.draw();
    covered += covers(ns, kNominalCoverage) ? 1 : 0;
  }
  return {static_cast<double>(covered) / runs, static_cast<double>(n)};
}

/// As the sampler does it: whole blocks, the rule after each, until it stops or there are enough samples.
Coverage stopped(const NoisyDevice& device, std::size_t block, int runs) {
  int covered = 0;
  double samples = 0;
  std::vector<std::int64_t> ns;
  for (int run = 0; run < runs; ++run) {
    ns.clear();
    StoppingRule rule(kPrecision, 6);
    do {
      for (std::size_t i = 0; i < block; ++i) ns.push_back(device.draw());
    } while (!rule.stops(ns) && ns.size() < kMostSamples);
    covered += covers(ns, rule.coverage()) ? 1 : 0;
    samples += static_cast<double>(ns.size());
  }
  return {static_cast<double>(covered) / runs, samples / runs};
}

/// Prints a line. Returns whether the coverage lies in [least, most], less three standard errors.
bool report(const std::string& shape, double sigma, const std::string& rule, const Coverage& coverage,
            double least, double most, int runs) {
  const auto error = [&](double share) { return 3 * std::sqrt(share * (1 - share) / runs); };
  const bool good = coverage.covered >= least - error(least) && coverage.covered <= most + error(most);
  fmt::print("{:<10} {:>5.3f}  {:<22} {:>7.1f} {:>8.2f} %  {}\n", shape, sigma, rule, coverage.samples,
             100 * coverage.covered, good ? "ok" : "MISSED");
  std::fflush(stdout);
  return good;
}

bool run(const std::string& library, int runs) {
  bool good = true;
  std::uint64_t seed = 0;  // every line has draws of its own
  fmt::print("{} launches each, true median {:.0f} ns, precision {}\n", runs, kTruth_ns, kPrecision);
  fmt::print("{:<10} {:>5}  {:<22} {:>7} {:>10}\n", "noise", "sigma", "rule", "mean n", "coverage");
  for (const std::string shape : {"normal", "lognormal", "bimodal"}) {
    for (const std::size_t n : {6u, 10u, 50u, 100u}) {
      const NoisyDevice device(library, shape, 0.02, ++seed);
      good &= report(shape, 0.02, fmt::format("n = {}", n), fixed(device, n, runs), 0.95, 0.98, runs);
    }
    for (const double sigma : {0.005, 0.01, 0.02, 0.03, 0.05}) {
      for (const std::size_t block : {1u, 10u}) {
        const NoisyDevice device(library, shape, sigma, ++seed);
        good &= report(shape, sigma, fmt::format("stopping, blocks of {}", block),
                       stopped(device, block, runs), 0.945, 1, runs);
      }
    }
  }
  return good;
}

}  // namespace
}  // namespace rackproof

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: coverage_bench librackproof-fault.so [runs]\n");
    return 2;
  }
  return rackproof::run(argv[1], argc > 2 ? std::atoi(argv[2]) : 10'000) ? 0 : 1;
}
