#include "harness/verdict/cells/cell_verdicts_file.hpp"

#include "harness/base/error.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/table.hpp"
#include "harness/verdict/verdicts_schema.hpp"

namespace rackproof {

namespace {

constexpr SchemaVersion kSchema{"rackproof-cell-verdicts", 1, 0};
constexpr std::array<std::string_view, kVerdictCount + 1> kNames{
    "pass", "fail", "inconclusive", "not_judged", "not_applicable", "none"};
constexpr EnumNames kEnum{kNames};

/// A row of /failing.
struct FailingRow {
  std::string target, case_id, quantity, failure, reason;
  std::int32_t limit = -1;
  double value = 0, lo = 0, hi = 0;
  std::int32_t launches = 0;
};

}  // namespace

CellVerdictsWriter::CellVerdictsWriter(const std::filesystem::path& path, const CellReader& cells,
                                       const Limits& limits)
    : draft_(path), file_(draft_.path(), kSchema), cells_(cells), limits_(limits) {
  const std::size_t rows = cells.cases().size() + limits.limits.size();
  for (const Placement placement : kPlacements) {
    const std::size_t columns = cells.subjects(placement).size();
    if (rows > 0 && columns > 0)
      rows_[static_cast<std::size_t>(placement)].verdict =
          file_.choice_matrix(cells_group("verdicts", placement) + "verdict", {rows, columns}, kEnum);
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

void CellVerdictsWriter::write_failing(const CellJudgement& judgement) {
  std::vector<FailingRow> rows;
  for (const FailingCell& cell : judgement.failing) {
    const Subjects& subjects = cells_.subjects(cell.placement);
    rows.push_back({std::string(cells_.text(subjects.name[cell.subject])), cells_.cases()[cell.case_row],
                    cell.series < 0 ? "" : cells_.series()[static_cast<std::size_t>(cell.series)].quantity,
                    cell.failure, cell.reason.en, cell.limit, cell.value, cell.lo, cell.hi, cell.launches});
  }
  constexpr std::string_view kUnits = "SI unit of the metric, as /limits/unit says for `limit`";
  TableWriter table(file_, "/failing", rows);
  table.text("target", &FailingRow::target);
  table.text("case", &FailingRow::case_id);
  table.text("quantity", &FailingRow::quantity);
  table.text("failure", &FailingRow::failure);
  table.text("reason", &FailingRow::reason);
  table.number("limit", "row of /limits, -1: completion", &FailingRow::limit);
  table.number("value", kUnits, &FailingRow::value);
  table.number("lo", kUnits, &FailingRow::lo);
  table.number("hi", kUnits, &FailingRow::hi);
  table.number("launches", "1", &FailingRow::launches);
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
  std::vector<RollUp> racks{judgement.campaign};
  racks.insert(racks.end(), judgement.racks.begin(), judgement.racks.end());
  TableWriter rack_table(file_, "/racks", racks);
  roll_up_columns(rack_table);
  TableWriter findings(file_, "/findings", judgement.findings);
  finding_columns(findings);
  write_failing(judgement);
  for (const Placement placement : kPlacements)
    write_subjects(placement, judgement.subjects[static_cast<std::size_t>(placement)]);
  file_.finish();
  draft_.publish();
}

}  // namespace rackproof
