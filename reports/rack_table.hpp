// Values of one rack: a table per placement, metrics down, targets across.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Values shown over all racks; racks that are not accepted come first.
inline constexpr std::size_t kMostTableValues = 20000;
/// Targets side by side in one table; more are continued below.
inline constexpr std::size_t kMostColumns = 6;

struct TableValue {
  bool planned = false;            ///< the plan has this case on this target
  std::string value;               ///< "not measured" when there is none
  std::string interval;            ///< may be empty
  std::optional<Verdict> verdict;  ///< worst of the gates on it; none: information only
};

struct TableRow {
  std::string metric;
  std::string direction;           ///< "↑" higher is better, "↓" lower is better, or empty
  std::vector<TableValue> values;  ///< one per column
};

struct ValueTable {
  std::string scope;                 ///< "node", "device", "pair", "group:rack"
  std::vector<std::string> columns;  ///< names within the rack
  std::vector<TableRow> rows;
};

struct RackTables {
  std::string rack;  ///< "between racks" for targets that span racks
  std::vector<ValueTable> tables;
};

/// Tables of the racks named, in that order, until kMostTableValues are shown; the rest have no tables.
/// The name "between racks" takes the targets that span racks.
std::vector<RackTables> rack_tables(const Results& results, const Verdicts& verdicts,
                                    const std::vector<std::string>& racks);

inline constexpr const char* kBetweenRacks = "between racks";

}  // namespace rackproof
