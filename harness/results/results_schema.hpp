// The tables of a results file: every column, for the writer and the reader alike. README.md says what they
// mean.
#pragma once

#include <array>
#include <string_view>

#include "harness/results/hdf5.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

inline constexpr SchemaVersion kResultsSchema{"rackproof-results", kSchemaMajor, kSchemaMinor};

// Names in the file. They are appended to, never renumbered or renamed.
using Name = std::string_view;
inline constexpr std::array<Name, kPlacementCount> kPlacementNames{"device", "node", "pair", "group"};
inline constexpr std::array<Name, kStatusCount> kStatusNames{
    "ok", "wrong", "failed", "crashed", "timeout", "unsupported", "skipped", "preempted"};
inline constexpr std::array<Name, kPhaseCount> kPhaseNames{"launch",  "load",  "prepare",
                                                           "measure", "check", "finish"};
inline constexpr std::array<Name, kStopCount> kStopNames{"none",  "precise", "time",
                                                         "count", "error",   "unsteady"};
inline constexpr std::array<Name, 3> kKindNames{"real", "exact", "text"};
inline constexpr std::array<Name, 3> kDirectionNames{"lower_is_better", "neither", "higher_is_better"};
inline constexpr std::array<Name, 2> kEndedNames{"complete", "interrupted"};

inline constexpr EnumNames kPlacementEnum{kPlacementNames};
inline constexpr EnumNames kStatusEnum{kStatusNames};
inline constexpr EnumNames kPhaseEnum{kPhaseNames};
inline constexpr EnumNames kStopEnum{kStopNames};
inline constexpr EnumNames kKindEnum{kKindNames};
inline constexpr EnumNames kDirectionEnum{kDirectionNames, static_cast<int>(Direction::lower_is_better)};
inline constexpr EnumNames kEndedEnum{kEndedNames};

inline constexpr std::string_view kTimeUnits = "ns since 1970-01-01T00:00:00Z";
inline constexpr std::string_view kStateUnits = "SI, as the key says: clock_hz, power_w, temperature_k";
inline constexpr std::string_view kSeriesUnits = "as /series/unit says for the row";

/// Rows of /environment, each of one part.
struct BackendRow : BackendIdentity {
  std::uint32_t part = 0;
};
struct EnvironmentRow {
  std::string key;
  std::string value;
  std::uint32_t part = 0;
};
struct SetupRow : EnvironmentRow {
  bool taken_away = false;  ///< then its value is empty
};

/// Since 1.2: the row's campaign. An older file is one campaign.
template <class Table, class Row>
void part_column(Table& table, std::size_t parts, std::uint32_t Row::*part) {
  table.index("part", "/parts", parts, part);
}

template <class Table>
void series_columns(Table& table) {
  table.text("case", &SeriesRow::case_id);
  table.text("quantity", &SeriesRow::quantity);
  table.choice("kind", kKindEnum, &SeriesRow::kind);
  table.text("unit", &SeriesRow::unit);
  table.choice("direction", kDirectionEnum, &SeriesRow::direction);
  table.text("formula", &SeriesRow::formula);
  table.text("clock", &SeriesRow::clock);
  table.text("definition_hash", &SeriesRow::definition_hash);
  table.text("title", &SeriesRow::title);
}

template <class Table>
void target_columns(Table& table) {
  table.text("name", &TargetRow::name);
  table.choice("placement", kPlacementEnum, &TargetRow::placement);
  table.text("scope", &TargetRow::scope);
  table.indices("members", "/targets", table.size(), &TargetRow::members);
  table.text("rack", &TargetRow::rack);
  table.text("model", &TargetRow::model);
  table.text("serial", &TargetRow::serial);
  table.text("absent", &TargetRow::absent);
  table.map("labels", kTextUnits, &TargetRow::labels);
  table.text("hostname", &TargetRow::hostname);
  table.text("boot_id", &TargetRow::boot_id);
  table.text("machine_id", &TargetRow::machine_id);
  table.flag("virtual", &TargetRow::is_virtual);
}

template <class Table>
void promise_columns(Table& table, std::size_t targets) {
  table.index("target", "/targets", targets, &PromiseRow::target);
  table.text("case", &PromiseRow::case_id);
  table.text("exempt", &PromiseRow::exempt);
}

template <class Table>
void attempt_columns(Table& table, std::size_t targets) {
  table.index("target", "/targets", targets, &AttemptRow::target);
  table.text("case", &AttemptRow::case_id);
  table.number("launch", "1", &AttemptRow::launch);
  table.number("attempt", "1", &AttemptRow::attempt);
  table.choice(
      "status", kStatusEnum, [](auto& row) -> auto& { return row.outcome.status; });
  table.choice(
      "phase", kPhaseEnum, [](auto& row) -> auto& { return row.outcome.phase; });
  table.text(
      "reason", [](auto& row) -> auto& { return row.outcome.reason; });
  table.choice("stop", kStopEnum, &AttemptRow::stop);
  table.number("begin", kTimeUnits, &AttemptRow::begin_utc_ns);
  table.number("end", kTimeUnits, &AttemptRow::end_utc_ns);
  table.number("iterations", "1", &AttemptRow::iterations);
  table.number("elements_checked", "1", &AttemptRow::elements_checked);
  table.number("resolution", "s", &AttemptRow::resolution_s);
  table.flag("throttled", &AttemptRow::throttled);
  table.flag("clocks_disagree", &AttemptRow::clocks_disagree);
  table.text("implementation", &AttemptRow::implementation);
  table.text("division", &AttemptRow::division);
  table.number("log_offset", "B", &AttemptRow::log_offset);
  table.map("before", kStateUnits, &AttemptRow::before);
  table.map("after", kStateUnits, &AttemptRow::after);
}

/// Since 1.2.
template <class Table>
void boot_column(Table& table) {
  table.text("boot_id", &AttemptRow::boot_id);
}

/// Since 1.3.
template <class Table>
void counter_columns(Table& table, std::size_t attempts) {
  table.index("attempt", "/attempts", attempts, &CounterRow::attempt);
  table.text("name", &CounterRow::name);
  table.text("unit", &CounterRow::unit);
  table.number("delta", "as `unit` says", &CounterRow::delta);
  table.text("unavailable", &CounterRow::unavailable);
}

/// Since 1.3.
template <class Table>
void loss_column(Table& table) {
  table.flag(
      "device_lost", [](auto& row) -> auto& { return row.outcome.device_lost; });
}

/// Since 1.4.
template <class Table>
void detail_column(Table& table) {
  table.text("implementation_detail", &AttemptRow::implementation_detail);
}

template <class Table>
void launch_columns(Table& table, std::size_t attempts, std::size_t series) {
  table.index("attempt", "/attempts", attempts, &LaunchValue::attempt);
  table.index("series", "/series", series, &LaunchValue::series);
  table.number("value", "as /series/unit says for `series`", &LaunchValue::value);
  table.number("lo", "as /series/unit says for `series`", &LaunchValue::lo);
  table.number("hi", "as /series/unit says for `series`", &LaunchValue::hi);
  table.number("n", "1", &LaunchValue::n);
}

template <class Table>
void fact_columns(Table& table, std::size_t targets) {
  table.index("target", "/targets", targets, &FactRow::target);
  table.text("key", &FactRow::key);
  table.text("promised", &FactRow::promised);
  table.text("found", &FactRow::found);
  table.text("source", &FactRow::source);
}

template <class Table>
void sample_columns(Table& table, std::size_t attempts) {
  table.index("attempt", "/attempts", attempts, &SampleRow::attempt);
  table.numbers("host_ns", "ns", &SampleRow::host_ns);
  table.numbers("event_ns", "ns", &SampleRow::event_ns);
}

template <class Table>
void notice_columns(Table& table) {
  table.text("kind", &Results::Notice::kind);
  table.texts("subjects", &Results::Notice::subjects);
  table.text("evidence", &Results::Notice::evidence);
}

/// One row in /provenance; in /parts with the columns that follow.
template <class Table>
void provenance_columns(Table& table) {
  table.text("campaign_id", &Provenance::campaign_id);
  table.text("program_version", &Provenance::program_version);
  table.text("catalogue_hash", &Provenance::catalogue_hash);
  table.text("started_utc", &Provenance::started_utc);
  table.text("finished_utc", &Provenance::finished_utc);
  table.text("plan_text", &Provenance::plan_text);
  table.text("plan_sha256", &Provenance::plan_sha256);
  table.text("plan_name", &Provenance::plan_name);
  table.text("site_text", &Provenance::site_text);
  table.text("site_sha256", &Provenance::site_sha256);
  table.text("site_name", &Provenance::site_name);
  table.number("seed", "1", &Provenance::seed);
  table.number("launches", "1", &Provenance::launches);
  table.number("launch_component", "1", &Provenance::launch_component);
  table.flag("attribute_virtual", &Provenance::attribute_virtual);
  table.text("journal_sha256", &Provenance::journal_sha256);
}

/// Since 1.3; of /provenance and of /parts.
template <class Table>
void serials_columns(Table& table) {
  table.text("serials_text", &Provenance::serials_text);
  table.text("serials_sha256", &Provenance::serials_sha256);
}

template <class Table>
void part_columns(Table& table) {
  provenance_columns(table);
  table.choice("ended", kEndedEnum, &Part::ended);
  table.text("file_sha256", &Part::file_sha256);
}

template <class Table>
void answer_columns(Table& table, std::size_t targets) {
  table.index("node", "/targets", targets, &NodeAnswer::node);
  table.text("absent", &NodeAnswer::absent);
  table.text("hostname", &NodeAnswer::hostname);
  table.text("boot_id", &NodeAnswer::boot_id);
  table.text("machine_id", &NodeAnswer::machine_id);
}

template <class Table>
void backend_columns(Table& table) {
  table.text("name", &BackendIdentity::name);
  table.text("version", &BackendIdentity::version);
  table.text("path", &BackendIdentity::path);
  table.text("sha256", &BackendIdentity::sha256);
}

template <class Table>
void environment_columns(Table& table, const char* key, const char* value) {
  table.text(key, &EnvironmentRow::key);
  table.text(value, &EnvironmentRow::value);
}

/// Since 1.2.
template <class Table>
void setup_columns(Table& table) {
  environment_columns(table, "variable", "value");
  table.flag("taken_away", &SetupRow::taken_away);
}

}  // namespace rackproof
