// The settle rule between cases: no case starts on a device that still cools down or changes its clock from the last one.
#pragma once

#include <functional>

#include "harness/record/record.hpp"

namespace rackproof {

class SettleRule {
 public:
  using Read = std::function<MachineState()>;
  using Sleep = std::function<void(double seconds)>;

  static constexpr double kPause_s = 0.25;      ///< between readings
  static constexpr int kReadings = 5;           ///< that must be steady together
  static constexpr double kLongest_s = 5;       ///< a device that does not settle is measured all the same
  static constexpr double kClockChange = 0.02;  ///< of the clock over these readings, as a share of it
  static constexpr double kTemperatureChange_k = 0.5;  ///< of the temperature over these readings

  SettleRule(Read read, Sleep sleep) : read_(std::move(read)), sleep_(std::move(sleep)) {}

  /// Reads until clock and temperature are steady: median slope of the last readings times their length is small. Does
  /// not wait when neither can be read, nor when neither has changed since the first of these calls; a clock alone that reads
  /// the same twice is waited for no longer.
  /// Returns the last reading with two more keys: settle_s, the time waited, and settled, 1 or 0.
  MachineState wait();

 private:
  Read read_;
  Sleep sleep_;
  MachineState first_;     ///< clock and temperature of the first reading
  bool constant_ = false;  ///< every reading so far was the first, over a whole wait
};

}  // namespace rackproof
