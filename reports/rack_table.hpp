// Values of one rack: a table per placement, metrics down, targets across.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof {

/// Values shown over all racks; racks that are not accepted come first.
inline constexpr std::size_t kMostTableValues = 20000;
/// Targets side by side in one table; more are continued below.
inline constexpr std::size_t kMostColumns = 6;
/// A rack with more values than this has dense tables: kMostDenseColumns targets side by side, values without their intervals.
inline constexpr std::size_t kMostRoomyValues = 600;
inline constexpr std::size_t kMostDenseColumns = 18;

struct TableValue {
  bool planned = false;            ///< the plan has this case on this target
  Phrase value;                    ///< "not measured" when there is none
  std::string interval;            ///< may be empty
  std::optional<Verdict> verdict;  ///< worst of the gates on it; none: information only
};

struct TableRow {
  std::string metric;
  std::string direction;           ///< "↑" higher is better, "↓" lower is better, or empty
  std::vector<TableValue> values;  ///< one per column
};

struct ValueTable {
  std::string scope;            ///< "node", "device", "pair", "group:rack"
  std::vector<Phrase> columns;  ///< names within the rack
  std::vector<TableRow> rows;
};

struct RackTables {
  std::string rack;  ///< "between racks" for targets that span racks
  std::vector<ValueTable> tables{};
  bool dense = false;
  std::size_t left_out = 0;  ///< targets for which there was no room
};

/// Makes the tables of racks, one at a time, from what is indexed once.
class RackTableMaker {
 public:
  /// Keeps references to both.
  RackTableMaker(const Results& results, const Verdicts& verdicts);
  ~RackTableMaker();
  RackTableMaker(const RackTableMaker&) = delete;
  RackTableMaker& operator=(const RackTableMaker&) = delete;

  /// Of the targets that lie in the rack; "between racks" has those that span racks.
  RackTables of(const std::string& rack, std::size_t most = kMostTableValues) const;
  /// Of these rows of Results::targets, in their order. No table is begun when `most` values are shown.
  RackTables of(const std::string& rack, const std::vector<std::uint32_t>& targets, std::size_t most) const;

 private:
  struct Index;
  std::unique_ptr<const Index> index_;
};

/// Tables of the racks named, in that order, until kMostTableValues are shown; the rest have no tables.
/// The name "between racks" takes the targets that span racks.
std::vector<RackTables> rack_tables(const Results& results, const Verdicts& verdicts,
                                    const std::vector<std::string>& racks);

inline constexpr const char* kBetweenRacks = texts::kBetweenRacks.en.data();

}  // namespace rackproof
