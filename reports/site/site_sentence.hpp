// The answer about a site in one sentence.
#pragma once

#include "reports/report_view.hpp"

namespace rackproof {

/// From the counts of `view`, its racks and its coverage.
Phrase site_sentence(const ReportView& view);

}  // namespace rackproof
