// rackproof trend DIR [--json] [--events FILE] [--all] [--strict] [--drain-list]
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/night_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/verdict/trend/drain_list.hpp"
#include "harness/verdict/trend/trend.hpp"
#include "reports/trend_json.hpp"
#include "reports/trend_text.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct TrendOptions {
  fs::path folder;
  fs::path events;
  std::string min_effect = "1 %";
  std::size_t drain_limit = 10;
  bool json = false;
  bool all = false;
  bool strict = false;
  bool drain_list = false;
};

double min_effect(const TrendOptions& options) {
  const Measured share = parse_quantity(options.min_effect);
  if (share.dimension != kNumber || !(share.value >= 0 && share.value < 1))
    throw Error(fmt::format("--min-effect {} is no share; write one such as \"1 %\"", options.min_effect));
  return share.value;
}

void print_drain_list(const Trend& trend, std::size_t limit) {
  const DrainList list = drain_list(trend, limit);
  for (const std::string& line : list.lines) fmt::print("{}\n", line);
  if (list.left_out > 0)
    fmt::print(stderr, "rackproof: {} more nodes are left out (--drain-limit {})\n", list.left_out, limit);
}

ExitCode run_trend(const TrendOptions& options) {
  TrendSettings settings;
  settings.all = options.all;
  settings.episode.min_effect = min_effect(options);
  const std::vector<fs::path> files = night_files(options.folder);
  const TrendEvents events = night_events(options.folder, options.events);
  const NightlyHistory history(files);
  const Trend found = trend(history, events, settings);
  if (options.drain_list) {
    print_drain_list(found, options.drain_limit);
  } else if (options.json) {
    fmt::print("{}\n", trend_json(found).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}", trend_text(found, options.all));
  }
  for (const Phrase& note : found.notes) fmt::print(stderr, "note: {}\n", printable(note.en));
  if (!options.strict) return ExitCode::accepted;
  if (found.has_new_confirmed()) return ExitCode::rejected;
  return found.too_little() ? ExitCode::undecided : ExitCode::accepted;
}

}  // namespace

void declare_trend(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<TrendOptions>();
  verb.add_option("folder", options->folder, "folder with the campaigns of all nights, at any depth")
      ->required();
  verb.add_option(
      "--events", options->events,
      "accepted levels, part swaps, acknowledgements; trend-events.toml of the folder where it is there");
  verb.add_option("--min-effect", options->min_effect, "least change of a level that is told (default 1 %)");
  verb.add_flag("--all", options->all,
                "scan every subject, not only roll-ups and suspects; list every member");
  verb.add_flag(
      "--strict", options->strict,
      "exit 1 for a confirmed change for the worse that nobody acknowledged, 2 for too little measured");
  auto* const list = verb.add_flag("--drain-list", options->drain_list,
                                   "\"hostlist reason\" lines of such nodes, nothing else; drains nothing");
  verb.add_option("--drain-limit", options->drain_limit, "most nodes of the list (default 10)")->needs(list);
  verb.add_flag("--json", options->json, "one JSON object on stdout")->excludes(list);
  verb.footer(
      "A file that cannot be read is an error, and so are two that define a metric differently: a trend over "
      "what "
      "happens to be readable would be another trend. Exit status: 0 done, with --strict 1 or 2, 3 error.");
  action = [options] { return run_trend(*options); };
}

}  // namespace rackproof
