#include "harness/cli/acceptance_report.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <optional>
#include <set>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/cells/cell_verdicts_agreement.hpp"
#include "harness/verdict/cells/cell_waivers.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "harness/verdict/verdict_agreement.hpp"
#include "reports/html.hpp"
#include "reports/rack_certificates.hpp"
#include "reports/reservations_view.hpp"
#include "reports/site/site_page.hpp"
#include "reports/verdicts_file_view.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCertificatesFolder = "acceptance";
constexpr const char* kSheetFile = "racks.html";

/// The campaign's own limits where the source is its folder; empty: there are none.
fs::path limits_file(const AcceptanceReport& report) {
  if (!report.limits.empty()) return report.limits;
  const fs::path own = report.source / kLimitsFile;
  return fs::is_directory(report.source) && fs::exists(own) ? own : fs::path();
}

/// What the report must agree with; empty: there is none.
fs::path verdicts_file(const AcceptanceReport& report) {
  if (!report.verdicts.empty()) return report.verdicts;
  const fs::path own = report.source / kVerdictsFile;
  return fs::is_directory(report.source) && fs::exists(own) ? own : fs::path();
}

/// Refuses to report what contradicts a verdicts file of the same results, limits and engine.
void require_agreement(const fs::path& file, const std::optional<VerdictDifference>& difference) {
  if (!difference) return;
  throw Error(
      fmt::format("{} contradicts the results and limits that it was judged of: {}; nothing is reported. "
                  "Where a campaign's "
                  "folder holds it, `rackproof verify` tells which file was changed; without the verdicts "
                  "file the report is "
                  "made",
                  file.string(), to_string(*difference)));
}

/// How a verdicts file was judged otherwise than the report: said here, and rows of its provenance.
KeyValues tell_how_judged(const JudgedOtherwise& otherwise, const Verdicts& stored) {
  KeyValues rows = judged_otherwise_rows(otherwise, stored);
  for (const auto& [name, how] : rows) fmt::print(stderr, "note: {} {}\n", name.en, printable(how.en));
  return rows;
}

/// What is not named is written into the campaign's folder, but never in place of what its own limits say.
fs::path output_of(const AcceptanceReport& report, const char* name) {
  if (!report.output.empty()) return report.output;
  if (!fs::is_directory(report.source))
    throw Error("a results file has no folder for its report: give -o PATH");
  if (!report.limits.empty() || !report.waivers.empty() || !report.devices.empty() ||
      !report.verdicts.empty() || report.language != Language::both)
    throw Error(
        "with other limits, waivers, rated values, verdicts or another language the campaign's own report is "
        "not replaced: "
        "give -o PATH");
  return report.source / name;
}

ExitCode exit_code(const AcceptanceReport& report, bool judged) {
  return judged || !report.require_verdict ? ExitCode::accepted : ExitCode::undecided;
}

ExitCode written(const fs::path& path, const AcceptanceReport& report, bool judged) {
  fmt::print("report: {}\n", path.string());
  return exit_code(report, judged);
}

/// Results with their verdicts, and who waives what of them.
struct Judged {
  explicit Judged(const AcceptanceReport& report, const fs::path& file)
      : results(read_results(file, ReadSamples::none)) {
    const fs::path given = limits_file(report);
    if (!given.empty()) limits = limits_for(results, given, report.devices);
    verdicts = judge(results, limits);
    if (!report.waivers.empty()) waivers = read_waivers(report.waivers);
    verdicts.waivers_name = waivers.name;
    verdicts.waivers_sha256 = waivers.sha256;
    if (const fs::path stored = verdicts_file(report); !stored.empty()) hold_against(stored);
    if (report.waivers.empty()) return;
    reservations = Reservations(results, limits, verdicts, waivers);
    for (const Phrase& note : reservations.notes()) fmt::print(stderr, "note: {}\n", printable(note.en));
  }
  bool has_verdict() const {
    return std::ranges::any_of(verdicts.cells, [](const VerdictCell& cell) {
      return !cell.completion() && cell.severity == Severity::gate &&
             (cell.verdict == Verdict::pass || cell.verdict == Verdict::fail);
    });
  }

  Results results;
  Limits limits;
  Verdicts verdicts;
  Waivers waivers;
  Reservations reservations;
  KeyValues origin;  ///< how the campaign's verdicts file was judged otherwise

 private:
  /// What is reported is what the campaign's verdicts file says, unless that was judged of or with something else.
  void hold_against(const fs::path& file) {
    const StoredVerdicts stored = read_stored_verdicts(file);
    const JudgedOtherwise otherwise = judged_otherwise(stored, verdicts, limits);
    if (!otherwise.may_differ()) require_agreement(file, first_difference(stored, verdicts, results, limits));
    origin = tell_how_judged(otherwise, stored.verdicts);
  }
};

ExitCode write_in_format(const Judged& judged, const AcceptanceReport& report) {
  const ReportInput input{judged.results, judged.limits, judged.verdicts, judged.reservations};
  const Words words(report.language);
  const ExitCode code = exit_code(report, judged.has_verdict());
  if (report.output.empty()) {
    write_report(*report.format, input, words, [](std::string_view text) { std::cout << text; });
    if (!std::cout.flush()) throw Error("the report cannot be written to stdout");
    return code;
  }
  Draft draft(report.output);
  std::ofstream file(draft.path(), std::ios::binary);
  write_report(*report.format, input, words, [&](std::string_view text) { file << text; });
  if (!file.flush()) throw Error(fmt::format("{} cannot be written", report.output.string()));
  file.close();
  draft.publish();
  return code;
}

/// A rack's name as one of a file: what a file system or a shell may take for something else becomes "_".
std::string file_name(const std::string& rack, std::set<std::string>& taken) {
  std::string name = "rack-";
  for (const char c : rack.substr(0, 120)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    name += plain ? c : '_';
  }
  std::string unique = name;
  for (int n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}_{}", name, n);
  return unique + ".html";
}

/// A new folder with the certificate of each rack that was asked for, and the sheet of all.
ExitCode write_certificates(const Judged& judged, const AcceptanceReport& report) {
  const RackCertificates certificates(judged.results, judged.limits, judged.verdicts);
  const bool is_merged = judged.results.parts.size() > 1;
  std::vector<std::string> racks = report.racks;
  if (racks.empty() && !is_merged) racks = certificates.racks();
  std::ranges::sort(racks);
  racks.erase(std::ranges::unique(racks).begin(), racks.end());
  fs::path folder = output_of(report, kCertificatesFolder);
  if (!folder.has_filename()) folder = folder.parent_path();  // "certificates/"
  if (fs::exists(folder))
    throw Error(fmt::format("{} exists; certificates go into a new folder", folder.string()));
  const fs::path draft = folder.string() + ".tmp";
  if (fs::exists(draft))
    throw Error(fmt::format("{} is in the way; remove it, or give another -o", draft.string()));
  try {
    fs::create_directories(draft);
    std::set<std::string> taken;
    for (const std::string& rack : racks) {
      RackCertificate certificate = certificates.of(rack);
      if (!report.waivers.empty())
        apply_waivers(certificate, judged.results, judged.limits, judged.waivers, judged.reservations);
      KeyValues& provenance = certificate.view.provenance;
      provenance.insert(provenance.end(), judged.origin.begin(), judged.origin.end());
      write_durably(draft / file_name(rack, taken), html_report(certificate.view, report.language));
    }
    write_durably(draft / kSheetFile,
                  html_wave_sheet(judged.results, judged.limits, judged.verdicts, report.language,
                                  report.waivers.empty() ? nullptr : &judged.waivers, judged.origin));
    fs::rename(draft, folder);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(draft, ignored);
    throw;
  }
  fmt::print("{} certificates of racks and the sheet of all: {}\n", racks.size(), folder.string());
  return exit_code(report, judged.has_verdict());
}

ExitCode write_site(const AcceptanceReport& report, const fs::path& file) {
  if (report.format) throw Error("a file of cells becomes a page only; for other formats give results files");
  if (!report.racks.empty())
    throw Error(
        "a file of cells has no attempts: certificates of racks are made of the campaign that measured them");
  const fs::path output = output_of(report, report.certificates ? kSheetFile : kReportFile);
  const CellReader cells(file);
  Limits limits;
  if (const fs::path given = limits_file(report); !given.empty()) {
    limits = read_limits(given, measurable(cells));
    limits = resolved(limits, cells, rated_for(limits, given, report.devices));
  }
  SiteOptions options;
  options.results_sha256 = sha256_file(file);
  const Waivers waivers = report.waivers.empty() ? Waivers{} : read_waivers(report.waivers);
  const CellWaivers holding(cells, waivers);
  if (!report.waivers.empty()) {
    options.waiver = [&](std::string_view target, std::string_view metric) {
      return holding.find(target, metric);
    };
  }
  std::optional<CellVerdictsAgreement> stored;
  if (const fs::path verdicts = verdicts_file(report); !verdicts.empty()) {
    stored.emplace(verdicts, cells, limits);
    options.take = [&](const VerdictRow& row) { stored->take(row); };
    options.judged = [&, verdicts](const CellJudgement& judgement) {
      const JudgedOtherwise otherwise = stored->otherwise(judgement, options.results_sha256);
      if (!otherwise.may_differ()) require_agreement(verdicts, stored->first_difference(judgement));
      return tell_how_judged(otherwise, stored->stored().verdicts);
    };
  }
  SitePage site = site_page(cells, limits, options);
  if (!report.waivers.empty()) name_waivers(site.view, waivers);
  write_durably(output, html_site_report(site.view, site.fleet, report.certificates, report.language));
  return written(output, report, !site.view.nothing_judged);
}

}  // namespace

ExitCode write_acceptance_report(const AcceptanceReport& report) {
  const fs::path file = results_file(report.source);
  if (holds_cells_only(file)) return write_site(report, file);
  const Judged judged(report, file);
  if (report.format) return write_in_format(judged, report);
  if (report.certificates) return write_certificates(judged, report);
  const fs::path output = output_of(report, kReportFile);
  write_durably(output, html_report(judged.results, judged.limits, judged.verdicts, report.language,
                                    report.waivers.empty() ? nullptr : &judged.waivers, judged.origin));
  return written(output, report, judged.has_verdict());
}

}  // namespace rackproof
