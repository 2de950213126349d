// Precision and recall of the comparison with peers in every family of noise, with faults and without: the full form of
// tests/harness/verdict/peers_test.cpp. peers_table [SEEDS [FIRST SEED]]
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "harness/base/distributions.hpp"
#include "harness/base/parallel.hpp"
#include "tests/harness/verdict/peer_fleet.hpp"

namespace rackproof {
namespace {

constexpr double kConfidence = 0.95;
constexpr double kPrecision = 0.99;
constexpr double kRecall = 0.95;

/// Cohorts of a small campaign without a fault, many of them.
constexpr test::FleetShape kSmall{16, 64, 0};
constexpr std::size_t kSmallCohorts = 4000;

struct Row {
  std::uint64_t flagged = 0, right = 0, planted = 0;
  std::uint64_t raised = 0;   ///< cohorts in which a device or a rack stands out
  std::uint64_t natural = 0;  ///< cohorts of which it is said that the tail, or two modes, hide who is slow
  std::vector<double> missed;
};

bool hides(const CohortPeers& cohort) {
  return cohort.state != PeerState::judged || cohort.tail != TailShape::normal || cohort.cut.mirrored >= 3;
}

Row measure(test::Noise noise, const test::FleetShape& shape, std::uint64_t first_seed, std::size_t seeds) {
  std::vector<test::Score> scores(seeds);
  for_each_index(seeds, 0, [&](std::size_t i) {
    scores[i] = test::score(test::planted_fleet(shape, noise, first_seed + i));
  });
  Row row;
  for (const test::Score& score : scores) {
    row.flagged += score.flagged;
    row.right += score.right;
    row.planted += score.planted;
    row.natural += std::ranges::any_of(score.cohorts, hides) ? 1u : 0u;
    row.raised += std::ranges::any_of(score.cohorts,
                                      [](const CohortPeers& cohort) {
                                        return !cohort.outliers.empty() || !cohort.levels.empty();
                                      })
                      ? 1u
                      : 0u;
    for (const double fault : score.missed) row.missed.push_back(100 * fault);
  }
  std::ranges::sort(row.missed);
  return row;
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "—";
  return fmt::format("{:.4f} (≥ {:.4f})", static_cast<double>(part) / static_cast<double>(whole),
                     binomial_lower_bound(part, whole, kConfidence));
}

/// Cohorts without a fault that raise someone: no more than is promised, as far as so many can tell.
bool raises_as_promised(const Row& row, std::size_t cohorts) {
  return !(binomial_lower_bound(row.raised, cohorts, kConfidence) > kNaturalShare);
}

int run(std::size_t seeds, std::uint64_t first_seed) {
  fmt::print(
      "256,000 devices, racks of 64, faults of 5 to 12 %, {} seeds from {}; in brackets one-sided {} "
      "bounds\n",
      seeds, first_seed, kConfidence);
  fmt::print(
      "| noise | precision | recall | said natural or mixed | A/A raises | said so | A/A of 1,024 raises | "
      "said so |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
  bool reached = true;
  std::string missed;
  for (const test::NoiseFamily& family : test::kNoiseFamilies) {
    const Row faults = measure(family.noise, {}, first_seed, seeds);
    const Row none = measure(family.noise, {.fault_share = 0}, first_seed, seeds);
    const Row small = measure(family.noise, kSmall, first_seed, kSmallCohorts);
    fmt::print("| {} | {} | {} | {} of {} | {} of {} | {} of {} | {} of {} (≤ {:.4f}) | {} |\n", family.name,
               share(faults.right, faults.flagged), share(faults.right, faults.planted), faults.natural,
               seeds, none.raised, seeds, none.natural, seeds, small.raised, kSmallCohorts,
               binomial_upper_bound(small.raised, kSmallCohorts, kConfidence), small.natural);
    if (family.noise == test::Noise::gauss) {
      reached = reached && faults.flagged > 0 &&
                binomial_lower_bound(faults.right, faults.flagged, kConfidence) >= kPrecision &&
                binomial_lower_bound(faults.right, faults.planted, kConfidence) >= kRecall &&
                raises_as_promised(small, kSmallCohorts);
    }
    reached = reached && raises_as_promised(none, seeds);
    missed += fmt::format("missed in {}, % of the value ({} of {}): {:.2f}\n", family.name,
                          faults.missed.size(), faults.planted, fmt::join(faults.missed, " "));
  }
  fmt::print("{}", missed);
  fmt::print(
      "summary: | peers-table | Gauss: P ≥ {}, R ≥ {}; A/A raises one cohort in 1,000 at most | | | | {} "
      "seeds | {} | |\n",
      kPrecision, kRecall, seeds, reached ? "reached" : "missed");
  return reached ? 0 : 1;
}

}  // namespace
}  // namespace rackproof

int main(int argc, char** argv) {
  const std::size_t seeds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 40;
  const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device{}();
  return rackproof::run(seeds, first);
}
