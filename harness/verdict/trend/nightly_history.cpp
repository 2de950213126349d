#include "harness/verdict/trend/nightly_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/error.hpp"
#include "harness/verdict/finding_words.hpp"
#include "harness/verdict/note_texts.hpp"

namespace rackproof {

namespace {

namespace notes = note_texts;

// Files that stay open: few and small ones, as read into memory they are several times as large.
constexpr std::uintmax_t kOpenBytes = std::uintmax_t{256} << 20;
constexpr std::size_t kOpenFiles = 200;

std::string definition_text(const SeriesRow& series) {
  return fmt::format("\"{}, {}, formula {}, clock {}\"", series.unit, to_string(series.direction),
                     series.formula.empty() ? "none" : series.formula, series.clock);
}

bool means_the_same(const SeriesRow& a, const SeriesRow& b) {
  return a.kind == b.kind && a.unit == b.unit && a.direction == b.direction && a.formula == b.formula &&
         a.clock == b.clock;
}

/// Facts that say which software a subject ran, rather than which part it is.
bool is_software(std::string_view key) {
  const std::string_view last = key.substr(key.find_last_of("/#") + 1);
  for (const std::string_view word : {"driver", "runtime", "firmware", "kernel", "bios", "version"}) {
    if (last.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

NightlyHistory::NightlyHistory(const std::vector<std::filesystem::path>& files) {
  intern("");
  std::uintmax_t bytes = 0;
  std::error_code none;
  for (const auto& path : files) bytes += std::filesystem::file_size(path, none);
  const bool stay_open = bytes <= kOpenBytes && files.size() <= kOpenFiles;
  std::vector<TrendRun> found;
  for (const auto& path : files) {
    auto reader = std::make_shared<const CellReader>(path);
    found.push_back(trend_run(*reader));
    if (stay_open) open_.emplace(path, std::move(reader));
  }
  runs_ = in_order(std::move(found), notes_);
  for (std::size_t run = 0; run < runs_.size(); ++run) add_run(run, *file(run));
  make_nights();
  close_histories();
  count_coverage();
}

std::shared_ptr<const CellReader> NightlyHistory::file(std::size_t run) const {
  const auto& path = runs_[run].path;
  if (const auto at = open_.find(path); at != open_.end()) return at->second;
  auto reader = std::make_shared<const CellReader>(path);
  if (trend_run(*reader) != runs_[run])
    throw Error(fmt::format("{} changed while it was read", path.string()));
  return reader;
}

std::uint32_t NightlyHistory::intern(std::string_view text) {
  const auto [at, is_new] =
      by_text_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  return at->second;
}

void NightlyHistory::add_run(std::size_t run, const CellReader& file) {
  add_definitions(run, file);
  for (const Placement placement : kPlacements) add_subjects(run, file, placement);
  if (runs_[run].ended == Ended::interrupted)
    notes_.emplace_back(notes::kInterrupted, runs_[run].path.string());
}

void NightlyHistory::add_definitions(std::size_t run, const CellReader& file) {
  for (const SeriesRow& series : file.series()) {
    const auto [at, is_new] = by_metric_.try_emplace(series.metric(), metrics_.size());
    if (is_new) {
      metrics_.push_back({series, 0});
      continue;
    }
    HistoryMetric& metric = metrics_[at->second];
    if (!means_the_same(metric.definition, series)) {
      throw Error(fmt::format(
          "{} defines {} as {}, files before it as {}; keep files of one definition in the folder",
          file.path().string(), series.metric(), definition_text(series),
          definition_text(metric.definition)));
    }
    if (metric.definition.definition_hash != series.definition_hash) {
      notes_.emplace_back(notes::kRedefined, series.metric(), runs_[run].started_utc);
      metric.first_run = run;
    }
    metric.definition = series;
  }
}

void NightlyHistory::add_subjects(std::size_t run, const CellReader& file, Placement placement) {
  const Subjects& subjects = file.subjects(placement);
  PlacementHistory& history = of(placement);
  std::unordered_map<std::uint32_t, int> times;
  for (const std::uint32_t key : subjects.key) ++times[key];
  const auto hosts = file.fact(Placement::node, "identity/hostname");
  std::vector<std::uint32_t> columns;
  columns.reserve(subjects.size());
  std::size_t ambiguous = 0, moved = 0;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    // Two parts that tell one serial are two parts: they go by their places.
    const bool is_ambiguous = times[subjects.key[i]] > 1;
    ambiguous += is_ambiguous ? 1 : 0;
    HistorySubject subject;
    subject.key = intern(file.text(is_ambiguous ? subjects.name[i] : subjects.key[i]));
    subject.name = intern(file.text(subjects.name[i]));
    subject.scope = intern(file.text(subjects.scope[i]));
    subject.rack = intern(file.text(subjects.rack[i]));
    subject.model = intern(file.text(subjects.model[i]));
    const std::uint32_t node = subjects.node[i];
    if (subjects.second[i] == kNoText && node != kNoText && hosts[node] != kNoText)
      subject.host = intern(file.text(hosts[node]));
    const auto [at, is_new] =
        history.by_key.try_emplace(subject.key, static_cast<std::uint32_t>(history.subjects.size()));
    if (is_new) {
      history.subjects.push_back(subject);
    } else {
      moved += history.subjects[at->second].name != subject.name ? 1 : 0;
      history.subjects[at->second] = subject;
    }
    columns.push_back(at->second);
  }
  if (ambiguous > 0)
    notes_.emplace_back(notes::kSharedSerials, file.path().string(), ambiguous,
                        scope_words(to_string(placement)));
  if (moved > 0)
    notes_.emplace_back(notes::kMoved, file.path().string(), moved, scope_words(to_string(placement)));
  add_attributes(file, history, placement, columns);
  // Most runs have the columns of the run before.
  if (run > 0 && *history.columns.back() == columns) {
    history.columns.push_back(history.columns.back());
  } else {
    history.columns.push_back(std::make_shared<const std::vector<std::uint32_t>>(std::move(columns)));
  }
}

void NightlyHistory::add_attributes(const CellReader& file, PlacementHistory& history, Placement placement,
                                    const std::vector<std::uint32_t>& columns) {
  if (columns.empty()) return;
  const auto add = [&](const std::string& name, const std::vector<std::uint32_t>& texts) {
    auto at = std::ranges::find(history.attributes, name, &Attribute::name);
    if (at == history.attributes.end()) at = history.attributes.insert(at, Attribute{name, {}});
    at->value.resize(history.subjects.size(), 0);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (texts[i] != kNoText) at->value[columns[i]] = intern(file.text(texts[i]));
    }
  };
  for (const std::string& label : file.labels()) {
    if (label != "rack") add(label, file.label(placement, label));
  }
  for (const std::string& fact : file.facts(placement)) {
    if (is_software(fact)) add(fact, file.fact(placement, fact));
  }
  for (Attribute& attribute : history.attributes) attribute.value.resize(history.subjects.size(), 0);
}

bool NightlyHistory::shares_subjects(std::size_t run, std::size_t other) const {
  for (const PlacementHistory& history : placements_) {
    std::vector<bool> has(history.subjects.size(), false);
    for (const std::uint32_t subject : *history.columns[run]) has[subject] = true;
    for (const std::uint32_t subject : *history.columns[other]) {
      if (has[subject]) return true;
    }
  }
  return false;
}

void NightlyHistory::make_nights() {
  constexpr std::int64_t kNightMinutes = 12 * 60;
  std::size_t same_day = 0;
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    bool joins =
        !nights_.empty() && runs_[run].minute - runs_[nights_.back().runs.front()].minute < kNightMinutes;
    if (joins) {
      for (const std::size_t other : nights_.back().runs) joins = joins && !shares_subjects(run, other);
    }
    if (joins) {
      nights_.back().runs.push_back(run);
    } else {
      same_day += !nights_.empty() && nights_.back().day == runs_[run].day() ? 1 : 0;
      nights_.push_back({runs_[run].day(), {run}});
    }
    night_of_.push_back(static_cast<std::uint32_t>(nights_.size() - 1));
  }
  if (same_day > 0) notes_.emplace_back(notes::kSameDay, same_day);
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    for (PlacementHistory& history : placements_) {
      for (const std::uint32_t subject : *history.columns[run])
        history.subjects[subject].last_night = night_of_[run];
    }
  }
}

void NightlyHistory::close_histories() {
  for (PlacementHistory& history : placements_) {
    std::unordered_map<std::uint32_t, std::uint32_t> last;  // of each place: the last night that knows it
    for (const HistorySubject& subject : history.subjects)
      last[subject.name] = std::max(last[subject.name], subject.last_night);
    std::size_t closed = 0;
    for (HistorySubject& subject : history.subjects) {
      subject.is_closed =
          subject.last_night < last[subject.name] || subject.last_night + kRecentNights < nights_.size();
      closed += subject.is_closed ? 1 : 0;
    }
    if (closed > 0) notes_.emplace_back(notes::kClosed, closed);
  }
}

void NightlyHistory::count_coverage() {
  if (nights_.empty()) return;
  for (const std::size_t run : nights_.back().runs) {
    const auto reader = file(run);
    for (std::size_t row = 0; row < reader->cases().size(); ++row) {
      for (const Placement placement : kPlacements) {
        for (const CaseOutcome outcome : reader->read_case(row, placement).outcome) {
          if (outcome == CaseOutcome::not_planned || outcome == CaseOutcome::exempt) continue;
          ++coverage_.promised;
          coverage_.measured += outcome == CaseOutcome::complete ? 1 : 0;
        }
      }
    }
  }
}

std::size_t NightlyHistory::metrics_at_a_time(Placement placement) const {
  const std::size_t one =
      std::max<std::size_t>(1, of(placement).subjects.size() * nights_.size() * sizeof(float));
  return std::max<std::size_t>(1, kMemory / one);
}

std::vector<std::vector<float>> NightlyHistory::values(const std::vector<std::size_t>& metrics,
                                                       Placement placement) const {
  const PlacementHistory& history = of(placement);
  const std::size_t nights = nights_.size();
  std::vector<std::vector<float>> out(
      metrics.size(),
      std::vector<float>(history.subjects.size() * nights, std::numeric_limits<float>::quiet_NaN()));
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    const std::vector<std::uint32_t>& columns = *history.columns[run];
    if (columns.empty()) continue;
    const auto reader = file(run);
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const HistoryMetric& metric = metrics_[metrics[m]];
      if (run < metric.first_run || metric.definition.kind != QuantityKind::real) continue;
      const auto at = std::ranges::find(reader->series(), metric.definition.metric(), &SeriesRow::metric);
      if (at == reader->series().end()) continue;
      const auto row = static_cast<std::size_t>(at - reader->series().begin());
      const CellRow cells = reader->read(row, placement, {.interval = false, .range = false, .state = false});
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (std::isfinite(cells.value[i])) out[m][columns[i] * nights + night_of_[run]] = cells.value[i];
      }
    }
  }
  return out;
}

}  // namespace rackproof
