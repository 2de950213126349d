#include "harness/record/preflight.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

// What a worker may say.
constexpr std::size_t kMostItems = 64;
constexpr std::size_t kLongestPreflightText = 4096;

constexpr std::array kDecisions{PreflightDecision::accepted, PreflightDecision::recorded,
                                PreflightDecision::blocked};

PreflightDecision decision_from(std::string_view name) {
  for (const PreflightDecision decision : kDecisions) {
    if (to_string(decision) == name) return decision;
  }
  throw Error(fmt::format("unknown decision \"{}\"", printable(std::string(name))));
}

}  // namespace

std::string_view to_string(PreflightDecision decision) {
  switch (decision) {
    case PreflightDecision::accepted:
      return "accepted";
    case PreflightDecision::recorded:
      return "recorded";
    case PreflightDecision::blocked:
      return "blocked";
  }
  throw Error("unknown decision");
}

void to_json(nlohmann::json& out, const Preflight& preflight) {
  nlohmann::json items = nlohmann::json::array();
  for (const PreflightFound& item : preflight.items) {
    items.push_back({{"item", item.item},
                     {"found", item.found},
                     {"needed", item.needed},
                     {"decision", to_string(item.decision)},
                     {"why", item.why}});
  }
  out = {{"type", "preflight"}, {"rank", preflight.rank}, {"items", std::move(items)}};
}

void from_json(const nlohmann::json& in, Preflight& preflight) {
  if (in.at("type") != "preflight") throw Error("no preflight record");
  in.at("rank").get_to(preflight.rank);
  preflight.items.clear();
  if (in.at("items").size() > kMostItems) throw Error("a preflight has too many items");
  for (const auto& item : in.at("items")) {
    const PreflightFound& found = preflight.items.emplace_back(
        PreflightFound{item.at("item"), item.at("found"), item.at("needed"),
                       decision_from(item.at("decision").get<std::string>()), item.at("why")});
    for (const std::string* text : {&found.item, &found.found, &found.needed, &found.why}) {
      if (text->size() > kLongestPreflightText) throw Error("a preflight has a text that is too long");
    }
  }
}

}  // namespace rackproof
