// rackproof show RESULTS [--json | --hwloc DIR | --telemetry TARGET]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "harness/base/units.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/show_telemetry.hpp"
#include "harness/cli/verb.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/finite_json.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/verdicts_file.hpp"
#include "reports/escape.hpp"
#include "reports/text_table.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

struct ShownCell {
  const SeriesRow& series;
  const TargetRow& target;
  const CellValue& cell;
};

/// Every cell of a real quantity at a place where its case was promised.
template <class F>
void for_each_cell(const Results& results, F&& visit) {
  std::set<std::pair<std::uint32_t, std::string>> promised;
  for (const auto& promise : results.promises) promised.emplace(promise.target, promise.case_id);
  for (std::size_t s = 0; s < results.series.size(); ++s) {
    if (results.series[s].kind != QuantityKind::real) continue;
    for (std::size_t placement = 0; placement < results.columns.size(); ++placement) {
      const auto& columns = results.columns[placement];
      for (std::size_t c = 0; c < columns.size(); ++c) {
        if (!promised.contains({columns[c], results.series[s].case_id})) continue;
        visit(ShownCell{results.series[s], results.targets[columns[c]],
                        results.cells[placement][s * columns.size() + c]});
      }
    }
  }
}

std::string_view to_string(Ended ended) { return ended == Ended::complete ? "complete" : "interrupted"; }

/// The campaigns of a merged file.
json parts_json(const Results& results) {
  json parts = json::array();
  for (const Part& part : results.parts) {
    parts.push_back({{"campaign", part.campaign_id},
                     {"plan", part.plan_name},
                     {"site", part.site_name},
                     {"started", part.started_utc},
                     {"finished", part.finished_utc},
                     {"ended", to_string(part.ended)},
                     {"program_version", part.program_version},
                     {"results_sha256", part.file_sha256},
                     {"journal_sha256", part.journal_sha256}});
  }
  return parts;
}

/// What stands beside results in the folder of a campaign; null: no verdicts.
json verdicts_json(const std::optional<Verdicts>& verdicts) {
  if (!verdicts) return nullptr;
  return {{"disposition", to_string(verdicts->disposition)}, {"engine_version", verdicts->engine_version},
          {"results_sha256", verdicts->results_sha256},      {"limits", verdicts->limits_name},
          {"limits_sha256", verdicts->limits_sha256},        {"waivers", verdicts->waivers_name},
          {"waivers_sha256", verdicts->waivers_sha256}};
}

void print_json(const Results& results, const std::optional<Verdicts>& verdicts) {
  json cells = json::array();
  for_each_cell(results, [&](const ShownCell& shown) {
    cells.push_back({{"metric", shown.series.metric()},
                     {"target", shown.target.name},
                     {"placement", shown.target.scope},
                     {"unit", shown.series.unit},
                     {"value", finite_json(shown.cell.value)},
                     {"lo", finite_json(shown.cell.lo)},
                     {"hi", finite_json(shown.cell.hi)},
                     {"launches", shown.cell.n},
                     {"status", to_string(shown.cell.status)}});
  });
  json exact = json::array();
  for (const auto& count : results.exact) {
    exact.push_back({{"metric", results.series[count.series].metric()},
                     {"target", results.targets[count.target].name},
                     {"value", count.value},
                     {"differs", count.differs}});
  }
  json facts = json::array();
  for (const auto& fact : results.facts) {
    facts.push_back({{"target", results.targets[fact.target].name},
                     {"key", fact.key},
                     {"promised", fact.promised},
                     {"found", fact.found},
                     {"source", fact.source}});
  }
  const auto& provenance = results.provenance;
  const json all{{"campaign", provenance.campaign_id},
                 {"plan", provenance.plan_name},
                 {"site", provenance.site_name},
                 {"started", provenance.started_utc},
                 {"finished", provenance.finished_utc},
                 {"ended", to_string(results.ended)},
                 {"parts", parts_json(results)},
                 {"verdicts", verdicts_json(verdicts)},
                 {"cells", cells},
                 {"exact", exact},
                 {"facts", facts}};
  fmt::print("{}\n", all.dump(2, ' ', false, json::error_handler_t::replace));
}

void print_campaign(std::string_view what, const Provenance& campaign, Ended ended) {
  fmt::print("{} {} of plan {} on site {}, {} … {}, {}\n", what, printable(campaign.campaign_id),
             printable(campaign.plan_name), printable(campaign.site_name), printable(campaign.started_utc),
             printable(campaign.finished_utc), to_string(ended));
}

void print_verdicts(const Verdicts& verdicts) {
  fmt::print("verdicts: {} by rackproof {}, limits {} (SHA-256 {})", to_string(verdicts.disposition),
             printable(verdicts.engine_version), printable(verdicts.limits_name),
             printable(verdicts.limits_sha256));
  if (!verdicts.waivers_sha256.empty())
    fmt::print(", waivers {} (SHA-256 {})", printable(verdicts.waivers_name),
               printable(verdicts.waivers_sha256));
  fmt::print("\n");
}

void print_text(const Results& results, const std::optional<Verdicts>& verdicts) {
  print_campaign(results.merged() ? "merge" : "campaign", results.provenance, results.ended);
  for (const Part& part : results.parts) print_campaign("  campaign", part, part.ended);
  if (verdicts) print_verdicts(*verdicts);
  std::vector<std::vector<std::string>> rows{{"metric", "target", "value", "interval", "launches", "status"}};
  for_each_cell(results, [&](const ShownCell& shown) {
    const auto text = [&](float value) {
      return format_quantity(static_cast<double>(value), shown.series.unit);
    };
    rows.push_back({printable(shown.series.metric()), printable(shown.target.name), text(shown.cell.value),
                    std::isfinite(shown.cell.value)
                        ? fmt::format("[{}, {}]", text(shown.cell.lo), text(shown.cell.hi))
                        : "",
                    std::to_string(shown.cell.n), std::string(to_string(shown.cell.status))});
  });
  fmt::print("{}", aligned(rows, std::vector<std::string>(rows.size()), false));
}

/// A boot id comes from a file of anybody's: it becomes a file name only when it is one word.
bool is_file_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

/// Writes the topology of each machine as hwloc's XML, and says which nodes it is of.
void write_topologies(const Results& results, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  if (results.provenance.hwloc_xml.empty()) throw Error("the results hold no topology");
  for (const auto& [boot_id, xml] : results.provenance.hwloc_xml) {
    if (!is_file_name(boot_id)) throw Error(fmt::format("\"{}\" is no boot id", printable(boot_id)));
    const auto file = folder / (boot_id + ".xml");
    write_durably(file, xml);
    std::string nodes;
    for (const TargetRow& target : results.targets) {
      if (target.placement == Placement::node && target.boot_id == boot_id)
        nodes += fmt::format("{}{}", nodes.empty() ? "" : ", ", printable(target.name));
    }
    fmt::print("{}: {}\n", file.string(), nodes);
  }
}

}  // namespace

void declare_show(CLI::App& verb, std::function<ExitCode()>& action) {
  auto path = std::make_shared<std::filesystem::path>();
  auto as_json = std::make_shared<bool>(false);
  auto topologies = std::make_shared<std::filesystem::path>();
  verb.add_option("results", *path, "results file or the folder of a campaign")->required();
  auto telemetry = std::make_shared<std::string>();
  auto* const json_flag = verb.add_flag("--json", *as_json, "one JSON object on stdout");
  auto* const hwloc = verb.add_option(
      "--hwloc", *topologies, "write hwloc's XML of each machine to this folder; lstopo -i FILE opens it");
  verb.add_option("--telemetry", *telemetry,
                  "CSV of what sensors told of a node, or in the steps of a target; summary to stderr")
      ->excludes(json_flag)
      ->excludes(hwloc);
  action = [=] {
    const Results results = read_results(results_file(*path), ReadSamples::none);
    if (!topologies->empty()) {
      write_topologies(results, *topologies);
      return ExitCode::accepted;
    }
    if (!telemetry->empty()) {
      show_telemetry(results, *telemetry);
      return ExitCode::accepted;
    }
    std::optional<Verdicts> verdicts;
    if (const auto file = *path / kVerdictsFile;
        std::filesystem::is_directory(*path) && std::filesystem::exists(file))
      verdicts = read_verdicts(file);
    *as_json ? print_json(results, verdicts) : print_text(results, verdicts);
    return ExitCode::accepted;
  };
}

}  // namespace rackproof
