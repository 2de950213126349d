#include "harness/simulate/truth.hpp"

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

json subject_json(const Planted& planted, std::uint32_t subject, const Simulation& simulation) {
  const Fleet& fleet = simulation.fleet;
  switch (planted.kind) {
    case FaultKind::slow_device:
    case FaultKind::drift:
    case FaultKind::launch_effect:
    case FaultKind::swap:
      return {{"name", fleet.device_name(subject)}, {"serial", Fleet::part_serial(subject)}};
    case FaultKind::hot_rack:
      return {{"name", Fleet::rack_name(subject)}};
    case FaultKind::bad_leaf:
      return {{"name", Fleet::leaf_name(subject)}};
    case FaultKind::bad_node:
    case FaultKind::driver_step:
      return {{"name", fleet.node_name(subject)}, {"serial", Fleet::node_serial(subject)}};
    case FaultKind::bad_link:
      return {{"name", simulation.pair_name(subject)}};
    case FaultKind::missing_night:
      return {{"name", std::to_string(subject)}};
  }
  throw Error("unknown kind of fault");
}

json metrics_json(const Planted& planted, const Simulation& simulation) {
  const bool is_of_pairs = planted.kind == FaultKind::bad_node || planted.kind == FaultKind::bad_link;
  json out = json::array();
  for (std::size_t i = 0; i < simulation.metrics.size(); ++i) {
    const SimulatedMetric& metric = simulation.metrics[i];
    const bool is_slow = metric.placement == Placement::pair
                             ? is_of_pairs || planted.kind == FaultKind::bad_leaf
                             : !is_of_pairs && planted.touches(static_cast<int>(i) + 1);
    if (is_slow) out.push_back(metric.series.metric());
  }
  return out.size() == simulation.metrics.size() ? json("all") : out;
}

json planted_json(const Planted& planted, const Simulation& simulation) {
  json out{{"kind", to_string(planted.kind)}, {"subjects", json::array()}};
  for (const std::uint32_t subject : planted.subjects)
    out["subjects"].push_back(subject_json(planted, subject, simulation));
  if (planted.kind == FaultKind::missing_night) return out;
  out["effect"] = planted.effect;
  out["from_night"] = planted.from_night;
  out["until_night"] = planted.until_night;
  out["metrics"] = planted.effect > 0 ? metrics_json(planted, simulation) : json::array();
  if (planted.kind == FaultKind::swap) out["new_serial"] = Fleet::part_serial(planted.new_part);
  if (planted.kind == FaultKind::driver_step) out["drivers"] = {kDriver, kNextDriver};
  return out;
}

}  // namespace

std::string truth_json(const Simulation& simulation) {
  const SimulationSize& size = simulation.size;
  const NoiseSpec& noise = simulation.spec.noise;
  json out{{"simulated", true},
           {"name", simulation.spec.name},
           {"seed", simulation.seed},
           {"racks", size.racks},
           {"nodes_of_a_rack", size.nodes},
           {"devices_of_a_node", size.devices},
           {"metrics", size.metrics},
           {"nights", size.nights},
           {"launches", size.launches},
           {"pair_rounds", simulation.spec.rounds},
           {"measured_nights", measured_nights(simulation.planted, size.nights)},
           {"noise",
            {{"family", kNoiseFamilyNames[static_cast<std::size_t>(noise.family)]},
             {"rack_sd", noise.rack_sd},
             {"device_sd", noise.device_sd},
             {"night_sd", noise.night_sd},
             {"launch_sd", noise.launch_sd},
             {"iteration_sd", noise.iteration_sd},
             {"iterations", noise.iterations}}},
           {"faults", json::array()}};
  for (const Planted& planted : simulation.planted)
    out["faults"].push_back(planted_json(planted, simulation));
  return out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace rackproof
