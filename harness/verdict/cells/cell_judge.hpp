// Limits over cells: judge() for a fleet whose attempts are not in one file, a series at a time. Pure: same cells and limits, same
// answer on any number of threads.
//
// It decides as judge() does, from what a cell keeps: the launches of a number are known by their range. Where they are three or
// more, those between the ends count as the median. What judge() takes from attempts, a cell has as an outcome of its case.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/error_budget.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// No cell: the limit does not hold for the target, or nothing was planned there. Beside the numbers of Verdict.
inline constexpr std::uint8_t kNoCell = kVerdictCount;

/// One gate or score limit on a series, or the completion of a case, on all targets of a placement.
struct VerdictRow {
  Placement placement = Placement::device;
  std::size_t case_row = 0;  ///< of CellReader::cases()
  std::int32_t series = -1;  ///< -1: completion
  std::int32_t limit = -1;   ///< row of Limits; -1: completion
  Severity severity = Severity::gate;
  std::vector<std::uint8_t> verdict;  ///< by column: a Verdict, or kNoCell
};

struct FailingCell {
  Placement placement = Placement::device;
  std::uint32_t subject = 0;  ///< column of its placement
  std::size_t case_row = 0;
  std::int32_t series = -1;
  std::int32_t limit = -1;
  std::string failure;  ///< limit | correctness | stability | inventory
  Phrase reason;
  double value = 0, lo = 0, hi = 0;  ///< NaN where there is none
  int launches = 0;
};

/// Gate cells that fail of which all is kept; of more only the number, with those of the first rows first.
inline constexpr std::size_t kFailingKept = 100'000;

struct CellJudgement {
  std::string engine_version;
  std::string limits_sha256;
  std::string limits_name;
  std::string campaign_id;
  Disposition disposition = Disposition::undecided;
  ExitCode exit_code = ExitCode::undecided;
  bool gate_holds_nobody = false;  ///< a gate applies to no subject; nothing is accepted then
  RollUp campaign;
  std::vector<RollUp> racks;  ///< in the order of their nodes
  std::array<std::vector<Verdict>, kPlacementCount>
      subjects;  ///< roll-up of each; a node has its devices in it
  std::vector<FailingCell> failing;
  std::uint64_t failing_total = 0;
  std::vector<Finding> findings;
  ErrorBudget error_budget;
};

/// What of cells can be judged, for parse_limits().
std::vector<Measurable> measurable(const CellReader& cells, unsigned threads = 0);

/// `take` gets every row, completion of a placement's cases first, in an order that threads do not change; it may be empty.
/// Throws Error as judge() does. Limits as promised are not judged here: cells do not have the site's promises.
CellJudgement judge_cells(const CellReader& cells, const Limits& limits, unsigned threads = 0,
                          const std::function<void(const VerdictRow&)>& take = {});

}  // namespace rackproof
