// rackproof explain FOLDER|RESULTS|CELLS --target TARGET --case CASE [--limits FILE] [--devices PATH] [--json]
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/record/finite_json.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/cells/cell_judge.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "reports/cell_explanation.hpp"
#include "reports/explanation.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

struct ExplainOptions {
  std::filesystem::path results;
  std::filesystem::path limits;
  std::filesystem::path devices;
  std::string target;
  std::string case_id;
  bool json = false;
};

json attempt_json(const ExplainedAttempt& attempt) {
  const AttemptRow& row = *attempt.row;
  json counters = json::array();
  for (const CounterRow* counter : attempt.counters) {
    counters.push_back({{"name", counter->name},
                        {"unit", counter->unit},
                        {"delta", finite_json(counter->delta)},
                        {"unavailable", counter->unavailable}});
  }
  json samples = nullptr;
  if (attempt.sample_s.size() == 4) {
    samples = {{"p5_s", attempt.sample_s[0]},
               {"p50_s", attempt.sample_s[1]},
               {"p95_s", attempt.sample_s[2]},
               {"p99_s", attempt.sample_s[3]}};
  }
  return {{"launch", row.launch},
          {"attempt", row.attempt},
          {"status", to_string(row.outcome.status)},
          {"phase", to_string(row.outcome.phase)},
          {"reason", row.outcome.reason},
          {"iterations", row.iterations},
          {"stop", to_string(row.stop)},
          {"throttled", row.throttled},
          {"implementation", row.implementation},
          {"implementation_detail", row.implementation_detail},
          {"samples", samples},
          {"conditions", attempt.conditions},
          {"counters", counters}};
}

json verdict_json(const VerdictCell& cell, const Limits& limits) {
  json out{{"verdict", to_string(cell.verdict)}, {"failure", cell.failure}, {"rule", cell.reason.en}};
  if (cell.limit < 0) return out;
  const Limit& limit = limits.limits.at(static_cast<std::size_t>(cell.limit));
  out["severity"] = to_string(cell.severity);
  out["limit"] = to_string(limit);
  out["clause"] = limit.clause;
  out["provenance"] = limit.provenance.en;
  return out;
}

json quantity_json(const ExplainedQuantity& quantity, const Limits& limits) {
  json launches = json::array();
  for (const ExplainedLaunch& launch : quantity.launches) {
    launches.push_back({{"launch", launch.launch},
                        {"value", finite_json(launch.value->value)},
                        {"lo", finite_json(launch.value->lo)},
                        {"hi", finite_json(launch.value->hi)},
                        {"n", launch.value->n}});
  }
  json judged = json::array();
  for (const VerdictCell* cell : quantity.judged) judged.push_back(verdict_json(*cell, limits));
  json out{{"metric", quantity.series->metric()},
           {"unit", quantity.series->unit},
           {"found", quantity.found},
           {"launches", launches},
           {"judged", judged}};
  if (quantity.cell) {
    out["value"] = finite_json(double{quantity.cell->value});
    out["lo"] = finite_json(double{quantity.cell->lo});
    out["hi"] = finite_json(double{quantity.cell->hi});
  }
  return out;
}

json explanation_json(const Explanation& explanation, const Limits& limits) {
  json attempts = json::array();
  for (const auto& attempt : explanation.attempts) attempts.push_back(attempt_json(attempt));
  json quantities = json::array();
  for (const auto& quantity : explanation.quantities) quantities.push_back(quantity_json(quantity, limits));
  json findings = json::array();
  for (const Finding* finding : explanation.findings) {
    findings.push_back({{"id", finding->id},
                        {"kind", finding->kind},
                        {"evidence", finding->evidence.en},
                        {"action", finding->action.en}});
  }
  return {{"target", explanation.target->name},
          {"case", explanation.case_id},
          {"place", explanation.place},
          {"model", explanation.target->model},
          {"serial", explanation.target->serial},
          {"launch_component", finite_json(explanation.component)},
          {"completion",
           explanation.completion == nullptr ? json(nullptr) : verdict_json(*explanation.completion, limits)},
          {"attempts", attempts},
          {"quantities", quantities},
          {"findings", findings},
          {"again", explanation.rerun}};
}

json cell_json(const ExplainedCell& cell, const Limits& limits) {
  json judged = json::array();
  for (const CellRule& rule : cell.judged) {
    const Limit& limit = limits.limits.at(rule.limit);
    judged.push_back({{"verdict", to_string(rule.verdict)},
                      {"failure", rule.failure},
                      {"rule", rule.reason},
                      {"severity", to_string(limit.severity)},
                      {"limit", to_string(limit)},
                      {"clause", limit.clause},
                      {"provenance", limit.provenance.en}});
  }
  return {{"metric", cell.series->metric()},
          {"unit", cell.series->unit},
          {"found", cell.found},
          {"value", finite_json(cell.value)},
          {"lo", finite_json(cell.lo)},
          {"hi", finite_json(cell.hi)},
          {"least", finite_json(cell.least)},
          {"most", finite_json(cell.most)},
          {"launches", cell.launches},
          {"judged", judged}};
}

json explanation_json(const CellExplanation& explanation, const Limits& limits) {
  json quantities = json::array();
  for (const auto& cell : explanation.quantities) quantities.push_back(cell_json(cell, limits));
  return {{"target", explanation.target},
          {"case", explanation.case_id},
          {"rack", explanation.place},
          {"model", explanation.model},
          {"key", explanation.key},
          {"campaign", explanation.campaign_id},
          {"launch_component", finite_json(explanation.component)},
          {"outcome", to_string(explanation.outcome)},
          {"disturbed", explanation.disturbed},
          {"completion", to_string(explanation.completion)},
          {"quantities", quantities}};
}

template <class Explained>
void print(const Explained& explanation, const Limits& limits, bool as_json) {
  if (as_json) {
    fmt::print("{}\n",
               explanation_json(explanation, limits).dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    fmt::print("{}", explanation_text(explanation, limits));
  }
}

ExitCode explain_file_of_cells(const std::filesystem::path& file, const ExplainOptions& options) {
  const CellReader cells(file);
  Limits limits;
  if (!options.limits.empty()) {
    const Limits given = read_limits(options.limits, measurable(cells));
    limits = resolved(given, cells, rated_for(given, options.limits, options.devices));
  }
  print(explain_cell(cells, limits, options.target, options.case_id), limits, options.json);
  return ExitCode::accepted;
}

ExitCode run_explain(const ExplainOptions& options) {
  const auto source = results_file(options.results);
  if (holds_cells_only(source)) return explain_file_of_cells(source, options);
  const Results results = read_results(source, ReadSamples::none);
  std::filesystem::path file = options.limits;
  if (file.empty() && std::filesystem::is_directory(options.results)) file = options.results / kLimitsFile;
  const Limits limits = file.empty() ? Limits{} : limits_for(results, file, options.devices);
  const Verdicts verdicts = judge(results, limits);
  print(explain(results, verdicts, options.target, options.case_id), limits, options.json);
  return ExitCode::accepted;
}

}  // namespace

void declare_explain(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<ExplainOptions>();
  verb.add_option("results", options->results, "folder of a campaign, a results file, or a file of cells")
      ->required();
  verb.add_option("--target", options->target, "rack1/node2, rack1/node2/dev0, …")->required();
  verb.add_option("--case", options->case_id, "memory/host/triad:f64,cold, …")->required();
  verb.add_option("--limits", options->limits,
                  "limits file; the campaign's own when not given, none for a results file alone");
  verb.add_option("--devices", options->devices, "rated values, a file or folder, as for judge");
  verb.add_flag("--json", options->json, "one JSON object on stdout");
  action = [options] { return run_explain(*options); };
}

}  // namespace rackproof
