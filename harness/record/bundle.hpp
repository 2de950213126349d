// What a worker is asked to do: the steps handed to one node or group at once, as one JSON line, or as a file (bundle_file.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

/// What the harness says on the pipe by which an attached worker got its bundle: that it is there, once a second, and
/// that the worker is to end, which it does as it does for SIGTERM. A signal to the program that reaches a node would
/// end that program only.
inline constexpr std::string_view kHeartbeat = "\n";
inline constexpr std::string_view kEndOrder = "end\n";

struct BundleStep {
  std::string step;  ///< id in the plan, with the attempt: "s000007.0"
  std::string target;
  int launch = 0;
  int attempt = 0;
  std::vector<std::string> cases;  ///< in order; none: only a hello is wanted
  std::string backend = "cpu";     ///< library librackproof-<backend>.so
  std::string backend_options;
  std::string device_uuid;          ///< empty: by position
  int device_position = -1;         ///< among the backend's devices in PCI order; -1: all of them
  std::vector<int> rank_positions;  ///< a device per rank: its position for each rank; otherwise empty
  int device_count = 0;             ///< of all of them, how many the site promises; 0: as many as there are
  std::vector<std::string>
      system_roots{};  ///< recorded machine of each rank, one when it is no MPI job; otherwise empty
  /// What the nodes of the ranks must have (item → need, harness/plan/preflight_items.hpp); one when all have the same; otherwise
  /// empty.
  std::vector<std::map<std::string, std::string>> requirements{};
  int ranks = 0;  ///< of an MPI job, in a bundle file; 0: one process, or not said
};

struct Bundle {
  std::string catalogue_hash;
  std::uint64_t seed = 1;
  double sample_time_s = 0.5;
  double precision = 0.01;
  double case_time_limit_s = 60;
  std::vector<BundleStep> steps;
  std::string setup{};                             ///< text of the site's setup script; empty: none
  std::map<std::string, std::string> preflight{};  ///< item → block, record, off; otherwise as plan.hpp says
  std::string
      path_interface{};   ///< interfaces or networks over which messages between ranks go; empty: not said
  double path_share = 0;  ///< of their bytes, at least
  bool path_between_machines = false;  ///< said only of ranks that are all on machines of their own
  std::string campaign{};              ///< in a bundle file: the id of the campaign that it belongs to
  double step_time_limit_s = 0;        ///< in a bundle file; 0: the harness keeps it
  double telemetry_period_s = 0;  ///< of power, temperature, clocks and memory beside the cases; 0: not read
};

void to_json(nlohmann::json& json, const BundleStep& step);
void from_json(const nlohmann::json& json, BundleStep& step);
/// Carries the protocol version; from_json throws Error when it is another one.
void to_json(nlohmann::json& json, const Bundle& bundle);
void from_json(const nlohmann::json& json, Bundle& bundle);

}  // namespace rackproof
