// A simulated site from a file of cells, from its results seen as cells, and as a campaign: one data, byte by byte.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/results/results_file.hpp"
#include "harness/simulate/write_simulation.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/judge.hpp"
#include "reports/fleet_of_campaign.hpp"
#include "reports/site/site_page.hpp"
#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/simulate/drawn_seed.hpp"
#include "tests/reports/fleet_expected.hpp"

namespace rackproof {

namespace {

constexpr SimulationSize kSize{30, 2, 2, 4, 1, 2};

std::string bytes_of(const FleetData& fleet) {
  std::string all;
  for (const DataBlock& block : fleet_blocks(fleet, "acceptance"))
    all += block.id + " " + block.content + "\n";
  return all;
}

std::filesystem::path written(const Simulation& simulation, SimulationDetail detail,
                              const std::filesystem::path& folder) {
  std::filesystem::path file;
  write_simulation(simulation, detail, folder, 2, [&](const std::filesystem::path& one) { file = one; });
  return file;
}

TEST(SimulatedSite, IsTheSameFromCellsAndFromTheCampaign) {
  const std::uint64_t seed = drawn_seed();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  const SimulationSpec spec = parse_simulation_spec(
      "schema = 1\n[[fault]]\nkind = \"slow_device\"\ncount = 5\neffect = [\"8 %\", \"40 %\"]\n", "faults",
      kSize);
  const Simulation simulation(kSize, seed, spec);
  const TemporaryFolder folder;
  const auto cells_file = written(simulation, SimulationDetail::cells, folder / "cells");
  const auto results_file = written(simulation, SimulationDetail::attempts, folder / "attempts");

  const CellReader cells(cells_file);
  const Limits limits = read_limits(folder / "cells/limits.toml", measurable(cells));
  const SitePage page = site_page(cells, limits);
  const SitePage of_results = site_page(CellReader(results_file), limits);
  const Results results = read_results(results_file);
  const Verdicts verdicts = judge(results, limits);
  const ReportView view = make_report_view(results, limits, verdicts);
  const FleetData campaign = fleet_data(results, limits, verdicts, view.racks);

  EXPECT_EQ(page.fleet.metrics.size(), 4u);
  EXPECT_EQ(page.fleet.racks.size(), 30u);
  std::vector<std::string> labels;
  for (const FleetLabel& label : page.fleet.labels) labels.push_back(label.name);
  EXPECT_EQ(labels, (std::vector<std::string>{"hall", "leaf", "pdu", "row"}));
  test::expect_as_cells(page.fleet, results, limits, verdicts.cells);
  EXPECT_EQ(bytes_of(page.fleet), bytes_of(campaign));
  EXPECT_EQ(bytes_of(page.fleet), bytes_of(of_results.fleet));
  EXPECT_EQ(page.view.rejected, view.rejected);
  EXPECT_GT(page.view.rejected, 0u);
  EXPECT_EQ(page.view.accepted, view.accepted);
  EXPECT_EQ(page.view.not_started, 0u);
}

}  // namespace

}  // namespace rackproof
