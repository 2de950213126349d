// The sections of the nightly page, in page order. Each is escaped HTML without scripts and style attributes; empty without data.
#pragma once

#include <string>

#include "harness/verdict/trend/trend_charts.hpp"
#include "reports/language/language.hpp"

namespace rackproof::html {

/// Never in the colour of a pass while anything that was promised for the last night is unmeasured.
std::string nightly_strip(const Trend& trend, const Words& words);
std::string night_coverage_section(const Trend& trend, const Words& words);
std::string causes_section(const Trend& trend, const Words& words);
/// Software that those that changed have and the others have not.
std::string environment_section(const Trend& trend, const Words& words);
std::string changes_section(const Trend& trend, const TrendCharts& charts, const Words& words);
std::string suspects_section(const Trend& trend, const Words& words);
/// Acknowledged and went away, folded.
std::string settled_section(const Trend& trend, const Words& words);
std::string charts_section(const Trend& trend, const TrendCharts& charts, const Words& words);
std::string notes_section(const Trend& trend, const Words& words);

}  // namespace rackproof::html
