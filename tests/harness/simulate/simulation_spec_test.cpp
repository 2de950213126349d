#include "harness/simulate/simulation_spec.hpp"

#include <gtest/gtest.h>

#include "harness/simulate/simulation.hpp"
#include "tests/harness/plan/problems_of.hpp"
#include "tests/harness/simulate/every_fault.hpp"

namespace rackproof {
namespace {

constexpr SimulationSize kSpecifiedSize{40, 8, 4, 6, 10, 2};

TEST(SimulationSpec, TheExamplesAreSound) {
  const auto every = every_fault_spec(kSpecifiedSize);
  EXPECT_EQ(every.faults.size(), kFaultKindNames.size());
  for (std::size_t kind = 0; kind < kFaultKindNames.size(); ++kind) {
    EXPECT_TRUE(std::ranges::any_of(every.faults, [&](const FaultSpec& fault) {
      return static_cast<std::size_t>(fault.kind) == kind;
    })) << kFaultKindNames[kind];
  }
  const auto fleet =
      read_simulation_spec(std::filesystem::path(RACKPROOF_SOURCE_DIR) / "configs/simulations/fleet.toml",
                           {40000, 8, 8, 60, 1, 2});
  EXPECT_EQ(fleet.faults.at(0).count, 2560u);
}

TEST(SimulationSpec, ReadsWhatIsGivenAndKnowsTheRest) {
  const auto spec = parse_simulation_spec(R"(schema = 1
[noise]
family = "t6"
device_sd = 0.02
[pairs]
rounds = 3
[[fault]]
kind = "slow_device"
share = 0.01
effect = ["5 %", "12 %"]
from_night = 4
until_night = 6
metrics = [5, 2, 5]
[[fault]]
kind = "swap"
count = 2
)",
                                          "f.toml", kSpecifiedSize);
  EXPECT_EQ(spec.noise.family, NoiseFamily::t6);
  EXPECT_EQ(spec.noise.device_sd, 0.02);
  EXPECT_EQ(spec.noise.rack_sd, 0.005);
  EXPECT_EQ(spec.rounds, 3u);
  const FaultSpec& slow = spec.faults.at(0);
  EXPECT_EQ(slow.count, 13u);  // 1 % of 1280
  EXPECT_EQ(slow.least, 0.05);
  EXPECT_EQ(slow.most, 0.12);
  EXPECT_EQ(slow.from_night, 4);
  EXPECT_EQ(slow.until_night, 6);
  EXPECT_EQ(slow.metrics, (std::vector<int>{2, 5}));
  EXPECT_EQ(spec.faults.at(1).most, 0);
  EXPECT_EQ(spec.faults.at(1).until_night, 10);
}

TEST(SimulationSpec, RefusesEachMistakeInOneLine) {
  struct Mistake {
    const char* text;
    int line;
    const char* message;
    const char* hint;
  };
  const Mistake mistakes[]{
      {"name = \"x\"", 1, "schema is missing", "schema = 1"},
      {"schema = 1\nnois = 1", 2, "unknown key \"nois\"", "did you mean \"noise\""},
      {"schema = 1\nnoise = 1", 2, "noise is no table", "[noise]"},
      {"schema = 1\n[noise]\nfamily = \"gaus\"", 3, "unknown family \"gaus\"", "gauss"},
      {"schema = 1\n[noise]\ndevice_sd = nan", 3, "out of range", "number from 0"},
      {"schema = 1\n[noise]\nlaunch_sd = -0.1", 3, "out of range", "number from 0"},
      {"schema = 1\n[pairs]", 2, "rounds is missing", "rounds = 7"},
      {"schema = 1\n[pairs]\nrounds = 320", 3, "out of range", "1 to 319"},
      {"schema = 1\n[[fault]]\ncount = 1\neffect = \"5 %\"", 2, "kind is missing", "kind"},
      {"schema = 1\n[[fault]]\nkind = \"slow_devise\"\ncount = 1\neffect = \"5 %\"", 3, "unknown kind",
       "slow_device"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\neffect = \"5 %\"", 2, "exactly one of share and count",
       "count = 3"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\nshare = 0.1\ncount = 1\neffect = \"5 %\"", 4,
       "exactly one of share and count", "count = 3"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\nshare = 1.5\neffect = \"5 %\"", 4,
       "share = 1.5 is out of range", "from 0 to 1"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\nshare = nan\neffect = \"5 %\"", 4, "out of range",
       "from 0 to 1"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\nshare = 0.001\neffect = \"5 %\"", 4, "of 40 is none",
       "count = 1"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 41\neffect = \"5 %\"", 4, "count = 41",
       "1 to 40"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1", 2, "effect is missing", "effect ="},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = [\"12 %\", \"5 %\"]", 5,
       "no range of shares", "effect ="},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = \"5 s\"", 5, "no range of shares",
       "effect ="},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = \"-5 %\"", 5, "no range of shares",
       "effect ="},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = \"100 %\"", 5, "no range of shares",
       "effect ="},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = \"5 %\"\nfrom_night = 11", 6,
       "from_night = 11 is out of range", "1 to 10"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = \"5 %\"\nfrom_night = 5\nuntil_night "
       "= 4",
       7, "until_night = 4 is out of range", "5 to 10"},
      {"schema = 1\n[[fault]]\nkind = \"drift\"\ncount = 1\neffect = \"5 %\"\nuntil_night = 4", 6,
       "unknown key", ""},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = \"5 %\"\nmetrics = [7]", 6,
       "from 1 to 6", "metrics = [1, 2]"},
      {"schema = 1\n[[fault]]\nkind = \"hot_rack\"\ncount = 1\neffect = \"5 %\"\nmetrics = []", 6,
       "no list of indexes", "metrics"},
      {"schema = 1\n[[fault]]\nkind = \"bad_link\"\ncount = 1\neffect = \"5 %\"", 3, "bad_link needs pairs",
       "[pairs]"},
      {"schema = 1\n[[fault]]\nkind = \"missing_night\"\ncount = 1\neffect = \"5 %\"", 5,
       "unknown key \"effect\"", ""},
      {"schema = 1\n[[fault]]\nkind = \"drift\"\nshare = 0.6\neffect = \"5 %\"\n[[fault]]\nkind = "
       "\"swap\"\nshare = 0.6",
       6, "want 1536 of 1280", "fewer"},
  };
  for (const Mistake& mistake : mistakes) {
    EXPECT_TRUE(
        has_problem(problems_of([&] { parse_simulation_spec(mistake.text, "f.toml", kSpecifiedSize); }),
                    "f.toml", mistake.line, mistake.message, mistake.hint))
        << mistake.text;
  }
  const SimulationSize once{40, 8, 4, 6, 10, 1};
  EXPECT_TRUE(has_problem(
      problems_of([&] {
        parse_simulation_spec("schema = 1\n[[fault]]\nkind = \"launch_effect\"\ncount = 1\neffect = \"5 %\"",
                              "f.toml", once);
      }),
      "f.toml", 3, "needs two launches", "--launches 2"));
  const SimulationSize alone{1, 1, 1, 1, 1, 2};
  EXPECT_TRUE(has_problem(
      problems_of([&] { parse_simulation_spec("schema = 1\n[pairs]\nrounds = 1", "f.toml", alone); }),
      "f.toml", 2, "there is one node", "two nodes"));
}

TEST(SimulationSize, MustMakeAFile) {
  const auto refused = [](const SimulationSize& size) {
    try {
      check_size(size);
    } catch (const Error&) {
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused({40000, 8, 8, 60, 60, 2}));
  EXPECT_TRUE(refused({0, 8, 8, 60, 1, 2}));
  EXPECT_TRUE(refused({1, 0, 1, 1, 1, 2}));
  EXPECT_TRUE(refused({1, 1, 1, 0, 1, 2}));
  EXPECT_TRUE(refused({1, 1, 1, 1, -1, 2}));
  EXPECT_TRUE(refused({1, 1, 1, 1, 1, 0}));
  EXPECT_TRUE(refused({40000, 8, 8, 110, 1, 2}));                        // 2^28.07
  EXPECT_TRUE(refused({0xffffffff, 0xffffffff, 0xffffffff, 60, 1, 2}));  // overflows
  EXPECT_TRUE(refused({1, 1, 1, 1, 1 << 14, 2}));
  EXPECT_TRUE(refused({1, 1, 1, 1, 1, 256}));
}

}  // namespace
}  // namespace rackproof
