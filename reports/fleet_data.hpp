// What the scripts of a page draw of a fleet: a value and a verdict for every rack and metric. They show it and compute no verdict.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/plan/catalogue.hpp"
#include "reports/html/page.hpp"

namespace rackproof {

/// How a rack stands, as shown. Numbers are those of the page's data.
enum class RackStanding : std::uint8_t {
  accepted = 0,
  with_reservations = 1,
  rejected = 2,
  undecided = 3,
  not_started = 4
};

/// Longest name, label or title in the data, in characters; longer ones are cut with their length (visible_text).
inline constexpr std::size_t kLongestFleetText = 200;
/// Most metrics of a page: gates come first, then scores, then those without a limit.
inline constexpr std::size_t kMostFleetMetrics = 64;
inline constexpr std::uint16_t kNoLabel = 0xffff;

/// One label of the site ("hall") over the racks.
struct FleetLabel {
  std::string name;
  std::vector<std::string> values;
  std::vector<std::uint16_t> of;  ///< row of values for each rack; kNoLabel: the rack has none
};

/// One gate or score limit with a number, or one metric without a limit.
struct FleetMetric {
  std::string metric;
  Phrase title;       ///< what the case measures; may be empty
  std::string scope;  ///< "device", "node", "group:rack"
  std::string unit;   ///< in which the figures below are: "GB/s"
  Direction direction = Direction::neither;
  std::string limit;   ///< "≥ 1 GB/s"; empty: information
  std::string model;   ///< the only one that the limit holds for; empty: every model
  bool score = false;  ///< the limit does not decide
  double lower = std::numeric_limits<double>::quiet_NaN();  ///< bounds of the limit in that unit; NaN: none
  double upper = std::numeric_limits<double>::quiet_NaN();
  double p1 = 0, p50 = 0, p99 = 0;    ///< over all targets; NaN: not measured
  std::uint64_t failing = 0;          ///< cells that fail
  std::vector<float> value;           ///< the worst of each rack, rounded to four digits; NaN: not measured
  std::vector<std::uint8_t> verdict;  ///< the worst of each rack, a Verdict; 5: no cell
};

/// The parts of one rack (devices, nodes, pairs, groups) with what each launch gave, in the units of FleetData::metrics.
struct RackLaunches {
  struct Part {
    std::uint32_t target = 0;     ///< row of `targets`
    std::uint8_t verdict = 0;     ///< a Verdict; 5: no cell
    float value = 0;              ///< rounded to four digits, as all here; NaN: not measured
    std::vector<float> launches;  ///< in their order
    std::uint32_t more = 0;       ///< launches beyond kMostLaunchesOfPart
  };
  struct Metric {
    std::uint32_t metric = 0;  ///< row of FleetData::metrics
    std::vector<Part> parts;
  };
  struct Ends {
    std::uint32_t first = 0, second = 0;  ///< rows of `nodes`, as the pair's name has them
  };
  std::vector<std::string> targets;                  ///< names within the rack
  std::vector<std::optional<Ends>> ends;             ///< of each target; of pairs only
  std::vector<std::string> nodes;                    ///< those of pairs, in site order
  std::vector<std::vector<std::uint32_t>> suspects;  ///< rows of `nodes`: one node, or the two of a link
  std::vector<Metric> metrics;
  std::size_t left_out = 0;  ///< values for which the page has no room
};

struct FleetData {
  std::vector<std::string> racks;
  std::vector<RackStanding> standing;
  std::vector<FleetLabel> labels;
  std::vector<FleetMetric> metrics;
  std::vector<RackLaunches> launches;  ///< of each rack; empty: there are none, as of a file of cells
};

/// The blocks of data. "rp-data" is JSON:
///   {"schema": 1, "shape": "acceptance" | "nightly" | "comparison",
///    "fleet": {"racks": N, "labels": [{"name", "values"}],
///              "metrics": [{"metric", "title", "title_zh", "scope", "unit", "direction": "higher" | "lower" | "neither", "limit",
///                           "model", "score", "lower", "upper",
///                           "p1", "p50", "p99", "failing"}]}}                       (null: there is none)
/// and for each column one block of base64(gzip(bytes)), little endian:
///   rp-racks        JSON array of names
///   rp-standing     u8, RackStanding
///   rp-label-<i>    u16, row of the label's values
///   rp-value-<i>    f32
///   rp-verdict-<i>  u8
/// and, where there are launches, for each rack, to be unpacked when it is shown:
///   rp-parts-<rack>     JSON: {"targets": [name], "ends": [[row, row] of nodes | null], "nodes": [name], "suspects": [[row of nodes]],
///                       "metrics": [{"metric": row, "targets": [row], "verdicts": [u8], "launches": [how many], "more": [how many]}],
///                       "leftOut": N}
///   rp-launches-<rack>  f32: metric by metric and part by part its value, then its launches
/// Same bytes on any number of threads. `threads` 0: all.
std::vector<DataBlock> fleet_blocks(const FleetData& fleet, std::string_view shape, unsigned threads = 0);

}  // namespace rackproof
