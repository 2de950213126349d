// rackproof import RESULTS READINGS -o FILE
#include <fmt/format.h>

#include <cmath>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/campaign_folder.hpp"
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
};

std::int64_t offset_ns(const std::string& text) {
  constexpr double kDay = 86'400;
  const Measured offset = parse_quantity(text);
  if (offset.dimension != kSecond || !(std::abs(offset.value) <= kDay))
    throw Error(fmt::format("--clock-offset {}: write a time of at most a day, for example \"-1.5 s\"",
                            printable(text)));
  return std::llround(offset.value * 1e9);
}

ExitCode run_import(const ImportOptions& options) {
  if (fs::exists(options.output))
    throw Error(fmt::format("{} exists; results are never replaced: give another name with -o",
                            options.output.string()));
  const fs::path folder = options.output.has_parent_path() ? options.output.parent_path() : ".";
  if (!fs::is_directory(folder))
    throw Error(fmt::format("-o {}: there is no folder {}", options.output.string(), folder.string()));
  ImportedFile file;
  file.clock_offset_ns = offset_ns(options.clock_offset);
  file.name = printable(options.readings.filename().string());
  file.sensors = read_readings_csv(options.readings);
  file.sha256 = sha256_file(options.readings);
  const std::string name = file.name;
  const std::size_t sensors = file.sensors.size();
  Results results = read_results(results_file(options.results));
  const ImportedCounts counts = import_telemetry(std::move(file), results);
  write_results(results, options.output);
  fmt::print(
      "{}: {} readings of {} sensors, {} not there; {} times one within a case, {} of them over nine tenths "
      "of it: {}\n",
      name, counts.readings, sensors, counts.missing, counts.summaries, counts.covered,
      options.output.string());
  for (const auto& line : counts.implausible) fmt::print("  below its parts: {}\n", printable(line));
  if (counts.implausible_count > 0)
    fmt::print(
        "{} times a node drew less than its packages and devices by their own account; these are marked "
        "implausible and are not used: look "
        "at the clock and zone of the file, at names, and at the sensors\n",
        counts.implausible_count);
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
  verb.footer("Cases and values are what they were; the new file is for judge, compare, report and show.");
  action = [options] { return run_import(*options); };
}

}  // namespace rackproof
