// Reports about one campaign or site: a page, certificates of racks, or a format for programs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/exit_code.hpp"
#include "reports/formats/report_format.hpp"
#include "reports/language/language.hpp"

namespace rackproof {

struct AcceptanceReport {
  std::filesystem::path source;  ///< folder of a campaign, results file, file of cells
  std::filesystem::path limits, devices, waivers, output;
  std::filesystem::path verdicts;  ///< file of `judge -o` that the report must agree with; empty: a folder's own
  std::vector<std::string> racks;  ///< that get a certificate; empty: all of a campaign, none of a merged site
  bool certificates = false;
  std::optional<ReportFormat> format;  ///< none: HTML
  Language language = Language::both;
  bool require_verdict = false;
};

/// Writes it and says where. Throws Error; then nothing is half-written.
ExitCode write_acceptance_report(const AcceptanceReport& report);

}  // namespace rackproof
