#include "harness/simulate/planted.hpp"

#include <map>
#include <set>

#include "harness/base/error.hpp"
#include "harness/simulate/simulation.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"
#include "tests/harness/simulate/every_fault.hpp"

namespace rackproof {
namespace {

constexpr SimulationSize kPlantedSize{40, 8, 4, 6, 10, 2};

TEST(Planted, IsWhatTheSpecificationAsksFor) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const Simulation simulation = every_fault(kPlantedSize, seed);
  std::map<FaultKind, std::uint32_t> subjects;
  std::set<std::uint32_t> devices;
  for (const Planted& planted : simulation.planted) {
    subjects[planted.kind] += static_cast<std::uint32_t>(planted.subjects.size());
    const bool is_device_alone = planted.kind == FaultKind::slow_device || planted.kind == FaultKind::drift ||
                                 planted.kind == FaultKind::swap;
    EXPECT_TRUE(!is_device_alone || devices.insert(planted.subjects.front()).second);
  }
  for (const FaultSpec& fault : simulation.spec.faults) {
    EXPECT_EQ(subjects[fault.kind], fault.count) << to_string(fault.kind);
    for (const Planted& planted : simulation.planted) {
      if (planted.kind != fault.kind) continue;
      EXPECT_GE(planted.effect, fault.least);
      EXPECT_LE(planted.effect, fault.most);
    }
  }
}

TEST(Planted, TheSeedDraws) {
  const auto subjects = [](std::uint64_t seed) {
    std::vector<std::uint32_t> out;
    const Simulation simulation = every_fault(kPlantedSize, seed);
    for (const Planted& planted : simulation.planted)
      out.insert(out.end(), planted.subjects.begin(), planted.subjects.end());
    return out;
  };
  EXPECT_EQ(subjects(1), subjects(1));
  EXPECT_NE(subjects(1), subjects(2));
}

TEST(Planted, HasItsNights) {
  Planted step{FaultKind::slow_device, 0.1, 3, 6, {2}, {0}, 0};
  EXPECT_EQ(step.effect_in(2), 0);
  EXPECT_EQ(step.effect_in(3), 0.1);
  EXPECT_EQ(step.effect_in(6), 0.1);
  EXPECT_EQ(step.effect_in(7), 0);
  EXPECT_TRUE(step.touches(2));
  EXPECT_FALSE(step.touches(1));
  step.metrics.clear();
  EXPECT_TRUE(step.touches(1));
  const Planted drift{FaultKind::drift, 0.1, 3, 6, {}, {0}, 0};
  EXPECT_EQ(drift.effect_in(2), 0);
  EXPECT_NEAR(drift.effect_in(3), 0.025, 1e-12);
  EXPECT_NEAR(drift.effect_in(5), 0.075, 1e-12);
  EXPECT_NEAR(drift.effect_in(6), 0.1, 1e-12);
}

TEST(Planted, MissingNightsAndSwapsAreKnownByNight) {
  const Planted missing{FaultKind::missing_night, 0, 2, 4, {}, {3}, 0};
  const Planted swap{FaultKind::swap, 0, 2, 4, {}, {7}, 100};
  EXPECT_EQ(measured_nights({missing, swap}, 4), (std::vector<int>{1, 2, 4}));
  EXPECT_TRUE(swapped_parts({missing, swap}, 1).empty());
  EXPECT_EQ(swapped_parts({missing, swap}, 2).front(), (std::pair<std::uint32_t, std::uint32_t>{7, 100}));
}

TEST(Planted, NoNightIsMissingTwice) {
  const SimulationSize size{1, 1, 1, 1, 5, 2};
  const std::string two = "[[fault]]\nkind = \"missing_night\"\ncount = 2\n";
  const Simulation simulation(size, 1, parse_simulation_spec("schema = 1\n" + two + two, "f.toml", size));
  EXPECT_EQ(measured_nights(simulation.planted, 5).size(), 1u);
  const auto six = parse_simulation_spec("schema = 1\n" + two + two + two, "f.toml", size);
  try {
    Simulation(size, 1, six);
    ADD_FAILURE() << "six of five nights";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "missing_night: 2 are wanted where 1 are left; ask for fewer");
  }
}

TEST(Planted, SomeNightMustBeLeft) {
  const SimulationSize size{1, 1, 1, 1, 2, 2};
  const auto spec =
      parse_simulation_spec("schema = 1\n[[fault]]\nkind = \"missing_night\"\ncount = 2", "f.toml", size);
  EXPECT_THROW(Simulation(size, 1, spec), Error);
}

}  // namespace
}  // namespace rackproof
