#include "harness/cli/judge_cells.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <climits>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verdict_json.hpp"
#include "harness/record/finite_json.hpp"
#include "harness/verdict/cells/cell_verdicts_file.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "reports/formats/report_header.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

constexpr std::size_t kFailingPrinted = 20;
constexpr std::size_t kRacksPrinted = 20;
constexpr std::size_t kFindingsPrinted = 40;

/// Columns of ten MiB come and go with every series, on every thread. Given back to the system, each would be cleared anew: a
/// tenth of the time.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes
  ::mallopt(M_TRIM_THRESHOLD, INT_MAX);
  ::mallopt(M_ARENA_MAX, 1);  // others are too small for it
}

json roll_up_json(const RollUp& row) {
  return {{"subject", row.subject},
          {"disposition", to_string(row.disposition)},
          {"pass", row.passed},
          {"fail", row.failed},
          {"inconclusive", row.inconclusive},
          {"not_judged", row.not_judged},
          {"not_applicable", row.not_applicable}};
}

std::string name_of(const CellReader& cells, const FailingCell& cell) {
  return std::string(cells.text(cells.subjects(cell.placement).name[cell.subject]));
}

std::string metric_of(const CellReader& cells, const FailingCell& cell) {
  return cell.series < 0 ? cells.cases()[cell.case_row]
                         : cells.series()[static_cast<std::size_t>(cell.series)].metric();
}

json judgement_json(const CellJudgement& judgement, const CellReader& cells, const Limits& limits,
                    const std::string& sha) {
  json racks = json::array();
  for (const RollUp& row : judgement.racks) racks.push_back(roll_up_json(row));
  json failing = json::array();
  for (const FailingCell& cell : judgement.failing) {
    json row{{"target", name_of(cells, cell)},   {"metric", metric_of(cells, cell)},
             {"failure", cell.failure},          {"reason", cell.reason.en},
             {"value", finite_json(cell.value)}, {"lo", finite_json(cell.lo)},
             {"hi", finite_json(cell.hi)},       {"launches", cell.launches}};
    if (cell.limit >= 0) {
      const Limit& limit = limits.limits[static_cast<std::size_t>(cell.limit)];
      row["limit"] = to_string(limit);
      row["clause"] = limit.clause;
      row["provenance"] = limit.provenance.en;
    }
    failing.push_back(std::move(row));
  }
  return {{"disposition", to_string(judgement.disposition)},
          {"exit_code", static_cast<int>(judgement.exit_code)},
          {"campaign", judgement.campaign_id},
          {"results_sha256", sha},
          {"limits_sha256", judgement.limits_sha256},
          {"whole", roll_up_json(judgement.campaign)},
          {"racks", racks},
          {"error_budget", error_budget_json(judgement.error_budget)},
          {"failing_total", judgement.failing_total},
          {"failing", failing},
          {"findings", findings_json(judgement.findings)}};
}

void print(const CellJudgement& judgement, const CellReader& cells, const Limits& limits) {
  const RollUp& all = judgement.campaign;
  std::array<std::size_t, 3> racks{};
  for (const RollUp& row : judgement.racks) ++racks[static_cast<std::size_t>(row.disposition)];
  fmt::print("{}: {} pass, {} fail, {} inconclusive, {} not judged, {} not applicable\n",
             to_string(judgement.disposition), all.passed, all.failed, all.inconclusive, all.not_judged,
             all.not_applicable);
  fmt::print("racks: {} accepted, {} rejected, {} undecided\n", racks[0], racks[1], racks[2]);
  fmt::print("{}\n", to_string(judgement.error_budget));
  std::size_t printed = 0;
  for (const RollUp& row : judgement.racks) {
    if (row.disposition != Disposition::rejected || ++printed > kRacksPrinted) continue;
    fmt::print("  {} rejected: {} of {} gate cells fail\n", printable(row.subject), row.failed,
               std::uint64_t{row.passed} + row.failed + row.inconclusive + row.not_judged);
  }
  if (printed > kRacksPrinted) fmt::print("  and {} more\n", printed - kRacksPrinted);
  for (std::size_t i = 0; i < std::min(kFailingPrinted, judgement.failing.size()); ++i) {
    const FailingCell& cell = judgement.failing[i];
    std::string number;
    if (cell.series >= 0 && std::isfinite(cell.value)) {
      const Limit& limit = limits.limits[static_cast<std::size_t>(cell.limit)];
      number = fmt::format(": {} [{}, {}], limit {}, {}", format_quantity(cell.value, limit.dimension),
                           format_quantity(cell.lo, limit.dimension),
                           format_quantity(cell.hi, limit.dimension), to_string(limit), limit.provenance);
    }
    fmt::print("fail {} {} ({}){}\n", printable(name_of(cells, cell)), printable(metric_of(cells, cell)),
               cell.failure, printable(number));
  }
  if (judgement.failing_total > kFailingPrinted)
    fmt::print("and {} more cells fail\n", judgement.failing_total - kFailingPrinted);
  for (std::size_t i = 0; i < std::min(kFindingsPrinted, judgement.findings.size()); ++i) {
    const Finding& finding = judgement.findings[i];
    const std::string subject = finding.subjects.empty() ? "" : " " + printable(finding.subjects.front());
    fmt::print("finding {} {}{}: {}\n", finding.id, finding.kind, subject, printable(finding.evidence.en));
  }
  if (judgement.findings.size() > kFindingsPrinted)
    fmt::print("and {} more findings; all with --json or in the file of verdicts\n",
               judgement.findings.size() - kFindingsPrinted);
}

}  // namespace

ExitCode judge_file_of_cells(const std::filesystem::path& file, const std::filesystem::path& limits_file,
                             const std::filesystem::path& devices, const std::filesystem::path& output,
                             bool as_json) {
  keep_freed_memory();
  const CellReader cells(file);
  const Limits given = read_limits(limits_file, measurable(cells));
  const Limits limits = resolved(given, cells, rated_for(given, limits_file, devices));
  std::optional<CellVerdictsWriter> writer;
  if (!output.empty()) {
    if (std::filesystem::exists(output))
      throw Error(fmt::format("{} exists; verdicts are never replaced", output.string()));
    writer.emplace(output, cells, limits);
  }
  const CellJudgement judgement = judge_cells(cells, limits, 0, [&](const VerdictRow& row) {
    if (writer) writer->take(row);
  });
  const std::string sha = writer || as_json ? sha256_file(file) : "";
  if (writer) writer->finish(judgement, sha);
  if (as_json) {
    fmt::print(
        "{}\n",
        judgement_json(judgement, cells, limits, sha).dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    print(judgement, cells, limits);
  }
  return judgement.exit_code;
}

}  // namespace rackproof
