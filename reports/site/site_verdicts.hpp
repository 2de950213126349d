// The rows of verdicts of judge_cells(), kept as a report needs them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Completion cells of one scope.
struct CompletionTally {
  std::array<std::uint64_t, kVerdictCount> cells{};
  /// Column of the first subject with each verdict; kNoText: none has it.
  std::array<std::uint32_t, kVerdictCount> first{kNoText, kNoText, kNoText, kNoText, kNoText};
};

/// An undecided gate cell.
struct UndecidedCell {
  Placement placement = Placement::device;
  std::uint32_t subject = 0;
  std::size_t case_row = 0;
  std::int32_t series = -1;  ///< -1: completion
  std::int32_t limit = -1;
  Verdict verdict = Verdict::not_judged;
  VerdictCell figures;  ///< of a limit: what it was judged by (judged_column.hpp), once that has been read
};

class SiteVerdicts {
 public:
  /// Of undecided cells the first of each verdict are kept, so many. Both must outlive it.
  SiteVerdicts(const CellReader& cells, const Limits& limits, std::size_t most_undecided);

  /// For judge_cells().
  void take(const VerdictRow& row);

  /// Verdicts of a limit by column of its placement, kNoCell where it does not hold.
  const std::vector<std::uint8_t>& of_limit(std::size_t limit) const { return of_limit_[limit]; }
  /// By placement and scope.
  const std::map<std::pair<Placement, std::string>, CompletionTally>& completion() const {
    return completion_;
  }
  /// Inconclusive ones, then those that are not judged; each in the order of the rows.
  std::vector<UndecidedCell> undecided() const;

 private:
  void count_completion(const VerdictRow& row);
  void note_undecided(const VerdictRow& row);

  const CellReader& cells_;
  const Limits& limits_;
  std::size_t most_undecided_;
  std::vector<std::vector<std::uint8_t>> of_limit_;
  std::map<std::pair<Placement, std::string>, CompletionTally> completion_;
  std::vector<UndecidedCell> inconclusive_, not_judged_;
};

}  // namespace rackproof
