// What the data of a fleet must say, counted naively from the cells of verdicts.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "harness/results/cells.hpp"
#include "harness/verdict/verdicts.hpp"
#include "tests/reports/unpacked.hpp"

namespace rackproof::test {

/// The rack that all nodes of a target are in; empty: several.
inline std::string rack_of(const Results& results, std::uint32_t target) {
  std::set<std::string> racks;
  for (const std::uint32_t member : results.targets[target].members)
    racks.insert(results.targets[member].rack);
  return racks.size() == 1 ? *racks.begin() : std::string{};
}

/// 0 is best.
inline int badness(std::uint8_t verdict) {
  const std::map<std::uint8_t, int> order{{5, 0}, {4, 1}, {0, 2}, {3, 3}, {2, 4}, {1, 5}};
  return order.at(verdict);
}

inline double miss(const Limit& limit, double value) {
  if (const auto* lower = std::get_if<LowerLimit>(&limit.bound)) return lower->bound - value;
  if (const auto* upper = std::get_if<UpperLimit>(&limit.bound)) return value - upper->bound;
  if (const auto* band = std::get_if<BandLimit>(&limit.bound))
    return std::max(band->lower - value, value - band->upper);
  return std::abs(value - static_cast<double>(std::get<ExactNumber>(limit.bound).value));
}

/// As a page shows it: in the unit of the column, four digits.
inline void expect_shown(float shown, double si, const std::string& unit) {
  if (std::isnan(si)) {
    EXPECT_TRUE(std::isnan(shown)) << shown;
    return;
  }
  const double scale = unit.empty() ? 1 : parse_quantity("1 " + unit).value;
  EXPECT_EQ(shown, static_cast<float>(rounded(si / scale, 4)));
}

/// The metrics with a limit of a fleet against verdict cells, out of the blocks as a browser gets them.

inline void expect_as_cells(const FleetData& fleet, const Results& results, const Limits& limits,
                            const std::vector<VerdictCell>& cells) {
  const auto blocks = fleet_blocks(fleet, "acceptance", 2);
  std::size_t row = 0;
  for (const Severity severity : {Severity::gate, Severity::score}) {
    for (std::size_t i = 0; i < limits.limits.size(); ++i) {
      const Limit& limit = limits.limits[i];
      if (limit.severity != severity || std::holds_alternative<ExactTexts>(limit.bound)) continue;
      SCOPED_TRACE(to_string(limit) + " on " + limit.metric + " " + limit.scope);
      ASSERT_LT(row, fleet.metrics.size());
      const FleetMetric& metric = fleet.metrics[row];
      EXPECT_EQ(metric.metric, limit.metric);
      EXPECT_EQ(metric.scope, limit.scope);
      EXPECT_EQ(metric.model, limit.model);
      EXPECT_EQ(metric.score, severity == Severity::score);
      EXPECT_EQ(metric.limit, to_string(limit));
      const auto value = unpacked<float>(block(blocks, "rp-value-" + std::to_string(row)).content);
      const auto verdict = unpacked<std::uint8_t>(block(blocks, "rp-verdict-" + std::to_string(row)).content);
      ++row;
      std::size_t failing = 0;
      for (std::size_t rack = 0; rack < fleet.racks.size(); ++rack) {
        double worst = std::nan("");
        std::uint8_t worst_verdict = 5;
        for (const VerdictCell& cell : cells) {
          if (cell.limit != static_cast<std::int32_t>(i) ||
              rack_of(results, cell.target) != fleet.racks[rack])
            continue;
          if (badness(static_cast<std::uint8_t>(cell.verdict)) > badness(worst_verdict))
            worst_verdict = static_cast<std::uint8_t>(cell.verdict);
          if (std::isfinite(cell.value) &&
              (std::isnan(worst) || miss(limit, cell.value) > miss(limit, worst)))
            worst = cell.value;
        }
        EXPECT_EQ(int{verdict[rack]}, int{worst_verdict}) << fleet.racks[rack];
        expect_shown(value[rack], worst, metric.unit);
      }
      for (const VerdictCell& cell : cells)
        failing += cell.limit == static_cast<std::int32_t>(i) && cell.verdict == Verdict::fail ? 1 : 0;
      EXPECT_EQ(metric.failing, failing);
    }
  }
}

}  // namespace rackproof::test
