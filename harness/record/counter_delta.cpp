#include "harness/record/counter_delta.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

// What a worker may say: a node has some dozens, a group as many for each of its ranks.
constexpr std::size_t kMostCounters = 65536;
constexpr std::size_t kLongestCounterText = 512;

}  // namespace

nlohmann::json counter_deltas_json(const CounterDeltas& deltas) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [name, counter] : deltas) {
    nlohmann::json& entry = out[name] = {{"unit", counter.unit}};
    if (counter.delta) {
      entry["delta"] = *counter.delta;
    } else {
      entry["unavailable"] = counter.unavailable;
    }
  }
  return out;
}

CounterDeltas counter_deltas_from(const nlohmann::json& in) {
  CounterDeltas deltas;
  if (in.size() > kMostCounters) throw Error("a case has too many counters");
  for (const auto& [name, entry] : in.items()) {
    CounterDelta& counter = deltas[name];
    entry.at("unit").get_to(counter.unit);
    if (entry.contains("delta")) {
      const auto delta = entry.at("delta").get<double>();
      if (!(std::isfinite(delta) && delta >= 0)) throw Error("a counter went backwards");
      counter.delta = delta;
    } else {
      entry.at("unavailable").get_to(counter.unavailable);
      if (counter.unavailable.empty()) throw Error("a counter has neither a number nor a reason");
    }
    if (name.size() > kLongestCounterText || counter.unit.size() > kLongestCounterText ||
        counter.unavailable.size() > kLongestCounterText)
      throw Error("a counter has a text that is too long");
  }
  return deltas;
}

std::string_view without_rank(std::string_view counter) {
  if (!counter.starts_with("rank")) return counter;
  const auto colon = counter.find(':');
  const auto digits = counter.find_first_not_of("0123456789", 4);
  return colon != std::string_view::npos && colon == digits && colon > 4 ? counter.substr(colon + 1)
                                                                         : counter;
}

}  // namespace rackproof
