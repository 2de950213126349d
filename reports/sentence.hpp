// The answer of a report in one sentence.
#pragma once

#include "reports/report_view.hpp"

namespace rackproof {

/// Of a view whose racks, counts and coverage are filled.
Phrase sentence_of(const ReportView& view);

}  // namespace rackproof
