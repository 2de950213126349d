#include "reports/html.hpp"

#include "reports/fleet_of_campaign.hpp"
#include "reports/html/acceptance_page.hpp"
#include "reports/reservations_view.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kPageShape = "acceptance";

ReportView view_of(const Results& results, const Limits& limits, const Verdicts& verdicts,
                   const Waivers* waivers, const KeyValues& origin) {
  ReportView view = make_report_view(results, limits, verdicts);
  if (waivers != nullptr) apply_waivers(view, results, limits, verdicts, *waivers);
  view.provenance.insert(view.provenance.end(), origin.begin(), origin.end());
  return view;
}

std::string with_data(Page page, const FleetData& fleet) {
  page.data = fleet_blocks(fleet, kPageShape);
  return html_page(page);
}

}  // namespace

std::string html_report(const ReportView& view, Language language) {
  constexpr bool kWithScripts = false;  // nothing of it needs them, and it stays small
  return html_page(acceptance_page(view, language), kWithScripts);
}

std::string html_report(const Results& results, const Limits& limits, const Verdicts& verdicts,
                        Language language, const Waivers* waivers, const KeyValues& origin) {
  const ReportView view = view_of(results, limits, verdicts, waivers, origin);
  return with_data(acceptance_page(view, language),
                   fleet_data_with_launches(results, limits, verdicts, view.racks));
}

std::string html_wave_sheet(const Results& results, const Limits& limits, const Verdicts& verdicts,
                            Language language, const Waivers* waivers, const KeyValues& origin) {
  const ReportView view = view_of(results, limits, verdicts, waivers, origin);
  return with_data(wave_sheet_page(view, language), fleet_data(results, limits, verdicts, view.racks));
}

std::string html_site_report(const ReportView& view, const FleetData& fleet, bool only_sheet,
                             Language language) {
  return with_data(only_sheet ? wave_sheet_page(view, language) : acceptance_page(view, language), fleet);
}

}  // namespace rackproof
