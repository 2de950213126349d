// How often a gate fails what is good: true values at the limit and 0.5 % on its good side, by noise family, procedure and how
// right the declared launch-to-launch component is. Ends with 0 only if every row that must hold does.
#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <string>

#include "harness/base/distributions.hpp"
#include "harness/base/parallel.hpp"
#include "harness/verdict/gate_error.hpp"
#include "tests/harness/verdict/launch_simulation.hpp"

namespace rackproof::test {

namespace {

constexpr std::uint64_t kBlock = 5000;

struct Row {
  std::string name;
  LaunchNoise noise;
  double most = kGateError;  ///< of false fails, by the upper 99 % bound; above 1: shown only
};

std::vector<Row> rows() {
  std::vector<Row> out;
  const auto both = [&](const std::string& name, LaunchNoise noise, double most) {
    out.push_back({name + ", at the limit", noise, most});
    noise.truth = noise.is_upper ? 0.995 : 1.005;
    out.push_back({name + ", 0.5 % better", noise, most});
  };
  constexpr double kShown = 2;
  const auto noise_of = [](Family family, double component) {
    LaunchNoise noise;
    noise.family = family;
    noise.component = noise.declared = component;
    return noise;
  };
  for (const Family family : {Family::gauss, Family::t3})
    both(fmt::format("tuned on: {}", to_string(family)), noise_of(family, 0.05), kGateError);
  for (const double component : {0.01, 0.2}) {
    for (const Family family : {Family::t6, Family::lognormal, Family::two_modes}) {
      LaunchNoise noise = noise_of(family, component);
      both(fmt::format("{}, {:.0f} %", to_string(family), component * 100), noise, kGateError);
      noise.is_upper = true;
      both(fmt::format("{}, {:.0f} %, upper limit", to_string(family), component * 100), noise, kGateError);
    }
  }
  LaunchNoise nested = noise_of(Family::gauss, 0.03);
  nested.iteration = 0.03;
  both("nested, launch sd = iteration sd", nested, kGateError);
  nested.ar_inside = 0.3;
  both("nested, AR(0.3) inside", nested, kGateError);
  LaunchNoise between = noise_of(Family::gauss, 0.03);
  between.ar_between = 0.3;
  both("AR(0.3) between", between, 3 * kGateError);
  for (const double factor : {0.5, 2.0}) {
    LaunchNoise declared = noise_of(Family::gauss, 0.05);
    declared.declared = factor * 0.05;
    both(fmt::format("Gauss, declared {} × the truth", factor), declared, factor < 1 ? kShown : kGateError);
  }
  for (const Family family : {Family::gauss, Family::t3, Family::t6, Family::lognormal}) {
    LaunchNoise undeclared = noise_of(family, 0.05);
    undeclared.declared = 0;
    both(fmt::format("{}, nothing declared", to_string(family)), undeclared, kGateError);
  }
  both("one launch of ten in a slow mode", noise_of(Family::slow_mode, 0.05), kShown);
  return out;
}

SimulatedVerdicts simulate_on_threads(const LaunchNoise& noise, const Procedure& procedure,
                                      std::uint64_t seed, std::uint64_t trials) {
  std::vector<SimulatedVerdicts> blocks(trials / kBlock);
  for_each_index(blocks.size(), 0, [&](std::size_t i) {
    blocks[i] = simulate_verdicts(noise, procedure, seed, i * kBlock, kBlock);
  });
  SimulatedVerdicts all;
  for (const SimulatedVerdicts& block : blocks) {
    all.trials += block.trials;
    all.fails += block.fails;
    all.passes += block.passes;
    all.launches += block.launches;
  }
  return all;
}

int run(std::uint64_t trials) {
  const std::uint64_t seed = std::random_device{}();
  struct Named {
    const char* name;
    Procedure procedure;
    bool must_hold;
  };
  using Kind = Procedure::Kind;
  const Named procedures[]{{"n=2", {Kind::fixed, 2}, true},
                           {"n=3", {Kind::fixed, 3}, true},
                           {"n=5", {Kind::fixed, 5}, true},
                           {"looks", {Kind::sequential, kLooks.back()}, true},
                           {"interval n=2", {Kind::interval, 2}, false},
                           {"interval n=3", {Kind::interval, 3}, false},
                           {"interval n=5", {Kind::interval, 5}, false}};
  fmt::print(
      "seed {}, {} trials a figure: false fails, upper 99 % bound; \"looks\": of the whole sequence, with "
      "launches made on average\n",
      seed, trials);
  fmt::print("k(n):");
  for (const std::size_t look : kLooks) fmt::print(" {}: {:.3f}", look, miss_factor(look));
  fmt::print("\n{:44}", "");
  for (const Named& named : procedures) fmt::print(" {:>19}", named.name);
  fmt::print("\n");
  int misses = 0;
  int figures = 0;
  for (const Row& row : rows()) {
    fmt::print("{:44}", row.name);
    for (const Named& named : procedures) {
      const SimulatedVerdicts seen = simulate_on_threads(row.noise, named.procedure, seed, trials);
      const double bound = binomial_upper_bound(seen.fails, seen.trials, 0.99);
      const bool missed = named.must_hold && !(bound <= row.most);
      misses += missed ? 1 : 0;
      figures += named.must_hold && row.most <= 1 ? 1 : 0;
      fmt::print(" {:9.2e} ≤{:8.2e}{}", static_cast<double>(seen.fails) / static_cast<double>(seen.trials),
                 bound, missed ? "!" : " ");
      if (named.procedure.kind == Kind::sequential)
        fmt::print("({:.1f})", static_cast<double>(seen.launches) / static_cast<double>(seen.trials));
    }
    fmt::print("{}\n", row.most > 1 ? "  shown, held to nothing" : "");
    std::fflush(stdout);
  }
  fmt::print("{} figures above what they must hold\n", misses);
  fmt::print(
      "summary: | false fails of a gate | {} of {} figures hold | — | — | — | {} trials | all: {} | seed {} "
      "|\n",
      figures - misses, figures, trials, misses == 0 ? "reached" : "not reached", seed);
  return misses == 0 ? 0 : 1;
}

}  // namespace

}  // namespace rackproof::test

int main(int argc, char** argv) {
  return rackproof::test::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000);
}
