// rackproof judge RESULTS --limits FILE [--devices PATH] [--waivers FILE [--accept-waived]] [--json] [-o FILE]
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/judge_cells.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/cli/verdict_json.hpp"
#include "harness/record/finite_json.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/error_budget.hpp"
#include "harness/verdict/gate_error.hpp"
#include "harness/verdict/judge.hpp"
#include "harness/verdict/reservations.hpp"
#include "harness/verdict/verdicts_file.hpp"
#include "reports/formats/report_header.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

struct JudgeOptions {
  std::filesystem::path results;
  std::filesystem::path limits;
  std::filesystem::path devices;
  std::filesystem::path output;
  std::filesystem::path waivers;
  bool accept_waived = false;
  bool json = false;
};

json cell_json(const VerdictCell& cell, const Results& results, const Limits& limits) {
  json out{{"target", results.targets.at(cell.target).name},
           {"case", cell.case_id},
           {"metric", cell.completion() ? "" : cell.case_id + "#" + cell.quantity},
           {"severity", to_string(cell.severity)},
           {"verdict", to_string(cell.verdict)},
           {"failure", cell.failure},
           {"reason", cell.reason.en},
           {"value", finite_json(cell.value)},
           {"lo", finite_json(cell.lo)},
           {"hi", finite_json(cell.hi)},
           {"launches", cell.launches},
           {"found", cell.found}};
  if (cell.limit >= 0) {
    const Limit& limit = limits.limits.at(static_cast<std::size_t>(cell.limit));
    out["limit"] = to_string(limit);
    out["clause"] = limit.clause;
    out["provenance"] = limit.provenance.en;
  }
  return out;
}

json verdicts_json(const Verdicts& verdicts, const Results& results, const Limits& limits) {
  json cells = json::array();
  for (const auto& cell : verdicts.cells) cells.push_back(cell_json(cell, results, limits));
  json roll_ups = json::array();
  for (const auto& roll_up : verdicts.roll_ups) {
    roll_ups.push_back({{"subject", roll_up.subject},
                        {"kind", roll_up.kind},
                        {"disposition", to_string(roll_up.disposition)},
                        {"pass", roll_up.passed},
                        {"fail", roll_up.failed},
                        {"inconclusive", roll_up.inconclusive},
                        {"not_judged", roll_up.not_judged},
                        {"not_applicable", roll_up.not_applicable}});
  }
  json coverage = json::array();
  for (const auto& row : verdicts.coverage) {
    coverage.push_back({{"target", results.targets.at(row.target).name},
                        {"case", row.case_id},
                        {"measured", row.measured},
                        {"judged", row.judged},
                        {"excluded", row.excluded.en}});
  }
  const ErrorBudget budget = error_budget(verdicts, results, limits);
  return {{"disposition", to_string(verdicts.disposition)},
          {"exit_code", static_cast<int>(verdicts.exit_code)},
          {"campaign", verdicts.campaign_id},
          {"results_sha256", verdicts.results_sha256},
          {"limits_sha256", verdicts.limits_sha256},
          {"error_budget", error_budget_json(budget)},
          {"cells", cells},
          {"roll_ups", roll_ups},
          {"coverage", coverage},
          {"findings", findings_json(verdicts.findings)}};
}

json waivers_json(const Waivers& waivers, const Reservations& reservations, const Verdicts& verdicts,
                  const Results& results) {
  json cells = json::array();
  for (std::size_t i = 0; i < verdicts.cells.size(); ++i) {
    const Waiver* waiver = reservations.of(i);
    if (waiver == nullptr) continue;
    cells.push_back({{"target", results.targets.at(verdicts.cells[i].target).name},
                     {"metric", waiver->metric},
                     {"who", waiver->who},
                     {"reason", waiver->reason},
                     {"until", waiver->until}});
  }
  json racks = json::array();
  for (const RollUp& row : verdicts.roll_ups) {
    if (row.kind == "rack" && reservations.accepts(row.subject)) racks.push_back(row.subject);
  }
  return {{"file", waivers.name},
          {"sha256", waivers.sha256},
          {"accepted_with_reservations", reservations.accepts_all()},
          {"racks_with_reservations", racks},
          {"failing", reservations.failing()},
          {"waived", cells},
          {"unused", english_of(reservations.notes())}};
}

ExitCode run_judge(const JudgeOptions& options) {
  if (options.accept_waived && options.waivers.empty())
    throw Error("--accept-waived accepts what a file of waivers names; give --waivers FILE");
  const auto file = results_file(options.results);
  if (holds_cells_only(file)) {
    if (!options.waivers.empty()) {
      throw Error(fmt::format("--waivers: {} holds cells only; judge the results file of the campaign",
                              file.string()));
    }
    return judge_file_of_cells(file, options.limits, options.devices, options.output, options.json);
  }
  const Waivers waivers = options.waivers.empty() ? Waivers{} : read_waivers(options.waivers);
  const Results results = read_results(file, ReadSamples::none);
  const Limits limits = limits_for(results, options.limits, options.devices);
  Verdicts verdicts = judge(results, limits);
  verdicts.waivers_name = waivers.name;
  verdicts.waivers_sha256 = waivers.sha256;
  const Reservations reservations =
      options.waivers.empty() ? Reservations() : Reservations(results, limits, verdicts, waivers);
  const bool accepted = options.accept_waived && reservations.accepts_all();
  const ExitCode exit_code = accepted ? ExitCode::accepted : verdicts.exit_code;
  if (!options.output.empty()) {
    if (std::filesystem::exists(options.output))
      throw Error(fmt::format("{} exists; verdicts are never replaced", options.output.string()));
    write_verdicts(verdicts, results, limits, options.output);
  }
  if (options.json) {
    json out = verdicts_json(verdicts, results, limits);
    out["exit_code"] = static_cast<int>(exit_code);
    if (!options.waivers.empty()) out["waivers"] = waivers_json(waivers, reservations, verdicts, results);
    fmt::print("{}\n", out.dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    print_verdict(results, limits, verdicts);
    if (!options.waivers.empty()) fmt::print("{}\n", to_string(reservations));
  }
  for (const Phrase& note : reservations.notes()) fmt::print(stderr, "{}\n", printable(note.en));
  return exit_code;
}

}  // namespace

void declare_judge(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<JudgeOptions>();
  verb.add_option("results", options->results, "results file, file of cells or the folder of a campaign")
      ->required();
  verb.add_option("--limits", options->limits, "limits file")->required();
  verb.add_option("--devices", options->devices,
                  "rated values, a file or folder; default: beside the limits (devices.toml, ../devices), "
                  "else installed");
  verb.add_option("--waivers", options->waivers,
                  "who takes which failing gate as it is (waivers.toml); never changes a verdict");
  verb.add_flag("--accept-waived", options->accept_waived,
                "exit 0 when every gate that fails is waived and everything else is decided");
  verb.add_option("-o,--output", options->output, "new verdicts file");
  verb.add_flag("--json", options->json, "one JSON object on stdout");
  action = [options] { return run_judge(*options); };
}

}  // namespace rackproof
