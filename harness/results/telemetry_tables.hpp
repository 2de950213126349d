// What sensors told beside the cases, as a results file holds it: who told what about which node, a summary per attempt, and the
// series themselves, which are never in memory as a whole.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rackproof {

/// Row of /telemetry/segments: one life of a sampler, on one node in one step; or an imported sensor, which has no step and no cost.
struct TelemetrySegment {
  std::uint32_t node = 0;    ///< row of targets: what was read; of an imported sensor of a rack, the rack
  std::uint32_t target = 0;  ///< row of targets: of the step in which it was; that of an imported sensor
  std::string step;
  std::int32_t rank = 0;
  std::int64_t begin_utc_ns = 0;  ///< by the node's clock; times count from here
  double period_s = 0;
  double cpu_s = 0;        ///< of the sampler since it began to read
  double setup_cpu_s = 0;  ///< before that
  double wall_s = 0;       ///< since it began to read; cpu_s / wall_s is its share of one core
  std::int64_t opens = 0;
  std::int64_t reads = 0;
  std::int64_t left_out = 0;  ///< readings above what a file may hold
  std::string unavailable;    ///< why it ended before its step; "": it did not
};

/// Row of /telemetry/sources; those of a segment stand together.
struct TelemetrySourceRow {
  std::uint32_t segment = 0;
  std::string name;
  std::string quantity;
  std::string unit;
  std::string scope;
  std::int32_t level = 0;
  std::string origin;
  std::string device;
  double limit = std::nan("");
  bool slow = false;
  std::int64_t readings = 0;
  std::int64_t missing = 0;  ///< times at which it was unavailable
  std::string unavailable;   ///< why, the last that was said; "": it never was
};

/// Row of /telemetry/summaries: readings of one source within one attempt; there is none without readings.
struct TelemetrySummary {
  std::uint32_t attempt = 0;
  std::uint32_t source = 0;
  std::int64_t n = 0;
  double min = 0;
  double mean = 0;
  double max = 0;
  double energy_j = std::nan("");  ///< of a power, mean × window, with a coverage of 0.9; NaN otherwise
  double coverage =
      0;  ///< readings as a share of those that its period makes in the window; imported: ReadingWindow
  /// A package below a quarter of its limit during a compute case on the host; an imported power below that of its parts, or of a sensor that was so in more than a
  /// tenth of what could be compared.
  bool implausible = false;
};

/// Readings at the same times.
struct TelemetryBlock {
  std::uint32_t segment = 0;
  std::vector<std::int64_t> times_ns;  ///< since the segment's begin
};
struct TelemetryReadings {
  std::uint32_t block = 0;    ///< of its page
  std::uint32_t source = 0;   ///< row of sources
  std::vector<float> values;  ///< one per time, or one for all; NaN: unavailable
};
/// A part of the series that fits into memory.
struct TelemetryPage {
  std::vector<TelemetryBlock> blocks;
  std::vector<TelemetryReadings> readings;
  std::int64_t count = 0;  ///< values
};

/// Where the series lie.
class TelemetrySeries {
 public:
  using Visit = std::function<void(TelemetryPage&&)>;
  virtual ~TelemetrySeries() = default;
  /// Every page, in the order of the journal. Throws Error when they cannot be read.
  virtual void for_each_page(const Visit& visit) const = 0;
};

struct TelemetryTables {
  std::vector<TelemetrySegment> segments;         ///< by node, step, rank, begin; then imported ones
  std::vector<TelemetrySourceRow> sources;        ///< by segment, as they were told
  std::vector<TelemetrySummary> summaries;        ///< by attempt, source
  std::shared_ptr<const TelemetrySeries> series;  ///< nullptr: there are none
};

/// Values of one page, and of all pages of a file: some 700 node hours of ten sources at 10 Hz. What is above it is
/// counted in left_out; a campaign of more reads less often.
inline constexpr std::int64_t kTelemetryPageValues = std::int64_t{1} << 18;
inline constexpr std::int64_t kMostTelemetryValues = std::int64_t{1} << 28;

}  // namespace rackproof
