// rackproof calibrate RESULTS … -o LIMITS [--quantile Q] [--metric PATTERN] [--severity score|gate]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/verb.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/calibrate/calibration.hpp"
#include "harness/verdict/calibrate/plan_risk.hpp"
#include "reports/text_table.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct CalibrateOptions {
  std::vector<fs::path> inputs;
  fs::path output;
  double quantile = CalibrationSettings{}.quantile;
  std::string pattern = CalibrationSettings{}.pattern;
  std::string severity = "score";
};

/// So many per cent slower a device is in the column of the consumer's risk.
constexpr double kSlow = 0.05;
constexpr std::size_t kLaunches[]{2, 3, 5};

CalibrationSettings settings_of(const CalibrateOptions& options) {
  CalibrationSettings settings;
  settings.quantile = options.quantile;
  settings.pattern = options.pattern;
  if (!(options.quantile > 0 && options.quantile < 1))
    throw Error("--quantile must lie between 0 and 1, for example 0.01");
  if (options.severity != "score" && options.severity != "gate")
    throw Error(fmt::format("--severity {}: write score or gate", printable(options.severity)));
  if (options.severity == "gate") settings.severity = Severity::gate;
  return settings;
}

void check_output(const fs::path& output) {
  if (output.empty()) throw Error("calibrate writes a new limits file: name it with -o FILE");
  if (fs::exists(output)) throw Error(fmt::format("{} exists; give another name with -o", output.string()));
  const fs::path folder = output.has_parent_path() ? output.parent_path() : ".";
  if (!fs::is_directory(folder))
    throw Error(fmt::format("-o {}: there is no folder {}", output.string(), folder.string()));
}

std::string share(double value) {
  return std::isfinite(value) ? fmt::format("{:.2g} %", 100 * value) : "not known";
}

std::string risks(const CalibratedLimit& limit, std::size_t launches) {
  const double margin = limit.is_upper ? limit.bound / limit.middle : limit.middle / limit.bound;
  if (!(limit.launch.sd >= 0) || !(limit.device_sd >= 0) || !(margin > 0) || !std::isfinite(margin))
    return "not known";
  const PlanRisk risk =
      plan_risk({std::log(margin), limit.device_sd, limit.launch.sd, limit.launch.sd}, launches, kSlow);
  return fmt::format("{:.1g} / {:.1g}", risk.fails_usual, risk.passes_slow);
}

std::string report(const Calibration& calibration) {
  std::string none;
  std::vector<std::vector<std::string>> rows{
      {"metric", "placement", "model", "devices", "middle", "limit", "device sd", "launch sd"}};
  for (const std::size_t launches : kLaunches)
    rows.front().push_back(fmt::format("risks, {} launches", launches));
  for (const CalibratedLimit& limit : calibration.limits) {
    const CalibrationCohort& cohort = limit.cohort;
    const auto number = [&](double value) { return format_quantity(value, cohort.unit); };
    if (!limit.why_none.empty()) {
      none += fmt::format("no limit on {} on {}{}: {}\n", printable(cohort.metric), printable(cohort.scope),
                          cohort.model.empty() ? "" : ", " + printable(cohort.model), limit.why_none);
      continue;
    }
    rows.push_back({printable(cohort.metric), printable(cohort.scope), printable(cohort.model),
                    std::to_string(limit.devices)});
    rows.back().insert(rows.back().end(),
                       {number(limit.middle), (limit.is_upper ? "≤ " : "≥ ") + number(limit.bound),
                        share(limit.device_sd), share(limit.launch.sd)});
    for (const std::size_t launches : kLaunches) rows.back().push_back(risks(limit, launches));
  }
  if (rows.size() == 1) return none;
  return aligned(rows, std::vector<std::string>(rows.size()), false) + none +
         fmt::format(
             "risks: at most this share of healthy devices fails / of devices made {:g} % slower passes, by "
             "the normal "
             "model, when the plan's launch_component is the launch sd\n",
             100 * kSlow);
}

/// What was found, and the text of its limits file.
struct Calibrated {
  Calibration calibration;
  CalibrationText text;
};

Calibrated of_cells(const CalibrateOptions& options, const CalibrationSettings& settings) {
  if (options.inputs.size() > 1)
    throw Error("a file of cells is calibrated alone: give no other file with it, or merge them");
  const CellReader cells(results_file(options.inputs.front()));
  const std::string name = options.output.stem().string();
  Calibrated out{calibrate(cells, settings), {}};
  // Only gates keep from being judged what they were made from.
  out.text = settings.severity == Severity::gate
                 ? calibration_text(cells, name)
                 : CalibrationText{name, cells.provenance().finished_utc.substr(0, 10), {}};
  return out;
}

Calibrated of_results(const CalibrateOptions& options, const CalibrationSettings& settings) {
  std::vector<Results> results;
  std::vector<CalibrationInput> inputs;
  for (const fs::path& input : options.inputs) {
    results.push_back(read_results(results_file(input), ReadSamples::none));
    for (std::size_t i = 0; i + 1 < results.size(); ++i) {
      if (results[i].provenance.campaign_id == results.back().provenance.campaign_id)
        throw Error(fmt::format("{} and {} are of one campaign", options.inputs[i].string(), input.string()));
    }
  }
  for (std::size_t i = 0; i < results.size(); ++i)
    inputs.push_back({printable(options.inputs[i].string()), &results[i]});
  return {calibrate(calibration_cohorts(inputs), settings),
          calibration_text(inputs, options.output.stem().string())};
}

bool any_of_cells(const std::vector<fs::path>& inputs) {
  return std::ranges::any_of(inputs,
                             [](const fs::path& input) { return holds_cells_only(results_file(input)); });
}

ExitCode run_calibrate(const CalibrateOptions& options) {
  const CalibrationSettings settings = settings_of(options);
  check_output(options.output);
  if (options.inputs.empty())
    throw Error("a calibration is of at least one results file: give its name or folder");
  const auto [calibration, named] =
      any_of_cells(options.inputs) ? of_cells(options, settings) : of_results(options, settings);
  fmt::print("{}", report(calibration));
  const auto limits =
      std::ranges::count_if(calibration.limits, [](const auto& limit) { return limit.why_none.empty(); });
  if (limits == 0) {
    fmt::print("no limit could be set; {} is not written\n", options.output.string());
    return ExitCode::undecided;
  }
  const std::string text = limits_toml(calibration, named);
  check_output(options.output);  // minutes may have gone by
  write_durably(options.output, text);
  fmt::print("{} limits: {}\n", limits, options.output.string());
  return ExitCode::accepted;
}

}  // namespace

void declare_calibrate(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<CalibrateOptions>();
  verb.add_option("results", options->inputs,
                  "results files or folders of campaigns, of devices known to be good");
  verb.add_option("-o,--output", options->output, "new limits file");
  verb.add_option(
      "--quantile", options->quantile,
      "share of such devices that may fail; a limit is its bound with 95 % confidence; 0.01 by default");
  verb.add_option("--metric", options->pattern, "metrics to calibrate, with one '*'; all by default");
  verb.add_option("--severity", options->severity, "of the limits: score by default, or gate");
  verb.footer("Exit status: 0 written, 2 too few devices for any limit, 3 bad input.");
  action = [options] { return run_calibrate(*options); };
}

}  // namespace rackproof
