// The runs that a trend is made of, in order of time, and the nights that they make.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/cell_reader.hpp"

namespace rackproof {

/// One results file.
struct TrendRun {
  std::filesystem::path path;
  std::vector<std::string> campaigns;  ///< ids of its parts
  std::string started_utc;
  std::int64_t minute = 0;  ///< of its start, since 1970-01-01T00:00Z
  Ended ended = Ended::complete;

  std::int32_t day() const { return static_cast<std::int32_t>(minute / (24 * 60)); }
  friend bool operator==(const TrendRun&, const TrendRun&) = default;
};

/// Of an opened file. Throws Error when it does not say when it began.
TrendRun trend_run(const CellReader& file);

/// In order of time, then of campaign. A campaign counts once: a file whose campaigns are also in a file with more of them, or in one
/// of the same content before it, is left out, and `notes` says so. Throws Error when two files share only some.
std::vector<TrendRun> in_order(std::vector<TrendRun> runs, std::vector<Phrase>& notes);

/// What was measured together: runs that begin within twelve hours and have no subject in common are one night.
struct TrendNight {
  std::int32_t day = 0;           ///< of its first run, since 1970-01-01
  std::vector<std::size_t> runs;  ///< in order
};

}  // namespace rackproof
