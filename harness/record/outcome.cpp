#include "harness/record/outcome.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr std::array<std::string_view, kStatusCount> kStatusNames{
    "ok", "wrong", "failed", "crashed", "timeout", "unsupported", "skipped", "preempted"};
constexpr std::array<std::string_view, kPhaseCount> kPhaseNames{"launch",  "load",  "prepare",
                                                                "measure", "check", "finish"};
constexpr std::array<std::string_view, kStopCount> kStopNames{"none",  "precise", "time",
                                                              "count", "error",   "unsteady"};

template <class Enum, std::size_t N>
Enum named(const std::array<std::string_view, N>& names, std::string_view name, std::string_view what) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  throw Error(fmt::format("unknown {} \"{}\"", what, printable(name)));
}

}  // namespace

std::string_view to_string(Status status) { return kStatusNames.at(static_cast<std::size_t>(status)); }
std::string_view to_string(Phase phase) { return kPhaseNames.at(static_cast<std::size_t>(phase)); }
std::string_view to_string(Stop stop) { return kStopNames.at(static_cast<std::size_t>(stop)); }
Status status_from(std::string_view name) { return named<Status>(kStatusNames, name, "status"); }
Phase phase_from(std::string_view name) { return named<Phase>(kPhaseNames, name, "phase"); }
Stop stop_from(std::string_view name) { return named<Stop>(kStopNames, name, "stop reason"); }

void to_json(nlohmann::json& out, const Outcome& outcome) {
  out = {
      {"status", to_string(outcome.status)}, {"phase", to_string(outcome.phase)}, {"reason", outcome.reason}};
  if (outcome.device_lost) out["device_lost"] = true;
}

void from_json(const nlohmann::json& in, Outcome& outcome) {
  outcome.status = status_from(in.at("status").get<std::string>());
  outcome.phase = phase_from(in.at("phase").get<std::string>());
  outcome.reason = in.at("reason").get<std::string>();
  outcome.device_lost = in.value("device_lost", false);
}

}  // namespace rackproof
