// The plan: what runs.
//
//   schema = 1
//   name = "quickstart"
//   limits = "../limits/quickstart.toml"   # beside the plan; `run --limits` overrides it
//   seed = 1                      # of the data
//   launches = 2                  # fresh processes per (target, case)
//   most_launches = 13            # while a gate on a number is undecided and another launch can decide it, a case has further ones
//                                 # on that target, up to so many in all (looks at 2, 3, 5, 8, 13: gate_error.hpp); without the key, and where
//                                 # bundles are carried to nodes, the planned ones only
//   order = "abba"                # every second launch goes through the targets of a run from the last to the first, so that a
//                                 # drift of the site's conditions falls on all alike; "plan": always from the first (default)
//   launch_component = 0.10       # relative standard deviation from launch to launch, declared
//   retries = 2                   # further fresh attempts after failed, crashed, timeout
//   samples = "all"               # all | notable+audit
//   telemetry = "100 ms"          # period at which power, temperature, clocks and memory are read; "off"
//   sample_time = "0.5 s"         # budget of sampling per case and launch
//   precision = 0.01              # stop earlier when the half-width of the median's interval is below this
//                                 # share
//   case_time_limit = "60 s"      # then the process group is killed
//   step_time_limit = "300 s"
//   campaign_time_limit = "8 h"   # then it stops and keeps what it has; without the key: never
//   stop_share = 0.5              # it stops, too, when machinery trouble was the last word on more than this share of the
//                                 # targets, of ten or more: that is not the targets
//
//   [preflight]                   # before the first case of a step; the items: preflight_items.hpp
//   governor = "block"            # block: each case of a step is not judged where the need is not met. record: noted only.
//   load = "off"                  # off: not even looked at
//                                 # Without the key, what the site requires blocks, and everything else is noted. An item that
//                                 # the site does not require blocks only where the plan says so, by the need that preflight_items.hpp
//                                 # has for it (load 0.05, governor "performance", no other process on a device, compute mode
//                                 # and power cap "default", MIG and MPS "off", nothing pending), and only where it can be read;
//                                 # so a machine that is in use can be measured unless somebody asked for a quiet one.
//
//   [[run]]
//   cases = ["memory/host/triad:f64,cold"]   # or "memory/host/*": all that begin so and have the placement
//   placement = "node"            # device | node | pair | group:<label> (group:rack, group:site)
//   pairs = "neighbours"          # only for pair: neighbours (site order) | all
//   sample = "20 %"               # only for device and node: the share of its targets that is measured, drawn anew for every
//                                 # day of UTC on which a campaign begins; the others are not planned (target_sample.hpp)
//   minimum = 0.9                 # only for groups: the share of its nodes with which a group is still measured (1)
//
//   [[exempt]]
//   case = "compute/device/gemm:f64,sustained"
//   model = "some-model"          # of the device (device placement) or node
//   reason = "no f64 units"
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/plan/catalogue.hpp"
#include "harness/plan/preflight_items.hpp"

namespace rackproof {

struct PlanRun {
  std::vector<std::string> cases;  ///< case ids, in the order they run
  std::string scope;               ///< "device", "node", "pair", "group:rack"
  std::string pairs = "neighbours";
  double minimum = 1;  ///< share of a group's nodes
  double sample = 1;   ///< share of its targets that is measured
  int line = 0;        ///< of [[run]] in the plan
};

struct Exemption {
  std::string case_id;
  std::string model;
  std::string reason;
};

struct Plan {
  std::string name;
  std::string limits;  ///< path as written; empty when the plan names none
  std::uint64_t seed = 1;
  int launches = 2;
  int most_launches = 2;  ///< not fewer than `launches`
  bool is_abba = false;   ///< order = "abba"
  double launch_component = 0;
  int retries = 2;
  std::string samples = "all";
  double sample_time_s = 0.5;
  double precision = 0.01;
  double case_time_limit_s = 60;
  double step_time_limit_s = 300;
  double campaign_time_limit_s = std::numeric_limits<double>::infinity();
  double stop_share = 0.5;
  PreflightModes preflight{};
  double telemetry_period_s = 0.1;  ///< 0: off
  std::vector<PlanRun> runs;
  std::vector<Exemption> exemptions;
  std::string
      sample_key{};  ///< with which samples are drawn: the day on which the campaign began; not of the file
  std::string text;  ///< the file as it was read
  std::string file;  ///< its name, for messages
};

/// Throws ConfigurationError for cases that cannot end in case_time_limit by their own estimate: on sound devices they would be stopped, too. For new campaigns; one
/// that began is completed as it was planned.
void check_case_times(const Plan& plan, Catalogue catalogue);

/// Parses a plan and checks its cases and placements against the catalogue. Throws ConfigurationError with
/// every problem found: unknown keys and cases ("did you mean"), wrong units, a placement that a case does
/// not have, a case twice on one scope.
Plan parse_plan(std::string_view text, const std::string& file, Catalogue catalogue);
Plan read_plan(const std::filesystem::path& file, Catalogue catalogue);

}  // namespace rackproof
