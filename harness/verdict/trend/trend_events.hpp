// trend-events.toml: what people decided or did between nights. Data for the trend, entered by hand and kept with the files.
//
//   schema = 1
//   [[accepted_level]]   from this date on, the level is the one that is compared with
//   metric = "memory/host/triad:f64,cold#bandwidth"   # or "*"
//   subject = "rack1/node2"                           # also a rack or "site", with all its parts; "model=…": that roll-up
//   date = 2026-11-20
//   who = "E. Example"
//   note = "new firmware, measured and agreed"
//   [[part_swap]]        another part stands in this place from this date on (where serials do not tell)
//   subject, date, who, note
//   [[acknowledged]]     known and being dealt with; listed apart until the date, then it comes back
//   id = "0123456789ab"  # of a finding, or of a cause with all its findings
//   who, ticket = "OPS-4711", until = 2026-12-24
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

/// Nights before `day` are not compared with.
struct LevelCut {
  std::string metric;  ///< "*": all, as for a swapped part
  std::string subject;
  std::int32_t day = 0;  ///< since 1970-01-01
  std::string who;
  std::string note;
  bool is_swap = false;
  int line = 0;

  bool covers(std::string_view series_metric, std::string_view series_subject) const;
};

struct Acknowledgement {
  std::string id;
  std::string who;
  std::string ticket;
  std::int32_t until = 0;  ///< the last day on which it holds
  int line = 0;
};

struct TrendEvents {
  std::vector<LevelCut> cuts;
  std::vector<Acknowledgement> acknowledged;

  /// The one of this finding that holds longest; nullptr: none.
  const Acknowledgement* acknowledgement(std::string_view id) const;
};

/// Throw ConfigurationError with every problem: unknown keys, dates that are none, ids that are none.
TrendEvents parse_trend_events(std::string_view text, const std::string& file);
TrendEvents read_trend_events(const std::filesystem::path& file);

}  // namespace rackproof
