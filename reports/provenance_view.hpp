// Where the figures of a report come from: campaigns, backends, documents, method.
#pragma once

#include "harness/verdict/error_budget.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

/// Fills those parts of `view`. Of a merged file each campaign has its row, and each plan and site stands once. Of `results` only
/// the campaigns are read, of `verdicts` only who judged what.
void add_provenance(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts,
                    const ErrorBudget& budget);

}  // namespace rackproof
