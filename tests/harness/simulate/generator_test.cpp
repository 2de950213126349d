// What is planted is found back, and nothing else.
#include "harness/simulate/generator.hpp"

#include <cmath>
#include <numbers>
#include <set>

#include "harness/base/statistics.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"

namespace rackproof {
namespace {

constexpr SimulationSize kGeneratedSize{60, 8, 4, 3, 4, 2};

Simulation simulated(const std::string& faults, std::uint64_t seed,
                     const SimulationSize& size = kGeneratedSize) {
  return {size, seed, parse_simulation_spec("schema = 1\n" + faults, "f.toml", size)};
}

struct Sample {
  double sum = 0, squares = 0;
  double count = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    ++count;
  }
  double mean() const { return sum / count; }
  double variance() const { return squares / count - mean() * mean(); }
};

/// Logarithm of the slowness of each subject: of value over base, or its inverse.
std::vector<double> slowness(const Simulation& simulation, std::size_t metric, int night) {
  const CellRow row = MetricNight(simulation, metric, night).cells();
  const SimulatedMetric& of = simulation.metrics[metric];
  std::vector<double> out;
  for (const float value : row.value)
    out.push_back((of.is_rate() ? -1 : 1) * std::log(static_cast<double>(value) / of.base));
  return out;
}

/// What a share of slower makes of the logarithm.
double expected(bool is_rate, double effect) {
  return is_rate ? -std::log(1 - effect) : std::log(1 + effect);
}

/// The mean of some subjects against all others differs by `effect`: to six standard errors of it.
void expect_effect(const Simulation& simulation, std::size_t metric, int night,
                   const std::set<std::uint32_t>& affected, double effect) {
  const auto all = slowness(simulation, metric, night);
  Sample with, without;
  for (std::uint32_t i = 0; i < all.size(); ++i) (affected.contains(i) ? with : without).add(all[i]);
  ASSERT_GT(with.count, 0);
  const double sd = std::sqrt(without.variance());
  // Racks are alike inside: the standard error is that of as many racks as subjects at worst.
  const double error = sd * std::sqrt(1 / with.count + 1 / without.count) + 0.005 * std::sqrt(2.0 / 3);
  EXPECT_NEAR(with.mean() - without.mean(), expected(simulation.metrics[metric].is_rate(), effect), 6 * error)
      << simulation.metrics[metric].series.metric() << " night " << night;
}

std::set<std::uint32_t> numbers(Range range) {
  std::set<std::uint32_t> out;
  for (std::uint32_t i = range.first; i < range.end; ++i) out.insert(i);
  return out;
}

TEST(Generator, PlantedEffectsOfDevicesAreFoundBack) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  for (const char* kind : {"slow_device", "hot_rack", "bad_leaf", "driver_step"}) {
    SCOPED_TRACE(kind);
    const Simulation simulation =
        simulated(std::string("[[fault]]\nkind = \"") + kind +
                      "\"\ncount = 3\neffect = \"40 %\"\nfrom_night = 2\nmetrics = [2, 3]",
                  seed);
    std::set<std::uint32_t> affected;
    for (const Planted& planted : simulation.planted) {
      for (const std::uint32_t subject : planted.subjects) {
        const Fleet& fleet = simulation.fleet;
        affected.merge(planted.kind == FaultKind::slow_device ? std::set<std::uint32_t>{subject}
                       : planted.kind == FaultKind::hot_rack  ? numbers(fleet.devices_of_rack(subject))
                       : planted.kind == FaultKind::bad_leaf  ? numbers(fleet.devices_of_leaf(subject))
                                                              : numbers(fleet.devices_of_node(subject)));
      }
    }
    for (int night = 1; night <= 3; ++night) {
      for (std::size_t metric = 0; metric < 3; ++metric)
        expect_effect(simulation, metric, night, affected, night >= 2 && metric >= 1 ? 0.4 : 0);
    }
  }
}

TEST(Generator, DriftGrowsNightByNight) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const Simulation simulation =
      simulated("[[fault]]\nkind = \"drift\"\ncount = 20\neffect = \"60 %\"\nfrom_night = 2", seed);
  std::set<std::uint32_t> affected;
  for (const Planted& planted : simulation.planted) affected.insert(planted.subjects.front());
  for (int night = 1; night <= 4; ++night) expect_effect(simulation, 0, night, affected, 0.2 * (night - 1));
}

TEST(Generator, ALaunchEffectSlowsAllLaunchesButTheFirst) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const Simulation simulation =
      simulated("[[fault]]\nkind = \"launch_effect\"\nshare = 0.5\neffect = \"30 %\"", seed);
  const std::set<std::uint32_t> affected(simulation.planted.front().subjects.begin(),
                                         simulation.planted.front().subjects.end());
  const MetricNight night(simulation, 0, 1);
  std::vector<LaunchValue> launches;
  night.launches(0, night.subjects(), launches);
  for (std::uint32_t i = 0; i < night.subjects(); ++i) {
    // 9 standard deviations of a launch are far less than 15 %.
    EXPECT_NEAR(launches[2 * i + 1].value / launches[2 * i].value, affected.contains(i) ? 0.7 : 1, 0.05);
  }
}

TEST(Generator, ASwapBringsAnotherPart) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const Simulation simulation = simulated(
      "[noise]\nnight_sd = 0\nlaunch_sd = 0\niteration_sd = 0\n[[fault]]\nkind = \"swap\"\ncount = "
      "9\nfrom_night = 3",
      seed);
  std::set<std::uint32_t> affected;
  for (const Planted& planted : simulation.planted) affected.insert(planted.subjects.front());
  std::vector<LaunchValue> before, after;  // not rounded
  MetricNight(simulation, 0, 2).launches(0, simulation.fleet.devices(), before);
  MetricNight(simulation, 0, 3).launches(0, simulation.fleet.devices(), after);
  for (std::uint32_t i = 0; i < simulation.fleet.devices(); ++i)
    EXPECT_EQ(before[2 * i].value != after[2 * i].value, affected.contains(i)) << i;
}

TEST(Generator, PairsAreAsSlowAsTheWorstThatTheyGoThrough) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const Simulation simulation = simulated(R"([pairs]
rounds = 5
[[fault]]
kind = "bad_link"
count = 4
effect = "60 %"
[[fault]]
kind = "bad_node"
count = 4
effect = "40 %"
[[fault]]
kind = "bad_leaf"
count = 1
effect = "20 %"
)",
                                          seed);
  const auto all = slowness(simulation, 3, 1);
  ASSERT_EQ(all.size(), 5 * 240u);
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    double effect = 0;
    for (const Planted& planted : simulation.planted) {
      const NodePair& pair = simulation.pairs[i];
      const std::uint32_t subject = planted.subjects.front();
      const bool is_hit =
          planted.kind == FaultKind::bad_link ? subject == i
          : planted.kind == FaultKind::bad_node
              ? subject == pair.first || subject == pair.second
              : subject == Fleet::leaf_of(pair.first) || subject == Fleet::leaf_of(pair.second);
      if (is_hit) effect = std::max(effect, planted.effect);
    }
    EXPECT_NEAR(all[i], -std::log(1 - effect), 0.08) << simulation.pair_name(i);  // 7 standard deviations
  }
  // Devices do not notice links and other nodes; the leaf is theirs, too.
  expect_effect(simulation, 0, 1,
                numbers(simulation.fleet.devices_of_leaf(simulation.planted.back().subjects[0])), 0.2);
}

TEST(Generator, WithoutFaultsThereIsNoiseAsStated) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const SimulationSize size{400, 4, 4, 3, 2, 2};
  const Simulation simulation(size, seed, {});
  EXPECT_TRUE(simulation.planted.empty());
  const NoiseSpec& noise = simulation.spec.noise;
  const double of_launch =
      std::hypot(noise.launch_sd, noise.iteration_sd * std::sqrt(std::numbers::pi / 2 / noise.iterations)) /
      std::sqrt(2);
  for (std::size_t metric = 0; metric < 3; ++metric) {
    const auto one = slowness(simulation, metric, 1), next = slowness(simulation, metric, 2);
    Sample racks, within, nights;
    for (std::size_t rack = 0; rack < size.racks; ++rack) {
      Sample devices;
      for (std::size_t i = 0; i < 16; ++i) {
        devices.add(one[16 * rack + i]);
        nights.add(one[16 * rack + i] - next[16 * rack + i]);
      }
      racks.add(devices.mean());
      within.add(devices.variance() * 16 / 15);
    }
    EXPECT_NEAR(racks.mean(), 0, 6 * 0.0057 / 20);
    const double device = std::sqrt(noise.device_sd * noise.device_sd + noise.night_sd * noise.night_sd +
                                    of_launch * of_launch);
    EXPECT_NEAR(std::sqrt(within.mean()), device, 0.06 * device);
    const double rack = std::hypot(noise.rack_sd, device / 4);
    EXPECT_NEAR(std::sqrt(racks.variance()), rack, 0.25 * rack);
    const double night = std::sqrt(2) * std::hypot(noise.night_sd, of_launch);
    EXPECT_NEAR(std::sqrt(nights.variance()), night, 0.06 * night);
  }
}

TEST(Generator, ALaunchDoesNotDependOnItsBlock) {
  const Simulation simulation = simulated("[noise]\nfamily = \"bimodal\"", 7);
  const MetricNight night(simulation, 1, 2);
  std::vector<LaunchValue> whole, part;
  night.launches(0, night.subjects(), whole);
  night.launches(701, 33, part);
  for (std::size_t i = 0; i < part.size(); ++i) EXPECT_EQ(part[i].value, whole[701 * 2 + i].value);
}

}  // namespace
}  // namespace rackproof
