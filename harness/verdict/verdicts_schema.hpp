// The tables of a verdicts file: every column, for the writer and the reader alike.
#pragma once

#include <array>
#include <string_view>

#include "harness/results/hdf5.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

inline constexpr SchemaVersion kVerdictsSchema{"rackproof-verdicts", 1,
                                               2};  // 1: limits as promised; 2: waivers

// Names in the file. They are appended to, never renumbered or renamed.
inline constexpr std::array<std::string_view, kVerdictCount> kVerdictNames{"pass", "fail", "inconclusive",
                                                                           "not_judged", "not_applicable"};
inline constexpr std::array<std::string_view, 3> kDispositionNames{"accepted", "rejected", "undecided"};
inline constexpr std::array<std::string_view, 2> kSeverityNames{"gate", "score"};
inline constexpr std::array<std::string_view, 3> kAtBudgetEndNames{"undecided", "reject", "accept"};
inline constexpr std::array<std::string_view, 6> kBoundNames{"lower",        "upper",       "band",
                                                             "exact_number", "exact_texts", "as_promised"};

inline constexpr EnumNames kVerdictEnum{kVerdictNames};
inline constexpr EnumNames kDispositionEnum{kDispositionNames};
inline constexpr EnumNames kSeverityEnum{kSeverityNames};
inline constexpr EnumNames kAtBudgetEndEnum{kAtBudgetEndNames};
inline constexpr EnumNames kBoundEnum{kBoundNames};

/// One row: what was judged, with what, and how it ended.
struct JudgementRow {
  std::string engine_version;
  std::string results_sha256;
  std::string limits_sha256;
  std::string limits_name;
  std::string limits_text;
  AtBudgetEnd at_budget_end = AtBudgetEnd::undecided;
  std::string campaign_id;
  Disposition disposition = Disposition::undecided;
  std::int32_t exit_code = 0;
  std::string waivers_name{};  ///< empty: nobody waived anything
  std::string waivers_sha256{};
};

/// A limit as it was applied, so that the file can be read without the limits file.
struct LimitRow {
  std::string metric;
  std::string scope;
  std::uint8_t bound = 0;  ///< alternative of Bound
  double lower = 0;        ///< NaN when there is none
  double upper = 0;
  std::int64_t number = 0;
  std::vector<std::string> texts;
  std::string unit;
  Severity severity = Severity::gate;
  std::string clause;
  std::string model;
  std::string provenance;
};

struct NameRow {
  std::string name;
};

/// A column of phrases: the English one is written, and what is read is data.
template <class Row>
struct EnglishOf {
  Phrase Row::*phrase;
  const std::string& operator()(const Row& row) const { return (row.*phrase).en; }
  Phrase& operator()(Row& row) const { return row.*phrase; }
};

template <class Table>
void judgement_columns(Table& table) {
  table.text("engine_version", &JudgementRow::engine_version);
  table.text("results_sha256", &JudgementRow::results_sha256);
  table.text("limits_sha256", &JudgementRow::limits_sha256);
  table.text("limits_name", &JudgementRow::limits_name);
  table.text("limits_text", &JudgementRow::limits_text);
  table.choice("at_budget_end", kAtBudgetEndEnum, &JudgementRow::at_budget_end);
  table.text("campaign_id", &JudgementRow::campaign_id);
  table.choice("disposition", kDispositionEnum, &JudgementRow::disposition);
  table.number("exit_code", "1", &JudgementRow::exit_code);
}

/// Since 1.2; also of /judgement.
template <class Table>
void waiver_columns(Table& table) {
  table.text("waivers_name", &JudgementRow::waivers_name);
  table.text("waivers_sha256", &JudgementRow::waivers_sha256);
}

template <class Table>
void limit_columns(Table& table) {
  constexpr std::string_view kUnits = "as /limits/unit says for the row";
  table.text("metric", &LimitRow::metric);
  table.text("scope", &LimitRow::scope);
  table.choice("bound", kBoundEnum, &LimitRow::bound);
  table.number("lower", kUnits, &LimitRow::lower);
  table.number("upper", kUnits, &LimitRow::upper);
  table.number("number", kUnits, &LimitRow::number);
  table.texts("texts", &LimitRow::texts);
  table.text("unit", &LimitRow::unit);
  table.choice("severity", kSeverityEnum, &LimitRow::severity);
  table.text("clause", &LimitRow::clause);
  table.text("model", &LimitRow::model);
  table.text("provenance", &LimitRow::provenance);
}

enum class HasWaivers : bool { no, yes };
/// Verdicts with what /judgement says of them, and nothing else. Throws Error.
Verdicts read_judgement(Hdf5Reader& file, HasWaivers has_waivers);

/// /limits: as they were applied.
void write_limit_rows(Hdf5Writer& file, const Limits& limits);

template <class Table>
void cell_columns(Table& table, std::size_t targets) {
  constexpr std::string_view kUnits = "SI unit of the metric, as /limits/unit says for `limit`";
  table.index("target", "/targets", targets, &VerdictCell::target);
  table.text("case", &VerdictCell::case_id);
  table.text("quantity", &VerdictCell::quantity);
  table.number("limit", "row of /limits, -1: none", &VerdictCell::limit);
  table.choice("severity", kSeverityEnum, &VerdictCell::severity);
  table.choice("verdict", kVerdictEnum, &VerdictCell::verdict);
  table.text("failure", &VerdictCell::failure);
  table.text("reason", EnglishOf{&VerdictCell::reason});
  table.number("value", kUnits, &VerdictCell::value);
  table.number("lo", kUnits, &VerdictCell::lo);
  table.number("hi", kUnits, &VerdictCell::hi);
  table.number("launches", "1", &VerdictCell::launches);
  table.text("found", &VerdictCell::found);
}

template <class Table>
void roll_up_columns(Table& table) {
  table.text("subject", &RollUp::subject);
  table.text("kind", &RollUp::kind);
  table.choice("verdict", kVerdictEnum, &RollUp::verdict);
  table.choice("disposition", kDispositionEnum, &RollUp::disposition);
  table.number("passed", "1", &RollUp::passed);
  table.number("failed", "1", &RollUp::failed);
  table.number("inconclusive", "1", &RollUp::inconclusive);
  table.number("not_judged", "1", &RollUp::not_judged);
  table.number("not_applicable", "1", &RollUp::not_applicable);
}

template <class Table>
void coverage_columns(Table& table, std::size_t targets) {
  table.index("target", "/targets", targets, &Coverage::target);
  table.text("case", &Coverage::case_id);
  table.flag("measured", &Coverage::measured);
  table.flag("judged", &Coverage::judged);
  table.text("excluded", EnglishOf{&Coverage::excluded});
}

template <class Table>
void finding_columns(Table& table) {
  table.text("id", &Finding::id);
  table.text("kind", &Finding::kind);
  table.texts("subjects", &Finding::subjects);
  table.text("evidence", EnglishOf{&Finding::evidence});
  table.text("action", EnglishOf{&Finding::action});
}

}  // namespace rackproof
