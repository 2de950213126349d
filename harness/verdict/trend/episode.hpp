// Episodes of one series: from the night on which a changed level was first seen until three good nights, an accepted level, or today.
//
// They follow from the nights alone: the scan is made as of each night, on what had been measured by then, so that the answer
// is the same on any day and no state is kept. While an episode lasts, the level before it stays the one that nights are held against;
// nights of an episode that went away are left out of later scans. Only a change for the better becomes the level to hold nights against
// by itself, once it is confirmed and has lasted for kLeastNights nights.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "harness/plan/catalogue.hpp"
#include "harness/verdict/trend/change_point.hpp"

namespace rackproof {

enum class EpisodeState {
  fresh = 0,      ///< seen, not yet confirmed by nights that were not used to see it
  confirmed = 1,  ///< those nights agree
  went_away = 2   ///< three good nights in a row
};

struct EpisodeSettings {
  Direction direction = Direction::neither;  ///< of the metric
  double min_effect = 0.01;  ///< least change of the level, as a share of it, that is worth a finding
  /// Mean of the nights after the first alarm, in standard deviations of such a mean beyond the old level, that confirms: one-sided 0.01.
  double confirm_z = 2.33;
  std::size_t good_nights = 3;
};

struct Episode {
  EpisodeState state = EpisodeState::fresh;
  std::size_t first_seen = 0;  ///< index of the night as of which the scan alarmed
  std::size_t change = 0;      ///< of the first night on the new level
  std::size_t settled =
      0;                 ///< of the night that confirmed it or on which it had gone away; else as first_seen
  bool is_over = false;  ///< it went away, or is the new level
  std::size_t last = 0;  ///< index of the night on which it was over; else of the last night
  StepScan scan;         ///< as of the last night while it lasts, of the night before it went away else
  bool drift = false;    ///< many steps in one direction rather than one
  bool is_down() const { return scan.effect() < 0; }
};

/// Values around 1: a series as a share of its own level; NaN: not measured. The scan is made as of every night from `from` on; an
/// episode that had begun before is seen at `from`. In order; at most the last one is open. Series without enough nights have none.
std::vector<Episode> find_episodes(std::span<const double> values, std::size_t from, const NightNoise& noise,
                                   const EpisodeSettings& settings = {});

}  // namespace rackproof
