// rackproof import RESULTS READINGS -o FILE
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/output_file.hpp"
#include "harness/cli/verb.hpp"
#include "harness/results/import_telemetry.hpp"
#include "harness/results/results_file.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct ImportOptions {
  fs::path results;
  fs::path readings;
  fs::path output;
  std::string clock_offset = "0 s";
  bool skip_unknown = false;
};

std::int64_t offset_ns(const std::string& text) {
  constexpr double kDay = 86'400;
  const Measured offset = parse_quantity(text);
  if (offset.dimension != kSecond || !(std::abs(offset.value) <= kDay))
    throw Error(fmt::format("--clock-offset {}: write a time of at most a day, for example \"-1.5 s\"",
                            printable(text)));
  return std::llround(offset.value * 1e9);
}

/// The first ten, and how many more.
std::string some_of(const std::vector<std::string>& names, std::string_view separator) {
  constexpr std::size_t kSome = 10;
  const auto first = std::span(names).first(std::min(names.size(), kSome));
  return fmt::format(
      "{}{}", fmt::join(first, separator),
      names.size() > kSome ? fmt::format("{}and {} more", separator, names.size() - kSome) : "");
}

void print_report(const ImportReport& report) {
  fmt::print("{} readings, {} more are not there\n", report.readings, report.missing);
  if (report.powers > 0)
    fmt::print(
        "power: {} times one sensor within one attempt, {} of these covered to nine tenths; {} held against "
        "what packages and "
        "devices told of themselves\n",
        report.powers, report.covered, report.compared);
  if (report.temperatures > 0)
    fmt::print("temperature: {} times one sensor within one attempt\n", report.temperatures);
  if (!report.implausible.empty())
    fmt::print(
        "{} below their parts, marked implausible and not used: a clock or zone that is off, another node's "
        "name, a unit, "
        "a sensor that averages over longer than the case, or one that lies\n  {}\n",
        report.implausible.size(), some_of(report.implausible, "\n  "));
  if (!report.disbelieved.empty())
    fmt::print("below in more than a tenth of their attempts, so that none of their powers is used, {}: {}\n",
               report.disbelieved.size(), some_of(report.disbelieved, ", "));
  if (!report.unseen.empty())
    fmt::print("without a reading in any case, {}: {}\n", report.unseen.size(), some_of(report.unseen, ", "));
  if (!report.skipped.empty())
    fmt::print("skipped, because the campaign measured nothing on their targets, {}: {}\n",
               report.skipped.size(), some_of(report.skipped, ", "));
}

/// Readings above what a file may hold.
std::int64_t left_out(const Results& results) {
  std::int64_t count = 0;
  for (const auto& segment : results.telemetry.segments) count += segment.left_out;
  return count;
}

ExitCode run_import(const ImportOptions& options) {
  refuse_bad_output(options.output);
  ImportedFile file;
  file.clock_offset_ns = offset_ns(options.clock_offset);
  file.skip_unknown = options.skip_unknown;
  file.name = printable(options.readings.filename().string());
  ReadReadings read = read_readings_csv(options.readings);
  file.sensors = std::move(read.sensors);
  file.sha256 = read.sha256;
  Results results = read_results(results_file(options.results));
  const std::int64_t before = left_out(results);
  const ImportReport report = import_telemetry(std::move(file), results);
  Draft draft(options.output);
  write_results(results, draft.path());
  // Readings beside cases are more rows: whether a reader takes them is found out here.
  const std::int64_t after = left_out(read_results(draft.path(), ReadSamples::none));
  publish_new(draft, options.output);
  print_report(report);
  if (after > before)
    fmt::print("{} readings are above what a file may hold: only their summaries are in it\n",
               after - before);
  fmt::print("{}\n", options.output.string());
  return ExitCode::accepted;
}

}  // namespace

void declare_import(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<ImportOptions>();
  verb.add_option("results", options->results, "results.h5 or the folder of a campaign")->required();
  verb.add_option(
          "readings", options->readings,
          "CSV with the columns time, target, sensor, scope, value, unit: power and temperature as a BMC, "
          "a PDU or a meter told them")
      ->required();
  verb.add_option("-o,--output", options->output, "new results file")->required();
  verb.add_option(
      "--clock-offset", options->clock_offset,
      "added to the times of the readings, for a clock that is known to be off, such as \"-1.5 s\"");
  verb.add_flag("--skip-unknown", options->skip_unknown,
                "leave out targets that the campaign does not have, of a file of more than its site");
  verb.footer("Cases and values are what they were; the new file is for judge, compare, report and show.");
  action = [options] { return run_import(*options); };
}

}  // namespace rackproof
