#include "tests/harness/verdict/launch_simulation.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/random.hpp"
#include "harness/base/statistics.hpp"

namespace rackproof::test {

namespace {

constexpr int kIterations = 15;

class Launches {
 public:
  Launches(const LaunchNoise& noise, std::uint64_t seed, std::uint64_t stream)
      : noise_(noise), random_(seed, stream) {}

  LaunchInterval next() {
    const double centre = noise_.truth * effect();
    if (noise_.iteration <= 0) return {centre, centre, centre};
    std::vector<double> samples;
    double last = random_.normal();
    for (int i = 0; i < kIterations; ++i) {
      if (i > 0) last = correlated(last, noise_.ar_inside, random_.normal());
      samples.push_back(centre * (1 + noise_.iteration * last));
    }
    const Interval interval = median_interval(samples);
    return {median(samples), interval.lo, interval.hi};
  }

 private:
  static double correlated(double last, double lag, double fresh) {
    return lag * last + std::sqrt(1 - lag * lag) * fresh;
  }

  double effect() {
    if (noise_.family == Family::lognormal) {
      const double variance = std::log1p(noise_.component * noise_.component);
      return std::exp(std::sqrt(variance) * random_.normal() - variance / 2);
    }
    return 1 + noise_.component * standard();
  }

  double standard() {
    switch (noise_.family) {
      case Family::gauss:
        last_ = is_first_ ? random_.normal() : correlated(last_, noise_.ar_between, random_.normal());
        is_first_ = false;
        return last_;
      case Family::t3:
        return random_.student(3);
      case Family::t6:
        return random_.student(6);
      case Family::two_modes:
        return (random_.uniform() < 0.5 ? -1 : 1) * std::sqrt(0.91) + 0.3 * random_.normal();
      case Family::slow_mode:
        return (random_.uniform() < 0.1 ? -0.9 : 0.1) * std::sqrt(0.91) / 0.3 + 0.3 * random_.normal();
      case Family::lognormal:
        break;
    }
    return 0;
  }

  const LaunchNoise& noise_;
  RandomSequence random_;
  double last_ = 0;
  bool is_first_ = true;
};

Verdict by_interval(const std::vector<LaunchInterval>& series, const Bound& bound, double component) {
  std::vector<double> values;
  Interval within;
  for (const LaunchInterval& launch : series) {
    values.push_back(launch.value);
    within.lo += (launch.lo - launch.value) / static_cast<double>(series.size());
    within.hi += (launch.hi - launch.value) / static_cast<double>(series.size());
  }
  const double value = median(values);
  const Interval all = widened(value, {value + within.lo, value + within.hi}, component, values.size());
  const bool is_upper = std::holds_alternative<UpperLimit>(bound);
  const auto bad = std::ranges::count_if(values, [&](double x) { return is_upper ? x > 1 : x < 1; });
  return (is_upper ? all.lo > 1 : all.hi < 1) && bad >= 2 ? Verdict::fail : Verdict::inconclusive;
}

}  // namespace

std::string_view to_string(Family family) {
  switch (family) {
    case Family::gauss:
      return "Gauss";
    case Family::t3:
      return "t3";
    case Family::t6:
      return "t6";
    case Family::lognormal:
      return "lognormal";
    case Family::two_modes:
      return "two modes";
    case Family::slow_mode:
      return "slow mode";
  }
  return {};
}

SimulatedVerdicts simulate_verdicts(const LaunchNoise& noise, const Procedure& procedure, std::uint64_t seed,
                                    std::uint64_t first_stream, std::uint64_t trials) {
  const Bound bound = noise.is_upper ? Bound(UpperLimit{1}) : Bound(LowerLimit{1});
  SimulatedVerdicts out;
  out.trials = trials;
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    Launches launches(noise, seed, first_stream + trial);
    std::vector<LaunchInterval> series;
    Verdict verdict = Verdict::not_judged;
    if (procedure.kind == Procedure::Kind::sequential) {
      More step = more(series, bound, noise.declared, procedure.launches);
      while (step.another) {
        while (series.size() < step.at) series.push_back(launches.next());
        step = more(series, bound, noise.declared, procedure.launches);
      }
      verdict = step.verdict.verdict;
    } else {
      while (series.size() < procedure.launches) series.push_back(launches.next());
      verdict = procedure.kind == Procedure::Kind::fixed
                    ? judge_launches(series, bound, noise.declared).verdict
                    : by_interval(series, bound, noise.declared);
    }
    out.fails += verdict == Verdict::fail ? 1 : 0;
    out.passes += verdict == Verdict::pass ? 1 : 0;
    out.launches += series.size();
  }
  return out;
}

}  // namespace rackproof::test
