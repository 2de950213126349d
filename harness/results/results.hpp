// What a campaign measured, as a results file holds it and as verdict, report and trend read it.
// Definitions (units, directions, placements) come from the file, never from compiled tables.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/plan/catalogue.hpp"
#include "harness/record/outcome.hpp"
#include "harness/record/record.hpp"
#include "harness/results/telemetry_tables.hpp"

namespace rackproof {

inline constexpr int kSchemaMajor = 1;
/// 1: one more reason to stop; 2: parts, the setup script's change, boot ids of attempts; 3: serials, counters, lost devices, telemetry;
/// 4: how an implementation computes
inline constexpr int kSchemaMinor = 4;

/// Row of /series: one case × quantity.
struct SeriesRow {
  std::string case_id;
  std::string quantity;
  QuantityKind kind = QuantityKind::real;
  std::string unit;  ///< SI
  Direction direction = Direction::neither;
  std::string formula;
  std::string clock;
  std::string definition_hash;
  std::string title;
  std::string metric() const { return case_id + "#" + quantity; }
};

/// Row of /targets. Nodes of the site are always there, also when nothing ran on them.
struct TargetRow {
  std::string name;
  Placement placement = Placement::node;
  std::string scope;                   ///< "group:rack"
  std::vector<std::uint32_t> members;  ///< target rows of its nodes (node targets); a node has itself
  std::string rack;                    ///< of node and device; empty for others
  std::string model;
  std::string serial;
  std::string absent;  ///< operator's reason, or empty
  std::map<std::string, std::string> labels;
  std::string hostname;  ///< as answered; empty when it never answered
  std::string boot_id;
  std::string machine_id;
  bool is_virtual = false;
  std::uint32_t part = 0;  ///< the campaign that its row, its attempts and its cells come from
};

/// A promised (target, case).
struct PromiseRow {
  std::uint32_t target = 0;
  std::string case_id;
  std::string exempt;  ///< reason, or empty: required
};

/// Row of /attempts: one (target, case, launch, attempt).
struct AttemptRow {
  /// Whether it says something of its own target: a control does only when it is wrong.
  bool counts() const { return launch >= 0 || outcome.status == Status::wrong; }

  std::uint32_t target = 0;
  std::string case_id;
  std::int32_t launch = 0;  ///< -1: a control, by which another target is judged; it has no values
  std::int32_t attempt = 0;
  Outcome outcome;
  Stop stop = Stop::none;
  std::int64_t begin_utc_ns = 0;
  std::int64_t end_utc_ns = 0;
  std::int64_t iterations = 0;
  std::int64_t elements_checked = 0;
  double resolution_s = 0;
  bool throttled = false;
  bool clocks_disagree = false;
  std::string implementation;
  std::string implementation_detail;  ///< library version, algorithm; empty: the backend says nothing
  std::string division;
  std::int64_t log_offset = 0;  ///< of its case_end in the journal of its target's part, bytes
  std::string boot_id;          ///< of its machine, rank 0's; empty: no worker had answered
  MachineState before;
  MachineState after;
};

/// Row of /counters: what the window of one attempt added to a counter.
struct CounterRow {
  std::uint32_t attempt = 0;
  std::string name;
  std::string unit;
  double delta = 0;         ///< NaN: see `unavailable`
  std::string unavailable;  ///< why there is no delta; empty when there is
};

/// One real quantity of one attempt: what the launch contributed.
struct LaunchValue {
  std::uint32_t attempt = 0;  ///< row of attempts
  std::uint32_t series = 0;   ///< row of series
  double value = 0;
  double lo = 0;
  double hi = 0;
  std::int64_t n = 0;
};

/// Cell of /results/<placement>: series × target.
struct CellValue {
  float value = 0;  ///< NaN when not measured; five significant digits
  float lo = 0;     ///< four digits, rounded outward; widened by the launch component
  float hi = 0;
  std::uint16_t n = 0;  ///< launches that measured it; saturating
  Status status =
      Status::skipped;  ///< of the last attempt, or ok when any launch measured it and none is wrong
  Stop stop = Stop::none;
};

/// Exact count of one cell. `present` false: not measured. Launches that differ are kept in `differs`.
struct ExactValue {
  std::uint32_t series = 0;
  std::uint32_t target = 0;
  std::int64_t value = 0;
  bool differs = false;
};

/// Row of /facts: a text that was promised and/or found.
struct FactRow {
  std::uint32_t target = 0;
  std::string key;  ///< metric id, or "identity/hostname" and the like
  std::string promised;
  std::string found;
  std::string source;
};

/// Samples of one attempt (host clock, ns; per iteration the maximum over ranks).
struct SampleRow {
  std::uint32_t attempt = 0;
  std::vector<std::int64_t> host_ns;
  std::vector<std::int64_t> event_ns;
};

enum class Ended : std::uint8_t { complete = 0, interrupted = 1 };

struct Provenance {
  std::string campaign_id;  ///< UUID
  std::string program_version;
  std::string catalogue_hash;
  std::string started_utc;
  std::string finished_utc;
  std::string plan_text, plan_sha256, plan_name;
  std::string site_text, site_sha256, site_name;
  std::string serials_text, serials_sha256;  ///< serials.csv; empty: the site names none
  std::uint64_t seed = 0;
  int launches = 0;
  double launch_component = 0;
  bool attribute_virtual = false;
  std::string journal_sha256;
  std::vector<BackendIdentity> backends;
  std::map<std::string, std::string> removed_environment;
  EnvironmentChange setup_environment;           ///< by the site's setup script
  std::map<std::string, std::string> hwloc_xml;  ///< boot id → XML
};

/// One campaign of a merged file.
struct Part : Provenance {
  Ended ended = Ended::complete;
  std::string file_sha256;  ///< of the results file that was merged
};

/// What a node answered in a campaign that its row does not come from, where that differs.
struct NodeAnswer {
  std::uint32_t node = 0;  ///< row of targets
  std::uint32_t part = 0;
  std::string absent;
  std::string hostname;
  std::string boot_id;
  std::string machine_id;
};

struct Results {
  Provenance provenance;    ///< of a merged file: what its parts have in common (merged_provenance.hpp)
  std::vector<Part> parts;  ///< at least two, by start and campaign id; empty: the file is one campaign
  Ended ended = Ended::complete;
  std::vector<SeriesRow> series;
  std::vector<TargetRow> targets;
  std::vector<PromiseRow> promises;
  std::vector<AttemptRow> attempts;
  std::vector<LaunchValue> launch_values;
  std::vector<CounterRow> counters;  ///< by attempt, then name
  /// Per placement: the target rows of that placement, in the order of the matrix columns.
  std::array<std::vector<std::uint32_t>, kPlacementCount> columns;
  /// Per placement: [series][column], row-major, series.size() × columns.size().
  std::array<std::vector<CellValue>, kPlacementCount> cells;
  std::vector<ExactValue> exact;
  std::vector<FactRow> facts;
  std::vector<SampleRow> samples;
  TelemetryTables telemetry;
  /// Findings that only the campaign could see (two entries on one machine, cloned identity): kind, subjects,
  /// evidence.
  struct Notice {
    std::string kind;
    std::vector<std::string> subjects;
    std::string evidence;
  };
  std::vector<Notice> notices;
  std::vector<NodeAnswer> answers;  ///< of merged files; by node, then part
  std::string file_sha256;          ///< of the file that was read; empty before

  bool merged() const { return !parts.empty(); }
  /// The campaign that a target belongs to, and whether that one ran to its end.
  const Provenance& provenance_of(const TargetRow& target) const {
    return parts.empty() ? provenance : parts.at(target.part);
  }
  Ended ended_of(const TargetRow& target) const {
    return parts.empty() ? ended : parts.at(target.part).ended;
  }
};

}  // namespace rackproof
