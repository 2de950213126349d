// All that a page about a site says, from a file of cells: its view and its data.
#pragma once

#include <functional>
#include <string>

#include "harness/base/exit_code.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/limits.hpp"
#include "reports/fleet_data.hpp"
#include "reports/report_view.hpp"
#include "reports/site/site_punch_list.hpp"

namespace rackproof {

struct SiteOptions {
  std::string results_sha256;                   ///< of the file; empty: not told
  FindWaiver waiver;                            ///< empty: nothing is waived
  std::function<void(const VerdictRow&)> take;  ///< gets every row, as from judge_cells(); may be empty
  /// Gets the judgement before the page is made of it, which it stops by throwing. Returns more rows of the provenance. May be empty.
  std::function<KeyValues(const CellJudgement&)> judged;
  unsigned threads = 0;  ///< 0: all; they change nothing
};

struct SitePage {
  ReportView view;  ///< without tables of racks, and without incidents: cells have no attempts
  FleetData fleet;  ///< for fleet_blocks()
  ExitCode exit_code = ExitCode::undecided;  ///< as judge_cells() says
};

/// Judges the cells and makes the page of it. `limits` are resolved(). A rack is "with reservations" when every gate that fails there is
/// waived and none is undecided. Throws Error as judge_cells() does.
/// Memory: the verdicts of all limits, one byte a cell, and per thread some columns of one series.
SitePage site_page(const CellReader& cells, const Limits& limits, const SiteOptions& options = {});

}  // namespace rackproof
