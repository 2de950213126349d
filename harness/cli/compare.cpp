// rackproof compare RESULTS RESULTS … [--json] [--margin SHARE] [--chosen all|random:SEED|hand-picked] [--devices PATH]
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/cli/comparison_files.hpp"
#include "harness/cli/comparison_text.hpp"
#include "harness/cli/verb.hpp"
#include "harness/verdict/compare/comparison_json.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct CompareOptions {
  std::vector<fs::path> files;
  fs::path devices;
  double margin = RatioSettings{}.margin;
  std::string chosen = "all";
  bool json = false;
};

ExitCode run_compare(const CompareOptions& options) {
  ComparisonSettings settings;
  settings.selection = selection_of(options.chosen);
  settings.ratio.margin = options.margin;
  if (!(options.margin > 0 && options.margin < 1))
    throw Error("--margin must lie between 0 and 1, for example 0.02 for 2 %");
  const ComparisonFiles files(options.files);
  const std::vector<ComparisonSide>& sides = files.sides();
  const Comparison comparison = files.compared(settings, options.devices);
  fmt::print(
      "{}",
      options.json
          ? comparison_json(sides, comparison).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
                "\n"
          : comparison_text(sides, comparison));
  return ExitCode::accepted;
}

}  // namespace

void declare_compare(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<CompareOptions>();
  verb.add_option("results", options->files,
                  "results files or folders of campaigns; the first is the reference");
  verb.add_option("--margin", options->margin, "what makes no difference, as a share; 0.02 by default");
  verb.add_option("--chosen", options->chosen,
                  "how the devices were chosen from all there are: all, random:SEED, or hand-picked, which "
                  "gives no verdicts");
  verb.add_option("--devices", options->devices,
                  "rated values, a file or folder; default: beside the first results, else those installed");
  verb.add_flag("--json", options->json, "one JSON object on stdout");
  verb.footer(
      "The replicate is the device, and there are no verdicts with fewer than eight on a side. Conditions "
      "that differ come first. "
      "Closed and open division are never mixed. Exit status: 0 compared, 3 bad input.");
  action = [options] { return run_compare(*options); };
}

}  // namespace rackproof
