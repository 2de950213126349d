// The histories of everything that was measured night after night: who they are of, and their values.
//
// A history belongs to a part, not to a place: its key is the serial that the part told or the site promised, its UUID where
// there is none, the name of its place where there is neither. So a swapped part ends one history and begins another.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/verdict/trend/trend_nights.hpp"

namespace rackproof {

/// What is recent: nights back to which things that are over are told.
inline constexpr std::size_t kRecentNights = 14;

/// One part, as the last run that knew it has it. Texts are rows of NightlyHistory::text().
struct HistorySubject {
  std::uint32_t key = 0;
  std::uint32_t name = 0;  ///< its place: "rack1/node2/dev3"
  std::uint32_t scope = 0;
  std::uint32_t rack = 0;  ///< empty text: none
  std::uint32_t model = 0;
  std::uint32_t host =
      0;  ///< what its node calls itself; empty text: it never answered, or there is no one node
  std::uint32_t last_night = 0;  ///< that knows it
  bool is_closed =
      false;  ///< another part stands in its place since, or nothing for two weeks: it is not watched
};

/// What may explain why some subjects changed and others did not: a label ("hall"), or what software a device or node told ("driver").
struct Attribute {
  std::string name;
  std::vector<std::uint32_t> value;  ///< text a subject, of the last run that has it; 0: none
};

struct HistoryMetric {
  SeriesRow definition;       ///< as the last run has it
  std::size_t first_run = 0;  ///< values of runs before have another definition
};

struct NightCoverage {
  std::uint64_t promised = 0;  ///< (target, case)
  std::uint64_t measured = 0;  ///< with every planned launch, as in acceptance
};

class NightlyHistory {
 public:
  static constexpr std::size_t kMemory = std::size_t{2} << 30;  ///< bytes of values that are held at a time

  /// Reads what the files tell of themselves. Throws Error with one clear line naming the file: unreadable, no results, or
  /// a metric whose unit, direction, formula or clock is not that of another file (both definitions are shown).
  explicit NightlyHistory(const std::vector<std::filesystem::path>& files);

  const std::vector<TrendRun>& runs() const { return runs_; }
  const std::vector<TrendNight>& nights() const { return nights_; }
  const std::vector<HistoryMetric>& metrics() const { return metrics_; }
  const std::vector<HistorySubject>& subjects(Placement placement) const { return of(placement).subjects; }
  const std::vector<Attribute>& attributes(Placement placement) const { return of(placement).attributes; }
  const std::string& text(std::uint32_t row) const { return texts_[row]; }
  const std::vector<Phrase>& notes() const { return notes_; }
  /// Of the last night.
  const NightCoverage& coverage() const { return coverage_; }

  /// Values of some metrics on all subjects of a placement: [metric][subject × nights + night], NaN: not measured.
  std::vector<std::vector<float>> values(const std::vector<std::size_t>& metrics, Placement placement) const;
  /// Metrics of one call of values(), so that it stays within kMemory; at least one.
  std::size_t metrics_at_a_time(Placement placement) const;

 private:
  using Columns = std::shared_ptr<const std::vector<std::uint32_t>>;  // column → subject
  struct PlacementHistory {
    std::vector<HistorySubject> subjects;
    std::unordered_map<std::uint32_t, std::uint32_t> by_key;
    std::vector<Attribute> attributes;
    std::vector<Columns> columns;  // of each run
  };
  PlacementHistory& of(Placement placement) { return placements_[static_cast<std::size_t>(placement)]; }
  const PlacementHistory& of(Placement placement) const {
    return placements_[static_cast<std::size_t>(placement)];
  }

  /// Stays open where all files together are small, else is opened anew. Throws Error when it is not what it was.
  std::shared_ptr<const CellReader> file(std::size_t run) const;
  std::uint32_t intern(std::string_view text);
  void add_run(std::size_t run, const CellReader& file);
  void add_definitions(std::size_t run, const CellReader& file);
  void add_subjects(std::size_t run, const CellReader& file, Placement placement);
  void add_attributes(const CellReader& file, PlacementHistory& history, Placement placement,
                      const std::vector<std::uint32_t>& columns);
  bool shares_subjects(std::size_t run, std::size_t other) const;
  void make_nights();
  void close_histories();
  void count_coverage();

  std::vector<TrendRun> runs_;
  std::map<std::filesystem::path, std::shared_ptr<const CellReader>> open_;
  std::vector<TrendNight> nights_;
  std::vector<std::uint32_t> night_of_;  // of each run
  std::vector<HistoryMetric> metrics_;
  std::unordered_map<std::string, std::size_t> by_metric_;
  std::array<PlacementHistory, kPlacementCount> placements_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> by_text_;
  std::vector<Phrase> notes_;
  NightCoverage coverage_;
};

}  // namespace rackproof
