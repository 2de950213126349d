// How the verdict on one target and case came about, as far as a file of cells tells: it has no attempts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

struct CellRule {
  std::size_t limit = 0;  ///< row of Limits
  Verdict verdict = Verdict::not_judged;
  std::string failure;  ///< empty unless it fails
  std::string reason;   ///< may be empty for a pass
};

struct ExplainedCell {
  const SeriesRow* series = nullptr;
  double value = 0, lo = 0, hi = 0;  ///< SI; NaN: not measured
  double least = 0, most = 0;        ///< of its launches; NaN: not known
  int launches = 0;                  ///< that measured it
  Stop stop = Stop::none;
  std::string found;  ///< of a count or text; empty: not measured
  std::vector<CellRule> judged;
};

struct CellExplanation {
  std::string target, case_id, title;
  std::string place;  ///< "rack1"; empty: in several racks
  std::string model;
  std::string key;  ///< of its history: its serial, UUID or name
  std::string campaign_id;
  double component = 0;  ///< relative standard deviation from launch to launch; 0: not declared
  CaseOutcome outcome = CaseOutcome::not_planned;
  bool disturbed = false;
  Verdict completion = Verdict::not_judged;
  std::vector<ExplainedCell> quantities;
};

/// The cells must outlive it. Throws Error with "did you mean" for a target or case that the file does not have.
CellExplanation explain_cell(const CellReader& cells, const Limits& limits, std::string_view target,
                             std::string_view case_id);

/// "complete", "not measured", …
std::string_view to_string(CaseOutcome outcome);

/// For a terminal, without control characters.
std::string explanation_text(const CellExplanation& explanation, const Limits& limits);

}  // namespace rackproof
