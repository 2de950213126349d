// Waivers in what reports show: which failing gates somebody takes as they are, and which racks are accepted with reservations.
#pragma once

#include "harness/verdict/reservations.hpp"
#include "reports/rack_certificates.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

/// Adds the row of the provenance that names the waivers.
void name_waivers(ReportView& view, const Waivers& waivers);

/// Fills PunchEntry::waived.
void apply_waivers(PunchList& list, const Results& results, const Verdicts& verdicts,
                   const Reservations& reservations);

/// Fills what concerns waivers in a view of these verdicts: of the punch list, the certificate, the racks (those accepted with
/// reservations are no longer counted among the rejected) and the whole. Verdicts and dispositions stay. Call once.
void apply_waivers(ReportView& view, const Results& results, const Limits& limits, const Verdicts& verdicts,
                   const Waivers& waivers);

/// The same of the certificate of one rack, which has reservations when the campaign says so.
void apply_waivers(RackCertificate& certificate, const Results& results, const Limits& limits,
                   const Waivers& waivers, const Reservations& of_campaign);

}  // namespace rackproof
