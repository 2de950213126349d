// The summary of one cell: what its launches say together.
#pragma once

#include <span>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// A cell that nothing was attempted for: no number, `skipped`.
CellValue empty_cell();

/// `value` to a number of significant decimal digits. NaN and infinity stay.
double rounded(double value, int digits);
double rounded_down(double value, int digits);
double rounded_up(double value, int digits);
/// The nearest float that is not above (below) a value.
float float_down(double value);
float float_up(double value);

/// Attempts of one (target, case) and the values of one series in those that ended ok, one a launch.
/// Value: median over launches, five digits. lo and hi: mean of the launches' intervals around it, widened by
/// the plan's launch component, four digits outward. No number when any attempt is wrong or none is ok.
CellValue summarise(const std::vector<const AttemptRow*>& attempts, const std::vector<LaunchValue>& values,
                    double launch_component);

/// The numbers of a cell whose launches all ended ok, at least one; its status and stop are those of an empty cell. No number when
/// a launch has none.
CellValue summarise_numbers(std::span<const LaunchValue> launches, double launch_component);

/// Fills `columns` and `cells` from targets, series, attempts and launch values.
void fill_cells(Results& results);

}  // namespace rackproof
