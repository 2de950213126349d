// How a finding of a trend is said, alike in tables and charts.
#pragma once

#include <string>

#include "harness/verdict/trend/trend.hpp"
#include "reports/language/language.hpp"

namespace rackproof {

/// "-10.0 %"; `missing` where the effect is not known.
std::string effect_text(const TrendFinding& finding, const std::string& missing);
/// "[-10.4 %, -9.6 %]"; empty where it is not known.
std::string effect_interval_text(const TrendFinding& finding);
/// Glyph and word of the state in its colour, and the word of the change: "✕ confirmed" worse.
std::string change_mark(const TrendFinding& finding, const Words& words);

}  // namespace rackproof
