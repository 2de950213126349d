// A trend as one JSON object, for programs.
//
//   schema_version  1; keys are added, never renamed
//   program_version
//   nights          dates, oldest first; runs: number of files that count
//   last_night      {promised, measured}: cases of the last night
//   series_watched, series_scanned, expected_false_alarms (on one night, at most, before confirmation)
//   too_little, new_confirmed   what --strict exits by (2 and 1)
//   findings        [{id, state, change, scope, subject, key, host, metric, unit, since, first_seen, settled, drift, confirmed, before,
//                   after, effect, effect_lo, effect_hi, statistic, nights, acknowledged, cause}]; effects are shares of `before`;
//                   cause: id of a cause, or null
//   causes          [{id, change, scope, levels: [{attribute, value}], since, members, changed, unchanged_with, unchanged, p_value, metrics}]
//   suspects        [{scope, subject, key, metric, why}]
//   notes           texts: what was left out or cut, and why
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/verdict/trend/trend.hpp"

namespace rackproof {

/// A number that is not finite becomes null.
nlohmann::json trend_json(const Trend& trend);

}  // namespace rackproof
