// The records that a worker writes and the journal keeps. Each is a JSON object with "type".
//
//   hello        once per launch, first: protocol, version, catalogue hash, identity per rank, backends, devices
//   preflight    for each rank, after hello: what its node was found to be, and whether it may be measured (preflight.hpp)
//   case_begin   a case starts
//   samples      the times of one block of a case
//   telemetry    readings of a node beside the cases (telemetry.hpp)
//   case_end     Outcome and what was positively measured
//   unusable     a process of the worker survives SIGKILL: evidence
//   end          last: count of case_end, digest over all case_end, per rank
//
// The journal adds campaign (first), step_begin, step_end, campaign_end, and puts "step" into each worker
// record.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/counter_delta.hpp"
#include "harness/record/outcome.hpp"

namespace rackproof {

/// Exact match required between the orchestrator and a worker.
inline constexpr int kProtocolVersion = 2;

/// Which machine answered. Entries with one boot id are one machine.
struct Identity {
  int rank = 0;
  std::string hostname;
  std::string boot_id;
  std::string machine_id;
  std::vector<std::string> macs;  ///< of physical-looking interfaces, sorted
  std::int64_t pid = 0;
  int cpus = 0;                   ///< that this process may use
  std::int64_t memory_bytes = 0;  ///< installed
  std::string cpu_model;
  std::string kernel;
};

/// What a site's setup script did: variable → its new value, or nothing when it was taken away.
using EnvironmentChange = std::map<std::string, std::optional<std::string>>;

/// A loaded backend or module library.
struct BackendIdentity {
  std::string name;
  std::string version;
  std::string path;
  std::string sha256;
};

/// A device that a step uses, as its backend tells. "" and -1: not told.
struct DeviceIdentity {
  std::string uuid;
  std::string pci_address;
  std::string serial;
  std::string model;
  std::string driver;
  std::string runtime;
  std::string firmware;
  std::string compute_mode;
  std::string partition;  ///< of a part of a device: which
  std::int64_t ecc = -1;  ///< 1 on, 0 off
  std::int64_t other_processes = -1;
  bool emulated = false;  ///< software stands in for it
  std::string selftest;   ///< what was found before measuring; "": not done
};

/// A device that the site promises and that is not there, although its bus or its driver's list of all devices can be seen.
struct MissingDevice {
  int rank = 0;
  std::string evidence;
};

struct Hello {
  int protocol = kProtocolVersion;
  std::string version;  ///< program version
  std::string catalogue_hash;
  std::int64_t utc_ns = 0;      ///< when it was said, by the clock of rank 0's node
  std::vector<Identity> ranks;  ///< one per rank, in rank order
  std::vector<BackendIdentity> backends;
  std::vector<DeviceIdentity> devices;
  std::vector<MissingDevice> missing;
  std::map<std::string, std::string> removed_environment;  ///< variables that spoil numbers, and their values
  EnvironmentChange setup_environment;  ///< by the site's setup script, on the node of rank 0
  std::string hwloc_xml;                ///< of rank 0; may be empty
};

/// One real quantity of one launch, in the SI unit of the catalogue.
struct Value {
  double value = 0;  ///< median of the launch
  double lo = 0;     ///< interval of the median within the launch
  double hi = 0;
  std::int64_t n = 0;  ///< samples
};

/// Readings around a window; a key is absent when it could not be read. Keys: clock_hz, power_w, temperature_k, throttle
/// (bits); before the window also settle_s (time waited for a steady device) and settled (1 or 0); after the window also runqueue_delay (share of the window for which others kept a thread from running),
/// steal_share (of the CPUs' time, taken by a hypervisor), busy (share of the window that was inside samples), whole_checks
/// (1 or 0), repeats (operations in one sample), loop_overhead_s and operation_overhead_s (of one sample), overhead (both as
/// a share of the shortest sample that counts), sample_p5_s, sample_p50_s, sample_p95_s and sample_p99_s (of the samples that
/// count), the extremes clock_hz_min, power_w_max, temperature_k_max over all windows, drift (change of the time over a
/// sustained window, as a share of the median).
using MachineState = std::map<std::string, double>;

struct CaseBegin {
  std::string case_id;
  std::string target;
  int launch = 0;
  int attempt = 0;
  std::int64_t utc_ns = 0;
};

/// Times of one block: per iteration the maximum over ranks, in ns.
struct Samples {
  std::string case_id;
  int block = 0;
  std::vector<std::int64_t> host_ns;
  std::vector<std::int64_t> event_ns;  ///< device clock; empty when the case has none
};

struct CaseEnd {
  std::string case_id;
  std::string target;
  int launch = 0;
  int attempt = 0;
  std::int64_t begin_utc_ns = 0;
  std::int64_t end_utc_ns = 0;
  Outcome outcome;
  std::map<std::string, Value> values;             ///< quantity → value; empty unless ok
  std::map<std::string, std::int64_t> exact;       ///< quantity → count
  std::map<std::string, std::string> text;         ///< quantity → text, such as the transport
  std::map<std::string, std::string> unavailable;  ///< quantity of an inventory that cannot be read → why
  Stop stop = Stop::none;
  std::int64_t iterations = 0;
  std::int64_t elements_checked = 0;
  double resolution_s = 0;  ///< of the clock used
  bool throttled = false;
  bool clocks_disagree = false;  ///< host and event clock differ beyond the rule, in this launch
  std::string implementation;    ///< portable, vendor library, vendor tuned
  std::string
      implementation_detail;  ///< of a matrix product: what the backend says of how (library, algorithm); empty: nothing
  std::string division;  ///< division_of(implementation)
  MachineState before;
  MachineState after;
  CounterDeltas counters{};  ///< over the case's window, its settling included
};

struct End {
  std::int64_t count = 0;  ///< case_end records written
  std::string digest;      ///< SHA-256 over their JSON texts, in order
};

/// As an object; null stands for a variable that was taken away.
nlohmann::json environment_change_json(const EnvironmentChange& change);
EnvironmentChange environment_change_from(const nlohmann::json& json);
void to_json(nlohmann::json& json, const Identity& identity);
void from_json(const nlohmann::json& json, Identity& identity);
void to_json(nlohmann::json& json, const DeviceIdentity& device);
void from_json(const nlohmann::json& json, DeviceIdentity& device);
void to_json(nlohmann::json& json, const Hello& hello);
void from_json(const nlohmann::json& json, Hello& hello);
void to_json(nlohmann::json& json, const CaseBegin& begin);
void from_json(const nlohmann::json& json, CaseBegin& begin);
void to_json(nlohmann::json& json, const Samples& samples);
void from_json(const nlohmann::json& json, Samples& samples);
void to_json(nlohmann::json& json, const CaseEnd& end);
void from_json(const nlohmann::json& json, CaseEnd& end);
void to_json(nlohmann::json& json, const End& end);
void from_json(const nlohmann::json& json, End& end);

/// "open" of what a vendor tuned for the suite ("vendor tuned" of abi.h, however it is spelt), "closed" of the rest: our shapes, types and accumulation
/// with the search that everybody has. Comparisons never mix the two; limits and peers judge a device by what it does in either.
std::string_view division_of(std::string_view implementation);

/// "2026-11-23T08:09:10.123Z".
std::string iso8601_utc(std::int64_t utc_ns);
/// Now, in ns since 1970-01-01T00:00:00Z.
std::int64_t utc_now_ns();

}  // namespace rackproof
