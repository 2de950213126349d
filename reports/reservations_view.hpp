// Waivers in what reports show: which failing gates somebody takes as they are, and which racks are accepted with reservations.
#pragma once

#include "reports/report_view.hpp"

#include "harness/verdict/reservations.hpp"

namespace rackproof {

/// Fills PunchEntry::waived.
void apply_waivers(PunchList& list, const Results& results, const Verdicts& verdicts,
                   const Reservations& reservations);

/// Fills what concerns waivers in a view of these verdicts: of the punch list, the certificate, the racks (those accepted with
/// reservations are no longer counted among the rejected) and the whole. Verdicts and dispositions stay. Call once.
void apply_waivers(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts,
                   const Waivers& waivers);

}  // namespace rackproof
