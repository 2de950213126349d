// rackproof report SOURCE … [--as acceptance|nightly|comparison] [--rack LIST] [--format …] [--lang …] [-o PATH]
#include <fmt/format.h>

#include <array>

#include "harness/base/closest.hpp"
#include "harness/base/error.hpp"
#include "harness/cli/acceptance_report.hpp"
#include "harness/cli/comparison_files.hpp"
#include "harness/cli/night_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct ReportOptions {
  std::vector<fs::path> sources;
  std::string shape;
  std::string format = "html";
  std::string language = "both";
  std::string chosen = "all";
  double margin = RatioSettings{}.margin;
  fs::path events;
  AcceptanceReport acceptance;  ///< options of every page about one campaign or site
};

template <typename Names>
std::string one_of(const std::string& option, const std::string& given, const Names& names) {
  const std::vector<std::string> all(std::begin(names), std::end(names));
  if (std::ranges::find(all, given) != all.end()) return given;
  const auto meant = closest(given, all);
  throw Error(fmt::format(
      "{} {}: {}", option, printable(given),
      meant ? fmt::format("did you mean {}?", *meant) : fmt::format("there are {}", fmt::join(all, ", "))));
}

Language language_of(const ReportOptions& options) {
  constexpr std::array kNames{"en", "zh", "both"};
  return *rackproof::language_of(one_of("--lang", options.language, kNames));
}

ExitCode write_page(const Page& page, const fs::path& output) {
  write_durably(output, html_page(page));
  fmt::print("report: {}\n", output.string());
  return ExitCode::accepted;
}

void require_one_source(const ReportOptions& options) {
  if (options.sources.size() != 1)
    throw Error("this report is of one folder or file; `--as comparison` takes several");
}

ExitCode report_nights(const ReportOptions& options) {
  require_one_source(options);
  const fs::path& folder = options.sources.front();
  const fs::path& output = options.acceptance.output;
  const Page page = nightly_page_of(folder, options.events, language_of(options));
  return write_page(page, output.empty() ? folder / "nightly.html" : output);
}

ExitCode report_comparison(const ReportOptions& options) {
  if (options.acceptance.output.empty()) throw Error("a comparison has no folder of its own: give -o FILE");
  if (!(options.margin > 0 && options.margin < 1))
    throw Error("--margin must lie between 0 and 1, for example 0.02 for 2 %");
  ComparisonSettings settings;
  settings.selection = selection_of(options.chosen);
  settings.ratio.margin = options.margin;
  return write_page(
      comparison_page_of(options.sources, settings, options.acceptance.devices, language_of(options)),
      options.acceptance.output);
}

ExitCode run_report(const ReportOptions& options) {
  constexpr std::array kShapes{"acceptance", "nightly", "comparison"};
  const std::string shape = options.shape.empty() ? "" : one_of("--as", options.shape, kShapes);
  std::vector<std::string> formats{"html"};
  formats.insert(formats.end(), std::begin(kReportFormats), std::end(kReportFormats));
  const std::string format = one_of("--format", options.format, formats);
  if (!shape.empty() && format != "html")
    throw Error(fmt::format("--as {} makes pages; leave out --format {}", shape, format));
  if (!options.acceptance.verdicts.empty() && (shape == "nightly" || shape == "comparison"))
    throw Error(fmt::format("--as {} judges nothing; leave out --verdicts", shape));
  if (shape == "nightly") return report_nights(options);
  if (shape == "comparison") return report_comparison(options);
  require_one_source(options);
  AcceptanceReport report = options.acceptance;
  report.source = options.sources.front();
  report.certificates = shape == "acceptance" || !report.racks.empty();
  report.format = report_format_of(format);
  report.language = language_of(options);
  if (report.certificates && report.format)
    throw Error(fmt::format("--rack makes pages; leave out --format {}", format));
  return write_acceptance_report(report);
}

}  // namespace

void declare_report(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<ReportOptions>();
  AcceptanceReport& acceptance = options->acceptance;
  verb.add_option("results", options->sources,
                  "folder of a campaign, results file or file of cells; with --as nightly the folder of all "
                  "nights; with --as comparison several")
      ->required();
  verb.add_option("--as", options->shape,
                  "acceptance: a certificate for each rack and the sheet of all; nightly: what changed; "
                  "comparison: which is faster. Without it: all about one campaign");
  verb.add_option("--rack", acceptance.racks, "racks that get a certificate, with commas between them")
      ->delimiter(',');
  verb.add_option("--format", options->format, "html (default), junit, json, jsonl, csv or md");
  verb.add_option("--lang", options->language, "en, zh or both (default)");
  verb.add_option("--limits", acceptance.limits,
                  "limits file; a campaign's own when not given, none for results without a folder");
  verb.add_option("--devices", acceptance.devices, "rated values, a file or folder, as for judge");
  verb.add_option("--verdicts", acceptance.verdicts,
                  "verdicts file of judge -o: the report says the same, or is refused with the first "
                  "difference. A campaign's folder has its own");
  verb.add_option("--waivers", acceptance.waivers,
                  "waivers.toml: who takes which failing gate as it is, until when");
  verb.add_flag("--require-verdict", acceptance.require_verdict, "exit 2 when nothing was judged");
  verb.add_option("--events", options->events, "of --as nightly, as for trend");
  verb.add_option("--margin", options->margin, "of --as comparison, as for compare");
  verb.add_option("--chosen", options->chosen, "of --as comparison, as for compare");
  verb.add_option(
      "-o,--output", acceptance.output,
      "file; a folder for certificates. When not given: report.html, acceptance/ or nightly.html in "
      "the folder, stdout for other formats");
  verb.footer(
      "The verdict does not change the exit status: 0 written, 2 nothing judged with "
      "--require-verdict, 3 error.");
  action = [options] { return run_report(*options); };
}

}  // namespace rackproof
