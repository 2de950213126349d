// What the window of a case added to a counter.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace rackproof {

struct CounterDelta {
  std::string unit;             ///< SI
  std::optional<double> delta;  ///< never negative; nothing: see `unavailable`
  std::string unavailable;      ///< one line; empty when there is a delta
  friend bool operator==(const CounterDelta&, const CounterDelta&) = default;
};

/// By name, as host_counters.hpp, kernel_log.hpp and the backends have them; "device0/…" are those of the step's first device,
/// "path" the bytes that went over the intended interface. Those that did not move are left out, but for bytes. In a job
/// of several ranks: bytes are summed over its machines; of the rest, what not all machines alike say begins with its rank,
/// "rank3:edac/mc0/ue".
using CounterDeltas = std::map<std::string, CounterDelta>;

nlohmann::json counter_deltas_json(const CounterDeltas& deltas);
/// Throws when something is missing or of another type, or a delta is negative or no finite number.
CounterDeltas counter_deltas_from(const nlohmann::json& json);

/// The name without the rank in front of it.
std::string_view without_rank(std::string_view counter);

}  // namespace rackproof
