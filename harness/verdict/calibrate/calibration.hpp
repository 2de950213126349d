// Limits from what was measured on devices that are known to be good.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/results/cell_reader.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/calibrate/launch_component.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof {

/// One metric on the targets of one scope and one model, over all files.
struct CalibrationCohort {
  std::string metric;
  std::string scope;
  std::string model;
  std::string definition_hash;
  std::string unit;
  Direction direction = Direction::neither;
  /// Serial (where none is known the target's name) → its value in each file. Only finite values.
  std::map<std::string, std::vector<double>> values;
  std::vector<DeviceLaunches> launches;
  std::size_t not_measured = 0;
};

struct CalibrationInput {
  std::string file;  ///< for people
  const Results* results = nullptr;
};

/// Cohorts of every measured real metric, by metric, scope, model. Throws Error for a metric with different definitions (names both).
std::vector<CalibrationCohort> calibration_cohorts(const std::vector<CalibrationInput>& inputs);

struct CalibrationSettings {
  double quantile = 0.01;  ///< of healthy devices, a share of at most this fails the limit
  double confidence = 0.95;
  std::string pattern = "*";  ///< of metrics; one '*' at most
  Severity severity = Severity::score;
};

/// A limit, or why there is none.
struct CalibratedLimit {
  CalibrationCohort cohort;
  std::size_t devices = 0;  ///< with a value
  bool is_upper = false;    ///< of a metric of which lower is better
  double bound = 0;         ///< SI, five digits, rounded so that no more devices fail
  double middle = 0;        ///< median over the devices
  double device_sd = 0;     ///< relative, robust (scaled MAD of logs); NaN when a value is not positive
  LaunchComponent launch;
  std::string why_none;  ///< empty: there is a limit
};

struct Calibration {
  CalibrationSettings settings;
  std::vector<CalibratedLimit> limits;  ///< in the order of the cohorts
};

/// Cohorts whose metric the pattern does not fit are left out. Throws Error for a quantile or a confidence outside (0, 1), and for a
/// pattern that nothing fits.
Calibration calibrate(std::vector<CalibrationCohort> cohorts, const CalibrationSettings& settings);

/// The same of a file of cells, a series at a time; the cohorts that it returns hold no values any more. A cell keeps the range of its
/// launches and not what each of them was sure of: the launch component is of devices with two launches, 4096 at most, and holds what
/// their samples add to it.
Calibration calibrate(const CellReader& cells, const CalibrationSettings& settings);

/// What the limits are written as.
struct CalibrationText {
  std::string name;
  std::string date;                  ///< of the measurement, "2026-11-29"
  std::vector<std::string> serials;  ///< of everything that was measured
};

/// A limits file that parse_limits() accepts: the limits, and as comments what has none, with the reason. Throws Error for gates where
/// nothing has a serial: judge() could not keep a device from the limit that it made.
std::string limits_toml(const Calibration& calibration, const CalibrationText& text);

/// Date and serials of the inputs: the latest end of a campaign, and every serial of a target that has a value.
CalibrationText calibration_text(const std::vector<CalibrationInput>& inputs, std::string name);

/// Serials that a limits file takes.
inline constexpr std::size_t kMostCalibrationSerials = 200'000;
/// Of a file of cells: every subject that has a serial, measured or not. Throws Error for more than that many.
CalibrationText calibration_text(const CellReader& cells, std::string name);

}  // namespace rackproof
