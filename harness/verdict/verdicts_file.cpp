#include "harness/verdict/verdicts_file.hpp"

#include <fmt/format.h>

#include <optional>

#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/hdf5_probe.hpp"
#include "harness/results/table.hpp"
#include "harness/verdict/verdicts_schema.hpp"

namespace rackproof {

namespace {

LimitRow row_of(const Limit& limit) {
  LimitRow row{limit.metric,
               limit.scope,
               static_cast<std::uint8_t>(limit.bound.index()),
               kNoNumber,
               kNoNumber,
               0,
               {},
               si_unit(limit.dimension),
               limit.severity,
               limit.clause,
               limit.model,
               limit.provenance.en};
  if (const auto* lower = std::get_if<LowerLimit>(&limit.bound)) row.lower = lower->bound;
  if (const auto* upper = std::get_if<UpperLimit>(&limit.bound)) row.upper = upper->bound;
  if (const auto* band = std::get_if<BandLimit>(&limit.bound)) {
    row.lower = band->lower;
    row.upper = band->upper;
  }
  if (const auto* number = std::get_if<ExactNumber>(&limit.bound)) row.number = number->value;
  if (const auto* texts = std::get_if<ExactTexts>(&limit.bound)) row.texts = texts->values;
  return row;
}

std::optional<ExitCode> exit_code_of(std::int32_t number) {
  for (const ExitCode code : {ExitCode::accepted, ExitCode::rejected, ExitCode::undecided, ExitCode::error,
                              ExitCode::interrupted}) {
    if (number == static_cast<std::int32_t>(code)) return code;
  }
  return std::nullopt;
}

void write_content(Hdf5Writer& file, const Verdicts& verdicts, const Results& results, const Limits& limits) {
  file.attribute("campaign_id", verdicts.campaign_id);
  file.attribute("disposition", static_cast<std::uint8_t>(verdicts.disposition), kDispositionEnum);
  const std::vector<JudgementRow> one{
      {verdicts.engine_version, verdicts.results_sha256, verdicts.limits_sha256, verdicts.limits_name,
       limits.text, limits.at_budget_end, verdicts.campaign_id, verdicts.disposition,
       static_cast<std::int32_t>(verdicts.exit_code), verdicts.waivers_name, verdicts.waivers_sha256}};
  TableWriter judgement(file, "/judgement", one);
  judgement_columns(judgement);
  waiver_columns(judgement);
  std::vector<NameRow> names;
  for (const TargetRow& target : results.targets) names.push_back({target.name});
  TableWriter targets(file, "/targets", names);
  targets.text("name", &NameRow::name);
  write_limit_rows(file, limits);
  TableWriter cells(file, "/cells", verdicts.cells);
  cell_columns(cells, names.size());
  TableWriter roll_ups(file, "/roll_ups", verdicts.roll_ups);
  roll_up_columns(roll_ups);
  TableWriter coverage(file, "/coverage", verdicts.coverage);
  coverage_columns(coverage, names.size());
  TableWriter findings(file, "/findings", verdicts.findings);
  finding_columns(findings);
}

StoredVerdicts read_content(const std::filesystem::path& path) {
  Hdf5Reader file(path, kVerdictsSchema);
  StoredVerdicts out;
  out.verdicts = read_judgement(file, file.schema_minor() >= 2 ? HasWaivers::yes : HasWaivers::no);
  Verdicts& verdicts = out.verdicts;
  std::vector<NameRow> names;
  TableReader targets(file, "/targets", names);
  targets.text("name", &NameRow::name);
  for (NameRow& row : names) out.targets.push_back(std::move(row.name));
  TableReader limit_table(file, "/limits", out.limits);
  limit_columns(limit_table);
  TableReader cells(file, "/cells", verdicts.cells);
  cell_columns(cells, names.size());
  for (const VerdictCell& cell : verdicts.cells) {
    if (cell.limit < -1 || cell.limit >= static_cast<std::int64_t>(out.limits.size())) {
      file.refuse(fmt::format("/cells/limit names row {} of {}", cell.limit, out.limits.size()));
    }
  }
  TableReader roll_ups(file, "/roll_ups", verdicts.roll_ups);
  roll_up_columns(roll_ups);
  TableReader coverage(file, "/coverage", verdicts.coverage);
  coverage_columns(coverage, names.size());
  TableReader findings(file, "/findings", verdicts.findings);
  finding_columns(findings);
  return out;
}

}  // namespace

std::vector<LimitRow> applied_limits(const Limits& limits) {
  std::vector<LimitRow> applied;
  for (const Limit& limit : limits.limits) applied.push_back(row_of(limit));
  return applied;
}

Verdicts read_judgement(Hdf5Reader& file, HasWaivers has_waivers) {
  std::vector<JudgementRow> rows;
  TableReader table(file, "/judgement", rows);
  judgement_columns(table);
  if (has_waivers == HasWaivers::yes) waiver_columns(table);
  if (rows.size() != 1) file.refuse("/judgement has not exactly one row");
  const JudgementRow& row = rows.front();
  const auto exit_code = exit_code_of(row.exit_code);
  if (!exit_code) file.refuse(fmt::format("/judgement/exit_code is {}, which is none", row.exit_code));
  if (file.choice_attribute("disposition", kDispositionEnum) != static_cast<std::uint8_t>(row.disposition))
    file.refuse("the attribute disposition is not the one of /judgement");
  Verdicts verdicts;
  verdicts.engine_version = row.engine_version;
  verdicts.results_sha256 = row.results_sha256;
  verdicts.limits_sha256 = row.limits_sha256;
  verdicts.limits_name = row.limits_name;
  verdicts.campaign_id = row.campaign_id;
  verdicts.disposition = row.disposition;
  verdicts.exit_code = *exit_code;
  verdicts.waivers_name = row.waivers_name;
  verdicts.waivers_sha256 = row.waivers_sha256;
  return verdicts;
}

void write_limit_rows(Hdf5Writer& file, const Limits& limits) {
  const std::vector<LimitRow> applied = applied_limits(limits);
  TableWriter table(file, "/limits", applied);
  limit_columns(table);
}

void write_verdicts(const Verdicts& verdicts, const Results& results, const Limits& limits,
                    const std::filesystem::path& path) {
  Draft draft(path);
  {
    Hdf5Writer file(draft.path(), kVerdictsSchema);
    write_content(file, verdicts, results, limits);
    file.finish();
  }
  draft.publish();
}

Verdicts read_verdicts(const std::filesystem::path& path) { return read_stored_verdicts(path).verdicts; }

StoredVerdicts read_stored_verdicts(const std::filesystem::path& path) {
  probe_hdf5(path, [&] { read_content(path); });
  return read_content(path);
}

}  // namespace rackproof
