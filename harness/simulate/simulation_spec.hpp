// What is simulated beside the size: noise, pairs, and the faults that are planted.
//
//   schema = 1
//   name = "every fault"
//
//   [noise]                        # relative standard deviations; those not given are as here
//   family = "gauss"               # gauss | t3 | t6 | lognormal | bimodal: of device, night and launch; racks are always gauss
//   rack_sd = 0.005                # between racks, for each metric
//   device_sd = 0.01               # between devices of a rack; stays with the part, whatever slot it is in
//   night_sd = 0.002               # between nights of a device
//   launch_sd = 0.003              # between launches of a night: the declared launch component
//   iteration_sd = 0.005           # between iterations of a launch
//   iterations = 30                # of a launch
//
//   [pairs]
//   rounds = 7                     # of disjoint pairs of all nodes; their link's bandwidth is one metric more
//
//   [[fault]]
//   kind = "slow_device"           # below
//   share = 0.001                  # of all that can have it, or count = 3
//   effect = ["5 %", "12 %"]       # slower by so much: drawn for each from this range; or one value. A rate falls by it, a time grows by it
//   from_night = 4                 # default 1; the first night that has it
//   until_night = 9                # default the last
//   metrics = [1, 2]               # indexes as in the case ids; default all
//
// kind            what has it                 what it does
// slow_device     devices                     slower
// hot_rack        racks                       all devices of the rack are slower
// bad_leaf        labels leaf                 all devices of its nodes, and pairs that have a node there
// bad_node        nodes                       its pairs only: needs [pairs]
// bad_link        pairs that are measured     that pair only: needs [pairs]
// drift           devices                     slower night by night, in equal steps, by `effect` in the last
// driver_step     nodes                       from then on another driver, all devices slower by one drawn effect
// launch_effect   devices                     all launches of a night but the first are slower: needs two launches
// missing_night   nights, from from_night on  the night has no folder; no effect, no metrics
// swap            devices                     from then on another part, with another serial and its own device noise; slower when an effect
//                                             is given
//
// No two faults of one file draw the same device, rack, leaf, node or pair, except for driver_step and launch_effect.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/simulate/fleet.hpp"
#include "harness/simulate/noise.hpp"

namespace rackproof {

struct NoiseSpec {
  NoiseFamily family = NoiseFamily::gauss;
  double rack_sd = 0.005;
  double device_sd = 0.01;
  double night_sd = 0.002;
  double launch_sd = 0.003;
  double iteration_sd = 0.005;
  int iterations = 30;
};

enum class FaultKind : std::uint8_t {
  slow_device,
  hot_rack,
  bad_leaf,
  bad_node,
  bad_link,
  drift,
  driver_step,
  launch_effect,
  missing_night,
  swap,
};
inline constexpr std::array<std::string_view, 10> kFaultKindNames{
    "slow_device", "hot_rack",    "bad_leaf",      "bad_node",      "bad_link",
    "drift",       "driver_step", "launch_effect", "missing_night", "swap"};
inline std::string_view to_string(FaultKind kind) { return kFaultKindNames[static_cast<std::size_t>(kind)]; }

/// One [[fault]], complete: `count` is at least 1 and at most what can have it.
struct FaultSpec {
  FaultKind kind = FaultKind::slow_device;
  std::uint32_t count = 0;
  double least = 0, most = 0;  ///< effect
  int from_night = 1, until_night = 0;
  std::vector<int> metrics;  ///< from 1, rising; empty: all
};

struct SimulationSpec {
  std::string name = "nothing planted";
  NoiseSpec noise;
  std::uint32_t rounds = 0;  ///< 0: no pairs
  std::vector<FaultSpec> faults;
  std::string text;  ///< of the file; empty: there is none
};

/// Throws ConfigurationError with every problem, also of what does not suit the size: more than there are, no night, no metric.
SimulationSpec parse_simulation_spec(std::string_view text, const std::string& file,
                                     const SimulationSize& size);
SimulationSpec read_simulation_spec(const std::filesystem::path& file, const SimulationSize& size);

}  // namespace rackproof
