#include "harness/measure/settle.hpp"

#include <cmath>
#include <optional>
#include <vector>

#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

MachineState clock_and_temperature(const MachineState& state) {
  MachineState kept;
  for (const char* key : {"clock_hz", "temperature_k"}) {
    if (const auto found = state.find(key); found != state.end()) kept.insert(*found);
  }
  return kept;
}

/// Change over the readings by their median slope; NaN when one has no such key.
double change(const std::vector<MachineState>& readings, const char* key) {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    for (std::size_t j = i + 1; j < readings.size(); ++j) {
      const auto from = readings[i].find(key);
      const auto to = readings[j].find(key);
      if (from == readings[i].end() || to == readings[j].end()) return std::nan("");
      if (!std::isfinite(to->second - from->second)) return std::nan("");
      slopes.push_back((to->second - from->second) / static_cast<double>(j - i));
    }
  }
  return median(slopes) * static_cast<double>(readings.size() - 1);
}

/// A quantity that cannot be read does not hold anybody up.
bool steady(const std::vector<MachineState>& readings) {
  const auto& last = readings.back();
  if (last.contains("temperature_k") &&
      !(std::abs(change(readings, "temperature_k")) <= SettleRule::kTemperatureChange_k))
    return false;
  const auto clock = last.find("clock_hz");
  return clock == last.end() ||
         std::abs(change(readings, "clock_hz")) <= SettleRule::kClockChange * std::abs(clock->second);
}

}  // namespace

MachineState SettleRule::wait() {
  std::vector<MachineState> readings;  // the last kReadings
  MachineState state = read_();
  if (first_.empty()) first_ = clock_and_temperature(state);
  double waited = 0;
  bool settled = false;
  bool as_first = true;
  for (;;) {
    readings.push_back(clock_and_temperature(state));
    as_first = as_first && readings.back() == first_;
    if (readings.size() > kReadings) readings.erase(readings.begin());
    // Without a thermometer, a clock that reads the same to the last digit is a nominal one.
    const bool nominal = as_first && readings.size() > 1 && !readings.back().contains("temperature_k");
    settled = readings.back().empty() || (constant_ && as_first) || nominal ||
              (readings.size() == kReadings && steady(readings));
    if (settled || waited >= kLongest_s) break;
    sleep_(kPause_s);
    waited += kPause_s;
    state = read_();
  }
  constant_ = settled && as_first;
  state["settle_s"] = waited;
  state["settled"] = settled ? 1 : 0;
  return state;
}

}  // namespace rackproof
