// The pages of acceptance as text: self-contained, without network. All that decides stands in them without scripts.
#pragma once

#include <string>

#include "harness/verdict/waivers.hpp"
#include "reports/fleet_data.hpp"
#include "reports/language/language.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

/// report.html: all about a campaign or a merge of some, with its data for the scripts. UTF-8, deterministic: times come from the
/// inputs. `waivers`: null where nobody waives anything. `origin`: more rows of the provenance. Throws Error when verdicts, limits and results do not belong together, or a
/// series has an unknown unit.
std::string html_report(const Results& results, const Limits& limits, const Verdicts& verdicts,
                        Language language, const Waivers* waivers = nullptr, const KeyValues& origin = {});

/// A view alone, without data and scripts: the certificate of one rack.
std::string html_report(const ReportView& view, Language language);

/// The sheet of all racks of a campaign. As html_report().
std::string html_wave_sheet(const Results& results, const Limits& limits, const Verdicts& verdicts,
                            Language language, const Waivers* waivers = nullptr,
                            const KeyValues& origin = {});

/// Of a file of cells: everything, or only the sheet of its racks.
std::string html_site_report(const ReportView& view, const FleetData& fleet, bool only_sheet,
                             Language language);

}  // namespace rackproof
