// What a file of verdicts over cells has of its own, for the writer and the reader alike.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/cells_schema.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/verdicts_schema.hpp"

namespace rackproof {

inline constexpr SchemaVersion kCellVerdictsSchema{"rackproof-cell-verdicts", 1, 0};

/// Of the matrices: a Verdict, or kNoCell.
inline constexpr std::array<std::string_view, kVerdictCount + 1> kCellVerdictNames{
    "pass", "fail", "inconclusive", "not_judged", "not_applicable", "none"};
inline constexpr EnumNames kCellVerdictEnum{kCellVerdictNames};

/// A row of /failing.
struct FailingRow {
  std::string target, case_id, quantity, failure, reason;
  std::int32_t limit = -1;
  double value = 0, lo = 0, hi = 0;
  std::int32_t launches = 0;
};

template <class Table>
void failing_columns(Table& table) {
  constexpr std::string_view kUnits = "SI unit of the metric, as /limits/unit says for `limit`";
  table.text("target", &FailingRow::target);
  table.text("case", &FailingRow::case_id);
  table.text("quantity", &FailingRow::quantity);
  table.text("failure", &FailingRow::failure);
  table.text("reason", &FailingRow::reason);
  table.number("limit", "row of /limits, -1: completion", &FailingRow::limit);
  table.number("value", kUnits, &FailingRow::value);
  table.number("lo", kUnits, &FailingRow::lo);
  table.number("hi", kUnits, &FailingRow::hi);
  table.number("launches", "1", &FailingRow::launches);
}

/// The rows of /racks of a judgement: the campaign, then its racks.
std::vector<RollUp> rack_rows(const CellJudgement& judgement);
/// The rows of /failing.
std::vector<FailingRow> failing_rows(const CellJudgement& judgement, const CellReader& cells);

}  // namespace rackproof
