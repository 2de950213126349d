// The pages of acceptance: all that was measured and judged, the certificate of one rack, and the sheet of many racks.
#pragma once

#include "reports/html/page.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

/// A page with more racks than this has a wave sheet, too.
inline constexpr std::size_t kMostRacksWithoutSheet = 16;

/// Of a campaign, a site, or the one rack that `view` is about. It has no data yet.
Page acceptance_page(const ReportView& view, Language language);

/// The answer, the racks by how they stand, the certificate and what was not measured; nothing of single racks.
Page wave_sheet_page(const ReportView& view, Language language);

}  // namespace rackproof
