// rackproof compare RESULTS RESULTS … [--json] [--margin SHARE] [--chosen all|random:SEED|hand-picked] [--devices PATH]
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/base/digest.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/comparison_text.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/compare/comparison_json.hpp"
#include "harness/verdict/compare/comparison_side.hpp"
#include "harness/verdict/compare/rated_share.hpp"

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

Selection selection_of(const std::string& text) {
  if (text == "all") return {};
  if (text == "hand-picked") return {Chosen::hand_picked, 0};
  constexpr std::string_view kRandom = "random:";
  if (text.starts_with(kRandom)) {
    Selection selection{Chosen::random, 0};
    const char* const end = text.data() + text.size();
    const auto [stop, code] = std::from_chars(text.data() + kRandom.size(), end, selection.seed);
    if (code == std::errc{} && stop == end) return selection;
  }
  throw Error(
      fmt::format("--chosen {}: write all, random:SEED (a whole number) or hand-picked", printable(text)));
}

/// A file, open as long as its side is read.
struct OpenSide {
  explicit OpenSide(const fs::path& file) : cells(file) {
    if (Hdf5Reader::schema_of(file) != kCellsSchema.name) results = read_results(file, ReadSamples::none);
    side = comparison_side(cells, results ? &*results : nullptr,
                           results ? results->file_sha256 : sha256_file(file));
  }
  CellReader cells;
  std::optional<Results> results;
  ComparisonSide side;
};

ExitCode run_compare(const CompareOptions& options) {
  ComparisonSettings settings;
  settings.selection = selection_of(options.chosen);
  settings.ratio.margin = options.margin;
  if (!(options.margin > 0 && options.margin < 1))
    throw Error("--margin must lie between 0 and 1, for example 0.02 for 2 %");
  if (options.files.size() < 2)
    throw Error("a comparison is of at least two results files: give their names or folders");
  std::vector<std::unique_ptr<OpenSide>> open;
  std::vector<ComparisonSide> sides;
  for (const fs::path& file : options.files) {
    open.push_back(std::make_unique<OpenSide>(results_file(file)));
    sides.push_back(open.back()->side);
  }
  Comparison comparison = compare(sides, settings);
  add_rated_shares(comparison, find_rated(open.front()->cells.path(), options.devices));
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
