// What became of one attempt at one case. A case that goes wrong is data, not an error.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace rackproof {

/// Stored in files as its number: never renumbered, only appended to.
enum class Status : std::uint8_t {
  ok = 0,           ///< measured and checked
  wrong = 1,        ///< the answer or the path did not check; carries no performance number
  failed = 2,       ///< an error was reported (launch, memory, library)
  crashed = 3,      ///< the measuring process ended without finishing the case
  timeout = 4,      ///< the case did not end within its limit and was killed
  unsupported = 5,  ///< the backend declines the case
  skipped = 6,      ///< not started, for a stated reason
  preempted = 7,    ///< stopped by a signal from outside
};
inline constexpr int kStatusCount = 8;

/// Where in its life the case was. Stored as its number.
enum class Phase : std::uint8_t { launch = 0, load = 1, prepare = 2, measure = 3, check = 4, finish = 5 };
inline constexpr int kPhaseCount = 6;

struct Outcome {
  Status status = Status::skipped;
  Phase phase = Phase::launch;
  std::string reason;        ///< one line; empty for ok
  bool device_lost = false;  ///< the device is gone until it is reset; only with failed
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// `crashed`, `failed`, `timeout`: retried as machinery. `fail` and `wrong` are never retried.
constexpr bool is_machinery(Status status) {
  return status == Status::failed || status == Status::crashed || status == Status::timeout;
}

std::string_view to_string(Status status);
std::string_view to_string(Phase phase);
/// Throw Error for an unknown name.
Status status_from(std::string_view name);
Phase phase_from(std::string_view name);

void to_json(nlohmann::json& json, const Outcome& outcome);
void from_json(const nlohmann::json& json, Outcome& outcome);

/// Why sampling ended. Stored as its number.
enum class Stop : std::uint8_t {
  none = 0,      ///< nothing was sampled
  precise = 1,   ///< the interval of the median is narrow enough
  time = 2,      ///< the time budget is used up
  count = 3,     ///< the largest number of blocks is reached
  error = 4,     ///< an error or a wrong answer ended it
  unsteady = 5,  ///< a sustained window still changed, or was too short to tell, after three times its budget
};
inline constexpr int kStopCount = 6;
std::string_view to_string(Stop stop);
Stop stop_from(std::string_view name);

}  // namespace rackproof
