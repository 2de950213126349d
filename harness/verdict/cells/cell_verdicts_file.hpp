// The verdicts over a file of cells: matrices of verdicts, written as they are decided.
//
// Schema "rackproof-cell-verdicts" 1.0. /judgement, /limits and /findings as in a verdicts file. /racks: roll-ups, the campaign
// first. /failing: gate cells that fail (at most 100,000 of attribute failing_total). /verdicts/<placement>: name (text), roll_up (enum),
// case (text), limit (row of /limits, -1: completion) and the matrix verdict [row][subject], an enum whose last name is "none".
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "harness/record/durable_file.hpp"
#include "harness/results/hdf5.hpp"
#include "harness/verdict/cells/cell_judge.hpp"

namespace rackproof {

class CellVerdictsWriter {
 public:
  /// Writes `path`.tmp. `cells` and `limits` must outlive it. Throws Error.
  CellVerdictsWriter(const std::filesystem::path& path, const CellReader& cells, const Limits& limits);

  /// For judge_cells().
  void take(const VerdictRow& row);
  /// complete = 1 last, fsync, rename, fsync folder. Same input, same bytes.
  void finish(const CellJudgement& judgement, const std::string& results_sha256);

 private:
  struct Rows {
    std::optional<MatrixWriter> verdict;
    std::vector<std::uint32_t> case_id;
    std::vector<std::int32_t> limit;
  };
  void write_subjects(Placement placement, const std::vector<Verdict>& roll_up);

  Draft draft_;
  Hdf5Writer file_;
  const CellReader& cells_;
  const Limits& limits_;
  std::array<Rows, kPlacementCount> rows_;
};

}  // namespace rackproof
