#include "harness/verdict/cells/cell_verdicts_agreement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/results/hdf5_probe.hpp"
#include "harness/results/table.hpp"
#include "harness/verdict/verdict_difference.hpp"

namespace rackproof {

namespace {

using Difference = std::optional<VerdictDifference>;

StoredVerdicts read_tables(Hdf5Reader& file, std::vector<FailingRow>& failing) {
  StoredVerdicts out;
  out.verdicts = read_judgement(file, HasWaivers::no);
  TableReader limits(file, "/limits", out.limits);
  limit_columns(limits);
  TableReader racks(file, "/racks", out.verdicts.roll_ups);
  roll_up_columns(racks);
  TableReader findings(file, "/findings", out.verdicts.findings);
  finding_columns(findings);
  TableReader table(file, "/failing", failing);
  failing_columns(table);
  return out;
}

/// What /judgement says, as far as a judgement knows it.
Verdicts header_of(const CellJudgement& judgement) {
  Verdicts header;
  header.engine_version = judgement.engine_version;
  header.limits_sha256 = judgement.limits_sha256;
  header.campaign_id = judgement.campaign_id;
  header.disposition = judgement.disposition;
  header.exit_code = judgement.exit_code;
  return header;
}

std::string what_of(std::string_view case_id, std::int32_t limit) {
  return limit < 0 ? fmt::format("completion of {}", case_id) : fmt::format("limit {} on {}", limit, case_id);
}

}  // namespace

CellVerdictsAgreement::CellVerdictsAgreement(const std::filesystem::path& file, const CellReader& cells,
                                             const Limits& limits)
    : cells_(cells), limits_(limits) {
  const auto read = [&] {
    file_ = std::make_unique<Hdf5Reader>(file, kCellVerdictsSchema);
    stored_ = read_tables(*file_, failing_);
    for (const Placement placement : kPlacements) read_rows(placement);
  };
  probe_hdf5(file, read);
  read();
  for (const Placement placement : kPlacements) {
    if (!difference_) difference_ = of_subjects(placement);
  }
}

void CellVerdictsAgreement::read_rows(Placement placement) {
  const std::string group = cells_group("verdicts", placement);
  Rows& rows = rows_of(placement);
  rows.subject = file_->column<std::uint32_t>(group + "name");
  rows.roll_up = file_->choices(group + "roll_up", kVerdictEnum);
  rows.case_id = file_->column<std::uint32_t>(group + "case");
  rows.limit = file_->column<std::int32_t>(group + "limit");
  if (rows.roll_up.size() != rows.subject.size())
    file_->refuse(fmt::format("{}roll_up has {} rows, {}name has {}", group, rows.roll_up.size(), group,
                              rows.subject.size()));
  if (rows.limit.size() != rows.case_id.size())
    file_->refuse(fmt::format("{}limit has {} rows, {}case has {}", group, rows.limit.size(), group,
                              rows.case_id.size()));
  if (!rows.case_id.empty() && !rows.subject.empty())
    rows.verdict.emplace(file_->name(),
                         file_->stored_choices(group + "verdict", {rows.case_id.size(), rows.subject.size()},
                                               kCellVerdictEnum));
}

std::string CellVerdictsAgreement::subject(Placement placement, std::size_t column) const {
  return std::string(cells_.text(cells_.subjects(placement).name[column]));
}

Difference CellVerdictsAgreement::of_subjects(Placement placement) const {
  const Rows& rows = rows_of(placement);
  const std::size_t now = cells_.subjects(placement).size();
  if (rows.subject.size() != now)
    return VerdictDifference{fmt::format("targets of placement {}", to_string(placement)),
                             fmt::format("{} targets", rows.subject.size()), fmt::format("{} targets", now)};
  for (std::size_t i = 0; i < now; ++i) {
    const auto stored = std::string(file_->text_view(rows.subject[i]));
    if (const std::string found = subject(placement, i); stored != found)
      return VerdictDifference{fmt::format("target {} of placement {}", i, to_string(placement)), stored,
                               found};
  }
  return std::nullopt;
}

void CellVerdictsAgreement::take(const VerdictRow& row) {
  Rows& rows = rows_of(row.placement);
  const std::size_t number = rows.taken++;
  if (!difference_) difference_ = of_row(row, rows, number);
}

Difference CellVerdictsAgreement::of_row(const VerdictRow& row, const Rows& rows, std::size_t number) const {
  const std::string& case_id = cells_.cases()[row.case_row];
  const std::string now = what_of(case_id, row.limit);
  const std::string where = fmt::format("row {} of placement {}", number, to_string(row.placement));
  if (number >= rows.case_id.size()) return VerdictDifference{where, "no row", now};
  const std::string stored = what_of(file_->text_view(rows.case_id[number]), rows.limit[number]);
  if (stored != now) return VerdictDifference{where, stored, now};
  const auto verdicts = rows.verdict->row<std::uint8_t>(number);
  if (verdicts.size() != row.verdict.size()) throw Error("a row of verdicts over other targets");
  const auto [a, b] = std::ranges::mismatch(verdicts, row.verdict);
  if (a == verdicts.end()) return std::nullopt;
  return VerdictDifference{
      fmt::format("{}, {}", subject(row.placement, static_cast<std::size_t>(a - verdicts.begin())), now),
      fmt::format("verdict {}", kCellVerdictNames[*a]), fmt::format("verdict {}", kCellVerdictNames[*b])};
}

Difference CellVerdictsAgreement::of_roll_up(Placement placement, const std::vector<Verdict>& now) const {
  const std::vector<std::uint8_t>& stored = rows_of(placement).roll_up;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (stored[i] != static_cast<std::uint8_t>(now[i]))
      return VerdictDifference{fmt::format("roll-up of {}", subject(placement, i)),
                               fmt::format("verdict {}", kCellVerdictNames[stored[i]]),
                               fmt::format("verdict {}", to_string(now[i]))};
  }
  return std::nullopt;
}

Difference CellVerdictsAgreement::of_failing(const CellJudgement& now) const {
  const auto name = [](const FailingRow& row) {
    return fmt::format("failing cell {}, {} of {}", row.target,
                       row.quantity.empty() ? "completion" : row.quantity, row.case_id);
  };
  return first_of_rows(
      failing_, failing_rows(now, cells_), "row",
      [](const FailingRow& a, const FailingRow& b) {
        return a.target == b.target && a.case_id == b.case_id && a.quantity == b.quantity &&
               a.limit == b.limit;
      },
      name,
      [&](const FailingRow& a, const FailingRow& b) {
        return RowComparison(name(a)).figures(a, b).text("reason", a.reason, b.reason).first();
      });
}

JudgedOtherwise CellVerdictsAgreement::otherwise(const CellJudgement& now,
                                                 const std::string& results_sha256) const {
  Verdicts judged = header_of(now);
  judged.results_sha256 = results_sha256;
  return judged_otherwise(stored_, judged, limits_);
}

Difference CellVerdictsAgreement::first_difference(const CellJudgement& now) const {
  if (difference_) return difference_;
  for (const Placement placement : kPlacements) {
    const Rows& rows = rows_of(placement);
    if (rows.taken < rows.case_id.size())
      return VerdictDifference{fmt::format("row {} of placement {}", rows.taken, to_string(placement)),
                               what_of(file_->text_view(rows.case_id[rows.taken]), rows.limit[rows.taken]),
                               "no row"};
    if (Difference roll_up = of_roll_up(placement, now.subjects[static_cast<std::size_t>(placement)]))
      return roll_up;
  }
  if (Difference roll_ups = difference_of_roll_ups(stored_.verdicts.roll_ups, rack_rows(now)))
    return roll_ups;
  if (Difference limits = difference_of_limits(stored_.limits, applied_limits(limits_))) return limits;
  if (Difference failing = of_failing(now)) return failing;
  if (Difference findings = difference_of_findings(stored_.verdicts.findings, now.findings)) return findings;
  return difference_of_whole(stored_.verdicts, header_of(now));
}

}  // namespace rackproof
