// One finding night by night, as inline SVG: values with gaps, the levels before and after, the interval of the change.
#pragma once

#include <string>

#include "harness/verdict/trend/trend_charts.hpp"
#include "reports/language/language.hpp"

namespace rackproof {

/// Where each night stands: days since 1970-01-01, those of one day spread over it. Ascending.
std::vector<double> night_positions(const std::vector<std::int32_t>& days);

/// The SVG with its title and description, and below it, folded, a table of the same values: one a night, in the finding's unit, NaN where
/// it was not measured. `name`: what the ids of its elements begin with ("chart-3"). Says so where no night was measured. Throws Error
/// when values and days are not of the same nights.
std::string trend_chart(const TrendFinding& finding, const std::vector<std::int32_t>& days,
                        const std::vector<double>& values, const std::string& name, const Words& words);

}  // namespace rackproof
