// What a rank found on its node before the first case of a step, and what was done about it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

enum class PreflightDecision {
  accepted,  ///< what is needed was found
  recorded,  ///< found, or not readable; nothing follows from it
  blocked,   ///< the step is not measured
};
std::string_view to_string(PreflightDecision decision);

struct PreflightFound {
  std::string item;    ///< "governor" (harness/plan/preflight_items.hpp)
  std::string found;   ///< empty: not readable, `why` says so
  std::string needed;  ///< empty: nothing
  PreflightDecision decision = PreflightDecision::recorded;
  std::string why;  ///< one line; may be empty
};

/// Record "preflight": one per rank, after hello.
struct Preflight {
  int rank = 0;
  std::vector<PreflightFound> items;
};

void to_json(nlohmann::json& json, const Preflight& preflight);
/// Throws when a field is missing or of another type, or the decision is not known.
void from_json(const nlohmann::json& json, Preflight& preflight);

}  // namespace rackproof
