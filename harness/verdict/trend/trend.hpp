// What changed since when, over a folder of nightly results: findings with their state, grouped by what they have in common.
//
// Everything follows from the files and the events alone. There is no state to keep and no clock: "today" is the last night.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/verdict/trend/episode.hpp"
#include "harness/verdict/trend/nightly_history.hpp"
#include "harness/verdict/trend/trend_events.hpp"

namespace rackproof {

struct TrendSettings {
  bool all = false;  ///< scan every subject, not only roll-ups and suspects
  EpisodeSettings episode;
  unsigned threads = 0;  ///< 0: all
};

enum class TrendState { fresh = 0, confirmed = 1, acknowledged = 2, went_away = 3 };
/// "new", "confirmed", "acknowledged", "went away".
std::string_view to_string(TrendState state);

enum class Change { worse = 0, better = 1, changed = 2 };  ///< changed: the metric has no better side
std::string_view to_string(Change change);

/// One series whose level changed.
struct TrendFinding {
  std::string id;  ///< of scope, key, metric and change: the same every night
  Change change = Change::worse;
  std::string
      scope;  ///< "device", "node", "pair", "group:rack"; of a roll-up "rack of devices", "cohort of nodes", …
  std::string subject;  ///< its place on the last night that has it; of a roll-up its name
  std::string key;      ///< of its history: mostly a serial
  std::string host;     ///< what its node calls itself; may be empty
  std::string metric;
  std::string unit;
  TrendState state = TrendState::fresh;
  bool is_confirmed = false;  ///< also of one that is acknowledged
  bool is_drift = false;
  bool is_roll_up = false;
  std::string changed;     ///< date of the first night on the new level
  std::string first_seen;  ///< date of the night as of which it was seen first
  std::string settled;     ///< date on which it was confirmed or had gone away; empty: neither
  double before = 0;       ///< levels, in the unit
  double after = 0;
  double effect = 0;         ///< after / before − 1
  Interval effect_range;     ///< 95 %, given the night of the change
  double statistic = 0;      ///< of the scan
  std::size_t nights = 0;    ///< that the scan saw
  std::string acknowledged;  ///< "who, ticket, until date"; also of one that has run out
  std::int32_t cause = -1;   ///< row of Trend::causes, or −1
};

/// One reason for several findings: what far more of those that changed have than of the others. Counts are over the nights on which
/// it was met, the unchanged as of the first.
struct TrendCause {
  struct Level {
    std::string attribute;  ///< "device/driver", "rack", a label
    std::string value;
  };
  std::string id;  ///< of the change, the scope and the first level: the same every night
  Change change = Change::worse;
  std::string scope;          ///< "device", "node", …
  std::vector<Level> levels;  ///< more than one: the same subjects have them, so they cannot be told apart
  std::string changed;        ///< date on which most of its findings changed
  std::size_t members = 0;    ///< subjects that changed about then and have it
  std::size_t changed_subjects = 0;  ///< that changed about then, those of causes before this one left out
  std::size_t unchanged_with = 0;    ///< subjects that did not change and have it
  std::size_t unchanged = 0;         ///< subjects that did not change
  double p_value = 0;                ///< of so many by chance, times the levels that were tried
  std::vector<std::string> metrics;

  /// "device/driver 13.0.1 or hall A".
  std::string text() const;
};

/// On the shortlist, without a finding.
struct TrendSuspect {
  std::string scope, subject, key, metric;
  Phrase why;
};

struct Trend {
  std::vector<std::string> nights;  ///< dates
  std::size_t runs = 0;
  NightCoverage coverage;          ///< of the last night
  std::size_t series_watched = 0;  ///< with enough nights to be scanned
  std::size_t series_scanned = 0;
  double expected_false_alarms = 0;    ///< on one night, at most, before confirmation
  std::vector<TrendFinding> findings;  ///< by state, change, roll-ups first, size of the effect
  std::vector<TrendCause> causes;
  std::vector<TrendSuspect> suspects;
  std::vector<Phrase> notes;

  bool too_little()
      const;  ///< fewer than kLeastNights nights, or less than half of the promised measured last night
  bool has_new_confirmed() const;  ///< a change for the worse, confirmed and not acknowledged
};

Trend trend(const NightlyHistory& history, const TrendEvents& events, const TrendSettings& settings = {});

}  // namespace rackproof
