#include "harness/results/telemetry_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/results/hdf5_probe.hpp"
#include "harness/results/results_schema.hpp"
#include "harness/results/table.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kSourceUnits = "as /telemetry/sources/unit says for `source`";
constexpr std::size_t kMostPages = 4096;
constexpr std::int64_t kMostLeftOut = std::int64_t{1} << 48;
constexpr std::int64_t kMostTime =
    std::numeric_limits<std::int64_t>::max() / 2;  // ns: two of them can be added

template <class Table>
void segment_columns(Table& table, std::size_t targets) {
  table.index("node", "/targets", targets, &TelemetrySegment::node);
  table.index("target", "/targets", targets, &TelemetrySegment::target);
  table.text("step", &TelemetrySegment::step);
  table.number("rank", "1", &TelemetrySegment::rank);
  table.number("begin", kTimeUnits, &TelemetrySegment::begin_utc_ns);
  table.number("period", "s", &TelemetrySegment::period_s);
  table.number("cpu_time", "s", &TelemetrySegment::cpu_s);
  table.number("setup_cpu_time", "s", &TelemetrySegment::setup_cpu_s);
  table.number("wall_time", "s", &TelemetrySegment::wall_s);
  table.number("opens", "1", &TelemetrySegment::opens);
  table.number("reads", "1", &TelemetrySegment::reads);
  table.number("left_out", "1", &TelemetrySegment::left_out);
  table.text("unavailable", &TelemetrySegment::unavailable);
}

template <class Table>
void source_columns(Table& table, std::size_t segments) {
  table.index("segment", "/telemetry/segments", segments, &TelemetrySourceRow::segment);
  table.text("name", &TelemetrySourceRow::name);
  table.text("quantity", &TelemetrySourceRow::quantity);
  table.text("unit", &TelemetrySourceRow::unit);
  table.text("scope", &TelemetrySourceRow::scope);
  table.number("level", "1", &TelemetrySourceRow::level);
  table.text("origin", &TelemetrySourceRow::origin);
  table.text("device", &TelemetrySourceRow::device);
  table.number("limit", "W", &TelemetrySourceRow::limit);
  table.flag("slow", &TelemetrySourceRow::slow);
  table.number("readings", "1", &TelemetrySourceRow::readings);
  table.number("missing", "1", &TelemetrySourceRow::missing);
  table.text("unavailable", &TelemetrySourceRow::unavailable);
}

template <class Table>
void summary_columns(Table& table, std::size_t attempts, std::size_t sources) {
  table.index("attempt", "/attempts", attempts, &TelemetrySummary::attempt);
  table.index("source", "/telemetry/sources", sources, &TelemetrySummary::source);
  table.number("n", "1", &TelemetrySummary::n);
  table.number("min", kSourceUnits, &TelemetrySummary::min);
  table.number("mean", kSourceUnits, &TelemetrySummary::mean);
  table.number("max", kSourceUnits, &TelemetrySummary::max);
  table.number("energy", "J", &TelemetrySummary::energy_j);
  table.number("coverage", "1", &TelemetrySummary::coverage);
  table.flag("implausible", &TelemetrySummary::implausible);
}

template <class Table>
void block_columns(Table& table, std::size_t segments) {
  table.index("segment", "/telemetry/segments", segments, &TelemetryBlock::segment);
  table.numbers("time", "ns since the segment's begin", &TelemetryBlock::times_ns);
}

template <class Table>
void reading_columns(Table& table, std::size_t blocks, std::size_t sources) {
  table.index("block", "its page's blocks", blocks, &TelemetryReadings::block);
  table.index("source", "/telemetry/sources", sources, &TelemetryReadings::source);
  table.numbers("value", kSourceUnits, &TelemetryReadings::values);
}

struct PageRow {
  std::int64_t values = 0;
};
template <class Table>
void page_columns(Table& table) {
  table.number("values", "1", &PageRow::values);
}

std::string page_path(std::size_t page) { return fmt::format("/telemetry/pages/p{:06}", page); }

/// The series, in a results file.
class FileSeries final : public TelemetrySeries {
 public:
  FileSeries(std::filesystem::path file, std::vector<std::uint32_t> segment_of, std::size_t segments,
             std::size_t pages)
      : file_(std::move(file)), segment_of_(std::move(segment_of)), segments_(segments), pages_(pages) {}

  void for_each_page(const Visit& visit) const override {
    probe_hdf5(file_, [&] { walk([](TelemetryPage&&) {}); });
    walk(visit);
  }

 private:
  void walk(const Visit& visit) const {
    constexpr std::size_t kPagesOfOne = 256;  // a reader counts all that it ever read
    std::optional<Hdf5Reader> reader;
    for (std::size_t i = 0; i < pages_; ++i) {
      if (i % kPagesOfOne == 0) reader.emplace(file_, kResultsSchema);
      Hdf5Reader& file = *reader;
      TelemetryPage page;
      TableReader<TelemetryBlock> blocks(file, page_path(i) + "/blocks", page.blocks);
      block_columns(blocks, segments_);
      TableReader<TelemetryReadings> readings(file, page_path(i) + "/readings", page.readings);
      reading_columns(readings, page.blocks.size(), segment_of_.size());
      check(file, page);
      visit(std::move(page));
    }
  }

  void check(const Hdf5Reader& file, TelemetryPage& page) const {
    for (const auto& block : page.blocks) {
      if (block.times_ns.empty() || block.times_ns.front() < 0 || block.times_ns.back() > kMostTime ||
          std::ranges::adjacent_find(block.times_ns, std::greater_equal{}) != block.times_ns.end())
        file.refuse("/telemetry has a block whose times do not grow");
    }
    for (const auto& one : page.readings) {
      const auto& block = page.blocks[one.block];
      if (one.values.size() != 1 && one.values.size() != block.times_ns.size())
        file.refuse("/telemetry has readings without a time");
      if (segment_of_[one.source] != block.segment)
        file.refuse("/telemetry has readings of another segment's source");
      page.count += static_cast<std::int64_t>(one.values.size());
    }
  }

  std::filesystem::path file_;
  std::vector<std::uint32_t> segment_of_;  // of each source
  std::size_t segments_, pages_;
};

/// The series of a part, with the rows that they have in the whole.
class MergedSeries final : public TelemetrySeries {
 public:
  struct Part {
    std::shared_ptr<const TelemetrySeries> series;
    std::uint32_t segments, sources;  // that came before
  };
  explicit MergedSeries(std::vector<Part> parts) : parts_(std::move(parts)) {}
  const std::vector<Part>& parts() const { return parts_; }

  void for_each_page(const Visit& visit) const override {
    for (const Part& part : parts_) {
      part.series->for_each_page([&](TelemetryPage&& page) {
        for (auto& block : page.blocks) block.segment += part.segments;
        for (auto& one : page.readings) one.source += part.sources;
        visit(std::move(page));
      });
    }
  }

 private:
  std::vector<Part> parts_;
};

}  // namespace

void write_telemetry(Hdf5Writer& file, const Results& results) {
  const TelemetryTables& telemetry = results.telemetry;
  std::vector<TelemetrySegment> segments = telemetry.segments;
  std::vector<PageRow> pages;
  std::int64_t written = 0;
  const auto write_page = [&](TelemetryPage&& page) {
    if (written + page.count > kMostTelemetryValues || pages.size() >= kMostPages) {
      for (const auto& one : page.readings)
        segments.at(page.blocks.at(one.block).segment).left_out +=
            static_cast<std::int64_t>(one.values.size());
      return;
    }
    const std::string path = page_path(pages.size());
    TableWriter<TelemetryBlock> blocks(file, path + "/blocks", page.blocks);
    block_columns(blocks, segments.size());
    TableWriter<TelemetryReadings> readings(file, path + "/readings", page.readings);
    reading_columns(readings, page.blocks.size(), telemetry.sources.size());
    pages.push_back({page.count});
    written += page.count;
  };
  if (telemetry.series != nullptr) telemetry.series->for_each_page(write_page);
  TableWriter<TelemetrySegment> segment_table(file, "/telemetry/segments", segments);
  segment_columns(segment_table, results.targets.size());
  TableWriter<TelemetrySourceRow> sources(file, "/telemetry/sources", telemetry.sources);
  source_columns(sources, segments.size());
  TableWriter<TelemetrySummary> summaries(file, "/telemetry/summaries", telemetry.summaries);
  summary_columns(summaries, results.attempts.size(), telemetry.sources.size());
  TableWriter<PageRow> page_table(file, "/telemetry/pages", pages);
  page_columns(page_table);
}

void read_telemetry(Hdf5Reader& file, const std::filesystem::path& path, Results& results) {
  if (!has_telemetry(file)) return;
  TelemetryTables& telemetry = results.telemetry;
  TableReader<TelemetrySegment> segments(file, "/telemetry/segments", telemetry.segments);
  segment_columns(segments, results.targets.size());
  TableReader<TelemetrySourceRow> sources(file, "/telemetry/sources", telemetry.sources);
  source_columns(sources, telemetry.segments.size());
  TableReader<TelemetrySummary> summaries(file, "/telemetry/summaries", telemetry.summaries);
  summary_columns(summaries, results.attempts.size(), telemetry.sources.size());
  std::vector<PageRow> pages;
  TableReader<PageRow> page_table(file, "/telemetry/pages", pages);
  page_columns(page_table);
  if (pages.size() > kMostPages) file.refuse("/telemetry has too many pages");
  std::int64_t left_out = 0;
  for (const auto& row : telemetry.segments) {
    if (row.left_out < 0 || row.left_out > kMostLeftOut - left_out || row.begin_utc_ns < 0 ||
        row.begin_utc_ns > kMostTime)
      file.refuse("/telemetry/segments has a row that cannot be");
    left_out += row.left_out;
  }
  for (const auto& row : telemetry.summaries) {
    if (!(row.min <= row.mean) || !(row.mean <= row.max) || !std::isfinite(row.min) ||
        !std::isfinite(row.max) || row.n <= 0 || !(row.coverage >= 0 && row.coverage <= 1))
      file.refuse("/telemetry/summaries has a row that cannot be");
  }
  if (pages.empty()) return;
  std::vector<std::uint32_t> segment_of;
  for (const auto& source : telemetry.sources) segment_of.push_back(source.segment);
  telemetry.series =
      std::make_shared<FileSeries>(path, std::move(segment_of), telemetry.segments.size(), pages.size());
}

void merge_telemetry(TelemetryTables&& in, const std::vector<std::uint32_t>& targets, std::uint32_t attempts,
                     TelemetryTables& out) {
  const auto first_segment = static_cast<std::uint32_t>(out.segments.size());
  const auto first_source = static_cast<std::uint32_t>(out.sources.size());
  for (auto& segment : in.segments) {
    segment.node = targets.at(segment.node);
    segment.target = targets.at(segment.target);
    out.segments.push_back(std::move(segment));
  }
  for (auto& source : in.sources) {
    source.segment += first_segment;
    out.sources.push_back(std::move(source));
  }
  for (auto summary : in.summaries) {
    summary.attempt += attempts;
    summary.source += first_source;
    out.summaries.push_back(summary);
  }
  if (in.series == nullptr) return;
  std::vector<MergedSeries::Part> parts;
  if (const auto* const merged = dynamic_cast<const MergedSeries*>(out.series.get())) {
    parts = merged->parts();
  } else if (out.series != nullptr) {
    parts.push_back({out.series, 0, 0});
  }
  parts.push_back({std::move(in.series), first_segment, first_source});
  out.series = std::make_shared<MergedSeries>(std::move(parts));
}

}  // namespace rackproof
