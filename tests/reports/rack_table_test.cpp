#include "reports/rack_table.hpp"

#include <gtest/gtest.h>

#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::accepted_campaign;
using test::Campaign;

// A case on rack1/node1 that counts and names something, planned there only.
Campaign with_counts_and_words() {
  Campaign c = accepted_campaign();
  SeriesRow memory = c.results.series[0];
  memory.case_id = "inventory/host/node";
  memory.quantity = "memory";
  memory.kind = QuantityKind::exact;
  memory.unit = "B";
  SeriesRow transport = memory;
  transport.quantity = "transport";
  transport.kind = QuantityKind::text;
  transport.unit = "1";
  c.results.series.push_back(memory);
  c.results.series.push_back(transport);
  for (std::size_t p = 0; p < c.results.cells.size(); ++p) {
    c.results.cells[p].resize(c.results.series.size() * c.results.columns[p].size());
  }
  c.results.promises.push_back({c.target("rack1/node1"), "inventory/host/node", ""});
  return c;
}

const TableRow& row_of(const std::vector<RackTables>& racks, const std::string& metric) {
  for (const auto& rack : racks) {
    for (const auto& table : rack.tables) {
      for (const auto& row : table.rows) {
        if (row.metric == metric) return row;
      }
    }
  }
  throw std::out_of_range(metric);
}

TEST(RackTable, CountsAndWordsComeFromTheirOwnTables) {
  Campaign c = with_counts_and_words();
  const auto node = c.target("rack1/node1");
  auto tables = rack_tables(c.results, c.verdicts, {"rack1"});
  EXPECT_EQ(row_of(tables, "inventory/host/node#memory").values.at(0).value, "not measured");
  EXPECT_EQ(row_of(tables, "inventory/host/node#transport").values.at(0).value, "not measured");
  EXPECT_FALSE(row_of(tables, "inventory/host/node#memory").values.at(1).planned);
  c.results.exact.push_back({4, node, 0, true});
  c.results.facts.push_back({node, "inventory/host/node#transport", "", "tcp", "worker"});
  tables = rack_tables(c.results, c.verdicts, {"rack1"});
  EXPECT_EQ(row_of(tables, "inventory/host/node#memory").values.at(0).value, "0 B (launches differ)");
  EXPECT_EQ(row_of(tables, "inventory/host/node#transport").values.at(0).value, "tcp");
  EXPECT_FALSE(row_of(tables, "inventory/host/node#transport").values.at(0).verdict.has_value());
}

TEST(RackTable, TheWorstGateOfAValueIsShown) {
  Campaign c = accepted_campaign();
  VerdictCell second = c.cell("rack1/node2", test::kHostTriad, "bandwidth");
  second.verdict = Verdict::fail;
  c.verdicts.cells.push_back(second);
  const auto tables = rack_tables(c.results, c.verdicts, {"rack1"});
  const auto& row = row_of(tables, std::string(test::kHostTriad) + "#bandwidth");
  EXPECT_EQ(row.values.at(0).verdict, Verdict::pass);
  EXPECT_EQ(row.values.at(1).verdict, Verdict::fail);
}

TEST(RackTable, ManyTargetsContinueBelowAndThePageHasALimit) {
  Campaign c = accepted_campaign();
  constexpr std::size_t kNodes = 20;
  for (std::size_t i = 0; i < kNodes; ++i) {
    TargetRow node = c.results.targets[0];
    node.name = "rack1/more" + std::to_string(i);
    c.results.columns[1].push_back(static_cast<std::uint32_t>(c.results.targets.size()));
    c.results.targets.push_back(node);
  }
  c.results.cells[1].assign(c.results.series.size() * c.results.columns[1].size(), CellValue{});
  for (std::size_t i = 0; i < kNodes; ++i)
    c.add_pass("rack1/more" + std::to_string(i), test::kHostTriad, "bandwidth", 1e10);
  std::size_t columns = 0;
  const auto one = rack_tables(c.results, c.verdicts, {"rack1"});
  for (const auto& table : one.at(0).tables) {
    EXPECT_LE(table.columns.size(), kMostColumns);
    columns += table.scope == "node" ? table.columns.size() : 0;
  }
  EXPECT_EQ(columns, kNodes + 2);
  // Naming a rack often enough reaches the limit: the last ones have no tables.
  const auto many = rack_tables(c.results, c.verdicts, std::vector<std::string>(1000, "rack1"));
  EXPECT_EQ(many.size(), 1000U);
  EXPECT_FALSE(many.front().tables.empty());
  EXPECT_TRUE(many.back().tables.empty());
}

}  // namespace
}  // namespace rackproof
