// Where the figures of a site come from: campaigns, times, and what of it is not real hardware.
#pragma once

#include "harness/results/cell_reader.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

/// Fills names, times, campaigns, virtuality, banners and provenance of `view`. `results_sha256`: of the file; empty: not told.
void describe_site_origin(ReportView& view, const CellReader& cells, const Limits& limits,
                          const CellJudgement& judgement, const std::string& results_sha256);

}  // namespace rackproof
