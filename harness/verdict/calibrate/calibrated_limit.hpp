// The limit of one cohort, and what is asked of settings: shared by calibrations of results and of cells.
#pragma once

#include <string_view>

#include "harness/verdict/calibrate/calibration.hpp"

namespace rackproof {

/// A pattern has one '*' at most.
bool fits_pattern(std::string_view pattern, std::string_view metric);

/// Throws Error for a quantile or a confidence outside (0, 1), and for a pattern with several '*'.
void check(const CalibrationSettings& settings);

CalibratedLimit calibrated_limit(CalibrationCohort cohort, const CalibrationSettings& settings);

/// Throws Error when the pattern fitted nothing.
void require_limits(const Calibration& calibration);

}  // namespace rackproof
