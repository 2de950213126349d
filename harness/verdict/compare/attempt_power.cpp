#include "harness/verdict/compare/attempt_power.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "harness/results/telemetry_summary.hpp"

namespace rackproof {

namespace {

/// Of a scope that is worth a figure per watt: a board, or a die, may be any part of a node, such as its fans. What is imported of a package may be half
/// of what there is.
bool is_power_of_machine(const TelemetrySourceRow& source) {
  if (source.quantity != "power" || source.scope == "board" || source.scope == "die") return false;
  return source.scope != "package" || !is_imported(source);
}

struct AttemptPower {
  double watts = 0;
  std::size_t sources = 0;
  std::set<std::uint32_t> told;  ///< what it is of: the device's node, nodes, or a rack
};

/// Whether all nodes of a target told, or its rack as a whole: the power of some is not that of all.
bool is_of_all(const AttemptPower& power, std::uint32_t row, const TargetRow& target) {
  if (target.placement == Placement::device || power.told.contains(row)) return true;
  return std::ranges::all_of(target.members, [&](std::uint32_t node) { return power.told.contains(node); });
}

}  // namespace

std::map<std::string, CasePowers> powers_of(const Results& results) {
  std::unordered_map<std::uint32_t, std::string> uuid;
  for (const FactRow& fact : results.facts) {
    if (fact.key == "device/uuid") uuid[fact.target] = fact.found;
  }
  const auto counts = [](const AttemptRow& attempt) {
    return attempt.launch >= 0 && attempt.outcome.status == Status::ok;
  };
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> launches;  // case, target → that ended ok
  for (const AttemptRow& attempt : results.attempts) {
    if (counts(attempt)) ++launches[{attempt.case_id, attempt.target}];
  }
  std::map<std::pair<std::uint32_t, std::string>, AttemptPower> of_attempt;  // attempt, source
  for (const TelemetrySummary& summary : results.telemetry.summaries) {
    const TelemetrySourceRow& source = results.telemetry.sources.at(summary.source);
    const TelemetrySegment& segment = results.telemetry.segments.at(source.segment);
    const AttemptRow& attempt = results.attempts.at(summary.attempt);
    if (!is_power_of_machine(source) || !counts(attempt)) continue;
    const bool is_device = results.targets.at(attempt.target).placement == Placement::device;
    const bool is_its_own = source.device.empty() ? is_imported(source) && segment.target == attempt.target
                                                  : source.device == uuid[attempt.target];
    if (is_device && !is_its_own) continue;
    // Which devices of a node others read is up to them: one of eight is not the power of all.
    if (!is_device && source.scope == "device" && is_imported(source)) continue;
    AttemptPower& power = of_attempt[{summary.attempt, source.scope + ", " + kind_of(source)}];
    ++power.sources;
    power.told.insert(segment.node);
    const bool is_sound = summary.coverage >= kWholeWindow && summary.mean > 0 && !summary.implausible;
    power.watts += is_sound ? summary.mean : std::nan("");
  }
  struct Mean {
    double watts = 0;
    std::size_t launches = 0;
    std::size_t sources = 0;
  };
  std::map<std::tuple<std::string, std::string, std::uint32_t>, Mean> means;  // case, source, target
  for (const auto& [key, power] : of_attempt) {
    const AttemptRow& attempt = results.attempts[key.first];
    Mean& mean = means[{attempt.case_id, key.second, attempt.target}];
    // One of several sources was silent: the sum is of less than before.
    const bool is_whole = (mean.launches == 0 || mean.sources == power.sources) &&
                          is_of_all(power, attempt.target, results.targets[attempt.target]);
    mean.sources = power.sources;
    mean.watts += is_whole ? power.watts : std::nan("");
    ++mean.launches;
  }
  std::map<std::string, CasePowers> out;
  for (const auto& [key, mean] : means) {
    const auto& [case_id, source, target] = key;
    if (mean.launches != launches.at({case_id, target})) continue;
    const double watts = mean.watts / static_cast<double>(mean.launches);
    if (watts > 0) out[case_id][source][target] = watts;
  }
  return out;
}

}  // namespace rackproof
