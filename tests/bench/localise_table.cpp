// Precision and recall of localisation on planted faults, and how long it takes on 4096 nodes.
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/parallel.hpp"
#include "tests/harness/verdict/planted_network.hpp"

namespace rackproof::bench {

namespace {

using test::Hits;
using test::Noise;
using test::PlantedNetwork;

constexpr std::size_t kSeeds = 100;
constexpr double kLongestSeconds = 2;

struct Row {
  Noise noise;
  std::size_t rounds;
  double effect;
  std::size_t leaves;
  bool is_required;
};

std::vector<Row> rows() {
  std::vector<Row> out;
  for (const Noise noise : {Noise::gauss, Noise::t3, Noise::t6, Noise::lognormal}) {
    for (const std::size_t rounds : {std::size_t{3}, std::size_t{5}, std::size_t{7}}) {
      for (const std::size_t leaves : {std::size_t{0}, std::size_t{1}})
        out.push_back({noise, rounds, -0.1, leaves, rounds == 7 && noise != Noise::t3});
    }
    out.push_back({noise, 7, -0.05, 0, false});
  }
  return out;
}

struct Bounds {
  double precision, recall;
};

/// One-sided 95 % lower bounds.
Bounds bounds(const Hits& hits) {
  return {binomial_lower_bound(hits.right, std::max<std::uint64_t>(1, hits.right + hits.wrong), 0.95),
          binomial_lower_bound(hits.right, std::max<std::uint64_t>(1, hits.right + hits.missed), 0.95)};
}

double seconds_for_4096(std::uint64_t seed) {
  const PlantedNetwork planted({.nodes = 4096, .bad_links = 80, .bad_leaves = 2, .leaf_size = 32}, seed);
  const auto begin = std::chrono::steady_clock::now();
  const Localisation found = localise(planted.results, planted.network);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  fmt::print("4096 nodes, {} results: {} causes of {} planted in {:.3f} s\n", planted.results.size(),
             found.causes.size(), planted.truth.size(), time.count());
  return time.count();
}

int run() {
  const std::uint64_t first_seed = std::random_device{}();
  fmt::print(
      "first seed {}, {} seeds; 512 nodes, 1 % of them bad, 10 bad links, noise 1.5 %, 1 % of the pairs "
      "disturbed; suspects "
      "are measured twice more\n{:10} {:>6} {:>7} {:>6} {:>17} {:>17} {:>6} {:>7}\n",
      first_seed, kSeeds, "noise", "rounds", "effect", "leaves", "precision ≥", "recall ≥", "wrong",
      "missed");
  bool reached = true;
  for (const Row& row : rows()) {
    std::vector<Hits> by_seed(kSeeds);
    for_each_index(kSeeds, 0, [&](std::size_t seed) {
      PlantedNetwork planted(
          {.noise = row.noise, .rounds = row.rounds, .bad_leaves = row.leaves, .effect = row.effect},
          first_seed + seed);
      by_seed[seed].add(planted.truth, named_causes(planted));
    });
    Hits sum;
    for (const Hits& hits : by_seed) {
      sum.right += hits.right;
      sum.wrong += hits.wrong;
      sum.missed += hits.missed;
    }
    const Bounds found = bounds(sum);
    const bool holds = found.precision >= 0.99 && found.recall >= 0.99;
    reached = reached && (holds || !row.is_required);
    fmt::print("{:10} {:>6} {:>5.0f} % {:>6} {:>16.4f} {:>16.4f} {:>6} {:>7}{}\n", name_of(row.noise),
               row.rounds, 100 * row.effect, row.leaves, found.precision, found.recall, sum.wrong, sum.missed,
               holds || !row.is_required ? "" : "  MISSED");
  }
  const double seconds = seconds_for_4096(first_seed);
  reached = reached && seconds <= kLongestSeconds;
  fmt::print(
      "summary: | localisation, 7 rounds, −10 % | precision and recall | — | — | — | {} seeds | both ≥ 0.99; "
      "4096 nodes ≤ {:g} s: {} "
      "| {:.3f} s; seeds from {} |\n",
      kSeeds, kLongestSeconds, reached ? "reached" : "not reached", seconds, first_seed);
  return reached ? 0 : 1;
}

}  // namespace

}  // namespace rackproof::bench

int main() {
  try {
    return rackproof::bench::run();
  } catch (const std::exception& error) {
    fmt::print("summary: | localisation | — | — | — | — | 0 | error | {} |\n", error.what());
    return 3;
  }
}
