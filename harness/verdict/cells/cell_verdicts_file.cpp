#include "harness/verdict/cells/cell_verdicts_file.hpp"

#include "harness/base/error.hpp"
#include "harness/results/table.hpp"
#include "harness/verdict/cells/cell_verdicts_schema.hpp"

namespace rackproof {

std::vector<RollUp> rack_rows(const CellJudgement& judgement) {
  std::vector<RollUp> rows{judgement.campaign};
  rows.insert(rows.end(), judgement.racks.begin(), judgement.racks.end());
  return rows;
}

std::vector<FailingRow> failing_rows(const CellJudgement& judgement, const CellReader& cells) {
  std::vector<FailingRow> rows;
  for (const FailingCell& cell : judgement.failing) {
    const Subjects& subjects = cells.subjects(cell.placement);
    rows.push_back({std::string(cells.text(subjects.name[cell.subject])), cells.cases()[cell.case_row],
                    cell.series < 0 ? "" : cells.series()[static_cast<std::size_t>(cell.series)].quantity,
                    cell.failure, cell.reason.en, cell.limit, cell.value, cell.lo, cell.hi, cell.launches});
  }
  return rows;
}

CellVerdictsWriter::CellVerdictsWriter(const std::filesystem::path& path, const CellReader& cells,
                                       const Limits& limits)
    : draft_(path), file_(draft_.path(), kCellVerdictsSchema), cells_(cells), limits_(limits) {
  const std::size_t rows = cells.cases().size() + limits.limits.size();
  for (const Placement placement : kPlacements) {
    const std::size_t columns = cells.subjects(placement).size();
    if (rows > 0 && columns > 0)
      rows_[static_cast<std::size_t>(placement)].verdict = file_.choice_matrix(
          cells_group("verdicts", placement) + "verdict", {rows, columns}, kCellVerdictEnum);
  }
}

void CellVerdictsWriter::take(const VerdictRow& row) {
  Rows& rows = rows_[static_cast<std::size_t>(row.placement)];
  rows.verdict->put(rows.case_id.size(), rows.verdict->pack(std::span<const std::uint8_t>(row.verdict)));
  rows.case_id.push_back(file_.text(cells_.cases()[row.case_row]));
  rows.limit.push_back(row.limit);
}

void CellVerdictsWriter::write_subjects(Placement placement, const std::vector<Verdict>& roll_up) {
  const std::string group = cells_group("verdicts", placement);
  std::vector<std::uint32_t> names;
  std::vector<std::uint8_t> verdicts;
  for (const std::uint32_t name : cells_.subjects(placement).name)
    names.push_back(file_.text(std::string(cells_.text(name))));
  for (const Verdict verdict : roll_up) verdicts.push_back(static_cast<std::uint8_t>(verdict));
  file_.write(group + "name", {names.size()}, names, kTextUnits);
  file_.write_choices(group + "roll_up", {verdicts.size()}, verdicts, kVerdictEnum);
  Rows& rows = rows_[static_cast<std::size_t>(placement)];
  file_.write(group + "case", {rows.case_id.size()}, rows.case_id, kTextUnits);
  file_.write(group + "limit", {rows.limit.size()}, rows.limit, "row of /limits, -1: completion");
  rows.verdict.reset();
}

void CellVerdictsWriter::finish(const CellJudgement& judgement, const std::string& results_sha256) {
  file_.attribute("campaign_id", judgement.campaign_id);
  file_.attribute("disposition", static_cast<std::uint8_t>(judgement.disposition), kDispositionEnum);
  file_.attribute("failing_total", std::to_string(judgement.failing_total));
  const std::vector<JudgementRow> one{{judgement.engine_version, results_sha256, judgement.limits_sha256,
                                       judgement.limits_name, limits_.text, limits_.at_budget_end,
                                       judgement.campaign_id, judgement.disposition,
                                       static_cast<std::int32_t>(judgement.exit_code)}};
  TableWriter table(file_, "/judgement", one);
  judgement_columns(table);
  write_limit_rows(file_, limits_);
  const std::vector<RollUp> racks = rack_rows(judgement);
  TableWriter rack_table(file_, "/racks", racks);
  roll_up_columns(rack_table);
  TableWriter findings(file_, "/findings", judgement.findings);
  finding_columns(findings);
  const std::vector<FailingRow> failing = failing_rows(judgement, cells_);
  TableWriter failing_table(file_, "/failing", failing);
  failing_columns(failing_table);
  for (const Placement placement : kPlacements)
    write_subjects(placement, judgement.subjects[static_cast<std::size_t>(placement)]);
  file_.finish();
  draft_.publish();
}

}  // namespace rackproof
