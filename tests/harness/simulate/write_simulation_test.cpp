#include "harness/simulate/write_simulation.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/record/durable_file.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/simulate/night_files.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"
#include "tests/harness/simulate/every_fault.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr SimulationSize kWrittenSize{40, 2, 2, 3, 10, 2};

void write(const Simulation& simulation, const fs::path& folder,
           SimulationDetail detail = SimulationDetail::cells) {
  write_simulation(simulation, detail, folder, 1, [](const fs::path&) {});
}

json truth_of(const fs::path& folder) { return json::parse(read_file(folder / "truth.json")); }

TEST(WriteSimulation, ANightIsAFolderAndAMissingOneIsNot) {
  const TemporaryFolder folder;
  const Simulation simulation = every_fault(kWrittenSize, drawn_seed());
  std::vector<fs::path> told;
  write_simulation(simulation, SimulationDetail::cells, folder / "out", 1,
                   [&](const fs::path& file) { told.push_back(file); });
  const json truth = truth_of(folder / "out");
  const auto nights = truth.at("measured_nights").get<std::vector<int>>();
  EXPECT_EQ(nights.size(), 9u);
  EXPECT_EQ(told.size(), 9u);
  for (int night = 1; night <= kWrittenSize.nights; ++night) {
    const fs::path of_night = folder / "out" / (night < 10 ? "night-00" : "night-0");
    EXPECT_EQ(fs::exists(of_night.string() + std::to_string(night)), std::ranges::count(nights, night) == 1);
  }
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "out")) {
    if (entry.is_regular_file()) names.insert(entry.path().filename());
  }
  EXPECT_EQ(names, (std::set<std::string>{"cells.h5", "limits.toml", "truth.json"}));
}

TEST(WriteSimulation, TheTruthNamesWhatWasPlanted) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(seed);
  const TemporaryFolder folder;
  const Simulation simulation = every_fault(kWrittenSize, seed);
  write(simulation, folder / "out");
  const json truth = truth_of(folder / "out");
  EXPECT_EQ(truth.at("seed").get<std::uint64_t>(), seed);
  ASSERT_EQ(truth.at("faults").size(), simulation.planted.size());
  const int last = truth.at("measured_nights").back();  // the last one may be missing
  const CellReader before(folder / "out/night-001/cells.h5");
  const CellReader after(folder / (last < 10 ? "out/night-009/cells.h5" : "out/night-010/cells.h5"));
  const Subjects& devices = before.subjects(Placement::device);
  const auto column = [&](const std::string& name) {
    for (std::size_t i = 0; i < devices.size(); ++i) {
      if (before.text(devices.name[i]) == name) return i;
    }
    ADD_FAILURE() << name;
    return std::size_t{0};
  };
  for (const json& fault : truth.at("faults")) {
    const std::string kind = fault.at("kind");
    const json& subject = fault.at("subjects").at(0);
    if (kind == "slow_device") {
      const std::size_t at = column(subject.at("name"));
      EXPECT_EQ(before.text(devices.key[at]), subject.at("serial").get<std::string>());
      EXPECT_EQ(fault.at("metrics").size(), 2u);
      EXPECT_GE(fault.at("effect").get<double>(), 0.05);
    } else if (kind == "swap") {
      const std::size_t at = column(subject.at("name"));
      EXPECT_EQ(before.text(devices.key[at]), subject.at("serial").get<std::string>());
      EXPECT_EQ(after.text(after.subjects(Placement::device).key[at]),
                fault.at("new_serial").get<std::string>());
    } else if (kind == "driver_step") {
      EXPECT_EQ(fault.at("subjects").size(), 20u);  // a quarter of 80
      EXPECT_EQ(fault.at("drivers"), (json{kDriver, kNextDriver}));
    } else if (kind == "bad_link" || kind == "bad_node") {
      EXPECT_EQ(fault.at("metrics"), json{"simulated/host/exchange#bandwidth"});
    } else if (kind == "bad_leaf") {
      EXPECT_EQ(fault.at("metrics"), "all");
    }
  }
}

TEST(WriteSimulation, RefusesAFolderThatIsInUseAndTouchesNothing) {
  const TemporaryFolder folder;
  const Simulation simulation(SimulationSize{1, 1, 1, 1, 1, 2}, 1, {});
  write(simulation, folder / "out", SimulationDetail::attempts);
  EXPECT_NE(error_of([&] { write(simulation, folder / "out"); }).find("is not empty"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "out/night-001/cells.h5"));
  std::ofstream(folder / "file") << "x";
  EXPECT_NE(error_of([&] { write(simulation, folder / "file"); }).find("is a file"), std::string::npos);
  EXPECT_NE(error_of([&] { write(simulation, folder / "none/out"); }).find("there is no folder"),
            std::string::npos);
  fs::create_directory(folder / "empty");
  write(simulation, folder / "empty/");
  EXPECT_TRUE(fs::exists(folder / "empty/truth.json"));
}

TEST(WriteSimulation, RefusesAttemptsThatWouldNotFit) {
  const TemporaryFolder folder;
  const Simulation simulation(SimulationSize{1000, 8, 8, 16, 1, 2}, 1, {});
  EXPECT_GT(measured_cells(simulation), kMostCellsWithAttempts);
  EXPECT_NE(
      error_of([&] { write(simulation, folder / "out", SimulationDetail::attempts); }).find("--detail cells"),
      std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "out"));
}

}  // namespace
}  // namespace rackproof
