#include "harness/results/journal_telemetry.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "harness/record/journal.hpp"
#include "harness/record/record.hpp"
#include "harness/record/telemetry.hpp"
#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

/// Which segment a record is of, numbered as they appear: one with sources begins one.
class SegmentNumbers {
 public:
  std::size_t of(const std::string& step, const Telemetry& telemetry) {
    const auto [at, is_new] = current_.try_emplace({step, telemetry.rank}, count_);
    if (is_new || !telemetry.sources.empty()) at->second = count_++;
    return at->second;
  }

 private:
  std::map<std::pair<std::string, int>, std::size_t> current_;
  std::size_t count_ = 0;
};

/// When an attempt of a step was, by the node's clock.
struct Window {
  std::uint32_t attempt = 0;
  std::int64_t begin_ns = 0, end_ns = 0;
};

struct Step {
  std::uint32_t target = 0;
  std::vector<std::uint32_t> nodes;  // of each rank
  std::vector<Window> windows;
};

/// A segment as it appears, with what is summed up of it.
struct Found {
  TelemetrySegment segment;
  std::vector<TelemetrySourceRow> sources;
  std::map<std::pair<std::uint32_t, std::uint32_t>, ReadingSum> of_attempts;  // attempt, source
};

class Summaries {
 public:
  explicit Summaries(const Results& results) : results_(results) {
    for (std::uint32_t i = 0; i < results.targets.size(); ++i)
      target_rows_.emplace(results.targets[i].name, i);
    for (std::uint32_t i = 0; i < results.attempts.size(); ++i)
      begins_.emplace_back(results.attempts[i].begin_utc_ns, i);
    std::ranges::sort(begins_);
  }

  void take(const json& record) {
    const std::string type = record.at("type");
    if (type == "step_begin") begin_step(record);
    if (type == "case_begin") begin_case(record);
    if (type == "telemetry") take(record.at("step").get<std::string>(), record.get<Telemetry>());
  }

  /// Rows in their order; `order`: row of each segment that appeared; `first`: its first source.
  TelemetryTables tables(std::vector<std::uint32_t>& order) {
    std::vector<std::uint32_t> rows(found_.size());
    std::iota(rows.begin(), rows.end(), 0u);
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t i) {
      const TelemetrySegment& s = found_[i].segment;
      return std::tie(s.node, s.step, s.rank, s.begin_utc_ns);
    });
    TelemetryTables tables;
    order.resize(found_.size());
    for (const std::uint32_t i : rows) {
      const auto segment = static_cast<std::uint32_t>(tables.segments.size());
      const auto first = static_cast<std::uint32_t>(tables.sources.size());
      order[i] = segment;
      for (auto& source : found_[i].sources) {
        source.segment = segment;
        tables.sources.push_back(std::move(source));
      }
      for (const auto& [place, sums] : found_[i].of_attempts) {
        tables.summaries.push_back(summary(place.first, first + place.second, sums, found_[i].segment,
                                           tables.sources[first + place.second]));
      }
      tables.segments.push_back(std::move(found_[i].segment));
    }
    std::ranges::sort(tables.summaries, {}, [](const auto& s) { return std::pair(s.attempt, s.source); });
    return tables;
  }

 private:
  void begin_step(const json& record) {
    const auto target = target_rows_.find(record.at("target").get<std::string>());
    if (target == target_rows_.end()) return;
    Step step{target->second, record.value("ranks", std::vector<std::uint32_t>()), {}};
    if (step.nodes.empty()) step.nodes = results_.targets[step.target].members;
    steps_.insert_or_assign(record.at("step"), std::move(step));
  }

  void begin_case(const json& record) {
    const auto step = steps_.find(record.at("step"));
    if (step == steps_.end()) return;
    const auto begin = record.get<CaseBegin>();
    for (auto at = std::ranges::lower_bound(begins_, std::pair(begin.utc_ns, std::uint32_t{0}));
         at != begins_.end() && at->first == begin.utc_ns; ++at) {
      const AttemptRow& attempt = results_.attempts[at->second];
      if (attempt.target == step->second.target && attempt.case_id == begin.case_id)
        step->second.windows.push_back({at->second, attempt.begin_utc_ns, attempt.end_utc_ns});
    }
  }

  void take(const std::string& id, const Telemetry& telemetry) {
    const std::size_t number = numbers_.of(id, telemetry);
    if (number >= found_.size()) begin_segment(id, telemetry);
    Found& found = found_[number];
    found.segment.cpu_s = telemetry.cost.cpu_s;
    found.segment.setup_cpu_s = telemetry.cost.setup_cpu_s;
    found.segment.wall_s = telemetry.cost.wall_s;
    found.segment.opens = telemetry.cost.opens;
    found.segment.reads = telemetry.cost.reads;
    if (!telemetry.unavailable.empty()) found.segment.unavailable = telemetry.unavailable;
    for (const auto& [source, why] : telemetry.reasons) {
      if (source < found.sources.size()) found.sources[source].unavailable = why;
    }
    const auto step = steps_.find(id);
    for (const auto& group : telemetry.groups) {
      for (std::size_t i = 0; i < group.sources.size(); ++i) {
        if (group.sources[i] >= found.sources.size()) continue;
        TelemetrySourceRow& source = found.sources[group.sources[i]];
        const auto missing =
            std::ranges::count_if(group.values[i], [](double v) { return !std::isfinite(v); });
        source.missing += missing;
        source.readings += static_cast<std::int64_t>(group.values[i].size()) - missing;
      }
      if (step != steps_.end()) sum_up(found, step->second, group);
    }
  }

  void begin_segment(const std::string& id, const Telemetry& telemetry) {
    Found& found = found_.emplace_back();
    found.segment.step = id;
    found.segment.rank = telemetry.rank;
    found.segment.begin_utc_ns = telemetry.begin_utc_ns;
    found.segment.period_s = static_cast<double>(telemetry.period_ns) * 1e-9;
    const auto step = steps_.find(id);
    const auto rank = static_cast<std::size_t>(telemetry.rank);
    if (step == steps_.end() || rank >= step->second.nodes.size()) {
      found.segment.unavailable = "its rank is none of the step";
      return;
    }
    found.segment.target = step->second.target;
    found.segment.node = step->second.nodes[rank];
    for (const auto& s : telemetry.sources) {
      found.sources.push_back(
          {0, s.name, s.quantity, s.unit, s.scope, s.level, s.origin, s.device, s.limit, s.slow, 0, 0, ""});
    }
  }

  static void sum_up(Found& found, const Step& step, const TelemetryGroup& group) {
    const std::int64_t zero = found.segment.begin_utc_ns;
    for (const Window& window : step.windows) {
      const auto first = std::ranges::lower_bound(group.times_ns, window.begin_ns - zero);
      const auto last = std::ranges::upper_bound(group.times_ns, window.end_ns - zero);
      if (first >= last) continue;
      const auto from = static_cast<std::size_t>(first - group.times_ns.begin());
      const auto to = static_cast<std::size_t>(last - group.times_ns.begin());
      for (std::size_t i = 0; i < group.sources.size(); ++i) {
        if (group.sources[i] >= found.sources.size()) continue;
        ReadingSum here;
        for (std::size_t k = from; k < to; ++k) here.add(group.values[i][k]);
        if (here.n == 0) continue;
        found.of_attempts[{window.attempt, group.sources[i]}].add(here);
      }
    }
  }

  TelemetrySummary summary(std::uint32_t attempt, std::uint32_t source, const ReadingSum& sum,
                           const TelemetrySegment& segment, const TelemetrySourceRow& row) const {
    const AttemptRow& of = results_.attempts[attempt];
    const double period_s = row.slow ? std::max(1.0, segment.period_s) : segment.period_s;
    return summary_of(attempt, source, sum, std::max(1.0, window_s(of) / period_s), of, row);
  }

  const Results& results_;
  std::map<std::string, std::uint32_t> target_rows_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> begins_;  // of attempts
  std::map<std::string, Step> steps_;
  SegmentNumbers numbers_;
  std::vector<Found> found_;  // as they appear
};

/// The series, in the journal.
class JournalSeries final : public TelemetrySeries {
 public:
  struct Place {
    std::uint32_t segment = 0, first_source = 0, sources = 0;
  };
  JournalSeries(std::filesystem::path journal, std::vector<Place> places)
      : journal_(std::move(journal)), places_(std::move(places)) {}

  void for_each_page(const Visit& visit) const override {
    SegmentNumbers numbers;
    TelemetryPage page;
    JournalReader reader(journal_);
    while (const auto entry = reader.next()) {
      if (entry->record.at("type") != "telemetry") continue;
      const auto telemetry = entry->record.get<Telemetry>();
      const Place& place = places_.at(numbers.of(entry->record.at("step").get<std::string>(), telemetry));
      for (const auto& group : telemetry.groups) add(group, place, page);
      if (page.count >= kTelemetryPageValues) visit(std::exchange(page, {}));
    }
    if (!page.blocks.empty()) visit(std::move(page));
  }

 private:
  static void add(const TelemetryGroup& group, const Place& place, TelemetryPage& page) {
    const auto block = static_cast<std::uint32_t>(page.blocks.size());
    page.blocks.push_back({place.segment, group.times_ns});
    page.count += static_cast<std::int64_t>(group.times_ns.size());
    for (std::size_t i = 0; i < group.sources.size(); ++i) {
      if (group.sources[i] >= place.sources) continue;
      TelemetryReadings readings{block, place.first_source + group.sources[i], {}};
      const auto& values = group.values[i];
      const bool constant = std::ranges::all_of(values, [&](double v) {
        return v == values.front() || (std::isnan(v) && std::isnan(values.front()));
      });
      const std::size_t kept = constant ? 1 : values.size();
      for (std::size_t k = 0; k < kept; ++k) readings.values.push_back(static_cast<float>(values[k]));
      page.count += static_cast<std::int64_t>(kept);
      page.readings.push_back(std::move(readings));
    }
  }

  std::filesystem::path journal_;
  std::vector<Place> places_;  // of segments as they appear
};

}  // namespace

TelemetryTables read_telemetry(const std::filesystem::path& journal, const Results& results) {
  Summaries summaries(results);
  JournalReader reader(journal);
  while (const auto entry = reader.next()) summaries.take(entry->record);
  std::vector<std::uint32_t> order;
  TelemetryTables tables = summaries.tables(order);
  if (order.empty()) return tables;
  std::vector<JournalSeries::Place> of_rows(tables.segments.size());
  for (std::uint32_t i = 0; i < of_rows.size(); ++i) of_rows[i].segment = i;
  for (std::uint32_t i = static_cast<std::uint32_t>(tables.sources.size()); i-- > 0;) {
    of_rows[tables.sources[i].segment].first_source = i;
    ++of_rows[tables.sources[i].segment].sources;
  }
  std::vector<JournalSeries::Place> places;
  for (const std::uint32_t row : order) places.push_back(of_rows[row]);
  tables.series = std::make_shared<JournalSeries>(journal, std::move(places));
  return tables;
}

}  // namespace rackproof
