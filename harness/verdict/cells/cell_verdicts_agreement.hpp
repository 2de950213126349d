// Whether a file of verdicts over cells says what the same cells and limits are judged to be now. Its matrices are compared while
// the cells are judged; only the rest is in memory.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/hdf5.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/cells/cell_verdicts_schema.hpp"
#include "harness/verdict/verdict_agreement.hpp"

namespace rackproof {

class CellVerdictsAgreement {
 public:
  /// Reads all but the matrices. `cells` and `limits` must outlive it. Throws Error with one clear line, as read_verdicts() does.
  CellVerdictsAgreement(const std::filesystem::path& file, const CellReader& cells, const Limits& limits);

  /// For judge_cells(). Throws Error when a chunk of the file is damaged.
  void take(const VerdictRow& row);

  /// How the file was judged: /judgement, /limits, /racks and /findings.
  const StoredVerdicts& stored() const { return stored_; }
  /// With what else than now it was judged. `results_sha256` is of the cells.
  JudgedOtherwise otherwise(const CellJudgement& now, const std::string& results_sha256) const;
  /// After judge_cells(): of subjects and verdicts in the order in which they were taken, then of roll-ups, limits as applied, failing
  /// cells, findings and the whole. None: the file says what `now` does. Meant for what was judged with the same.
  std::optional<VerdictDifference> first_difference(const CellJudgement& now) const;

 private:
  struct Rows {
    std::vector<std::uint32_t> subject;  ///< names, rows of the file's dictionary
    std::vector<std::uint8_t> roll_up;
    std::vector<std::uint32_t> case_id;  ///< rows of the dictionary
    std::vector<std::int32_t> limit;
    std::optional<MatrixReader> verdict;
    std::size_t taken = 0;
  };
  Rows& rows_of(Placement placement) { return rows_[static_cast<std::size_t>(placement)]; }
  const Rows& rows_of(Placement placement) const { return rows_[static_cast<std::size_t>(placement)]; }
  void read_rows(Placement placement);
  std::optional<VerdictDifference> of_subjects(Placement placement) const;
  std::optional<VerdictDifference> of_row(const VerdictRow& row, const Rows& rows, std::size_t number) const;
  std::optional<VerdictDifference> of_roll_up(Placement placement, const std::vector<Verdict>& now) const;
  std::optional<VerdictDifference> of_failing(const CellJudgement& now) const;
  std::string subject(Placement placement, std::size_t column) const;

  const CellReader& cells_;
  const Limits& limits_;
  std::unique_ptr<Hdf5Reader> file_;
  StoredVerdicts stored_;
  std::vector<FailingRow> failing_;
  std::array<Rows, kPlacementCount> rows_;
  std::optional<VerdictDifference> difference_;  ///< of what was read and taken so far
};

}  // namespace rackproof
