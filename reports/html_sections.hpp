// The sections of report.html, in page order. Each returns escaped HTML without scripts and style attributes.
#pragma once

#include <string>

#include "reports/report_view.hpp"

namespace rackproof::html {

std::string verdict_strip(const ReportView& view);
std::string coverage_section(const ReportView& view);
std::string certificate_section(const ReportView& view);
std::string punch_list_section(const ReportView& view);
std::string racks_section(const ReportView& view);
std::string findings_section(const ReportView& view);
std::string incidents_section(const ReportView& view);
std::string provenance_section(const ReportView& view);

}  // namespace rackproof::html
