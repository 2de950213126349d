#include "suites/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/base/units.hpp"
#include "harness/machine/allotment.hpp"
#include "harness/machine/governor.hpp"
#include "harness/machine/huge_pages.hpp"
#include "harness/machine/load.hpp"
#include "harness/machine/services.hpp"
#include "harness/machine/temperature.hpp"
#include "harness/measure/device_counters.hpp"

namespace rackproof {

namespace {

using Kind = PreflightItem::Kind;
constexpr Dimension kKelvin{.kelvin = 1};

struct Found {
  std::string text;
  double number = 0;  ///< SI; of items whose kind has a number
};
using FoundReading = Reading<Found>;

FoundReading unavailable(std::string why) { return FoundReading::unavailable(std::move(why)); }

/// A number as it is recorded: rounded, so that readings which differ by nothing that matters are one fact.
FoundReading as_found(const Reading<double>& read, Kind kind) {
  if (!read) return unavailable(read.why());
  if (std::isinf(*read)) return Found{"unlimited", *read};
  std::string text;
  switch (kind) {
    case Kind::bytes_at_least:
      text = format_quantity(*read, kByte, 4);
      break;
    case Kind::kelvin_at_most:
      text = fmt::format("{:.0f} K", *read);
      break;
    case Kind::share_at_most:
      text = fmt::format("{:.2f}", *read);
      break;
    default:
      text = fmt::format("{:.12g}", *read);
  }
  return Found{std::move(text), *read};
}

FoundReading as_found(const Reading<std::string>& read) {
  if (!read) return unavailable(read.why());
  return Found{printable(*read), 0};
}

/// Values of the devices in alphabetical order, each once: "default" or "default,exclusive".
FoundReading joined(const std::set<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ",") + value;
  return Found{std::move(text), 0};
}

constexpr const char* kNotTold = "the backend does not tell";

FoundReading device_processes(const PreflightPlace& place) {
  double most = 0;
  for (const DeviceIdentity& device : place.identities) {
    if (device.other_processes < 0) return unavailable(kNotTold);
    most = std::max(most, static_cast<double>(device.other_processes));
  }
  return as_found(Reading<double>(most), Kind::count_at_most);
}

FoundReading compute_mode(const PreflightPlace& place) {
  std::set<std::string> modes;
  for (const DeviceIdentity& device : place.identities) {
    if (device.compute_mode.empty()) return unavailable(kNotTold);
    modes.insert(device.compute_mode);
  }
  return joined(modes);
}

FoundReading mig(const PreflightPlace& place) {
  std::set<std::string> states;
  for (std::size_t i = 0; i < place.identities.size(); ++i) {
    // Without facts, that no part is named says nothing; where there are some, there is a mode.
    if (i >= place.devices.size() || place.devices[i].table().device_facts == nullptr ||
        place.identities[i].compute_mode.empty())
      return unavailable(kNotTold);
    states.insert(place.identities[i].partition.empty() ? "off" : "on");
  }
  return joined(states);
}

FoundReading mps(const PreflightPlace& place) {
  const auto server = is_process_running(place.system, "nvidia-cuda-mps-server");
  if (!server) return unavailable(server.why());
  return Found{*server ? "on" : "off", 0};
}

/// One counter of a device; unavailable when the backend does not have it.
Reading<double> counter_of(const Device& device, std::string_view name) {
  if (const auto counters = read_counters(device)) {
    for (const DeviceCounter& counter : *counters) {
      if (counter.name == name && std::isfinite(counter.value)) return counter.value;
    }
  }
  return Reading<double>::unavailable(kNotTold);
}

FoundReading ecc_pending(const PreflightPlace& place) {
  double sum = 0;
  for (const Device& device : place.devices) {
    const auto pending = counter_of(device, "remap_pending");
    if (!pending) return unavailable(pending.why());
    sum += *pending;
  }
  return as_found(Reading<double>(sum), Kind::count_at_most);
}

FoundReading power_cap(const PreflightPlace& place) {
  std::set<std::string> caps;
  for (const Device& device : place.devices) {
    const auto limit = counter_of(device, "power_limit");
    const auto came_with = counter_of(device, "power_limit_default");
    if (!limit || !came_with) return unavailable(kNotTold);
    constexpr double kSame = 0.5;  // W: both are told in mW
    caps.insert(std::abs(*limit - *came_with) <= kSame
                    ? "default"
                    : fmt::format("{:.0f}W-of-{:.0f}W", *limit, *came_with));
  }
  return joined(caps);
}

FoundReading temperature(const PreflightPlace& place) {
  if (place.devices.empty()) return as_found(host_temperature(place.system), Kind::kelvin_at_most);
  double hottest = 0;
  for (const Device& device : place.devices) {
    rp_telemetry telemetry{};
    telemetry.struct_size = sizeof telemetry;
    if (device.table().telemetry == nullptr || device.table().telemetry(device.get(), &telemetry) != RP_OK ||
        !(telemetry.temperature_k > 0))
      return unavailable(kNotTold);
    hottest = std::max(hottest, telemetry.temperature_k);
  }
  return as_found(Reading<double>(hottest), Kind::kelvin_at_most);
}

/// The services of `need` that run; which of them do not is what is found missing.
FoundReading services(const PreflightPlace& place, const std::string& need) {
  std::string missing;
  for (std::size_t begin = 0; begin < need.size();) {
    const std::size_t end = std::min(need.find(", ", begin), need.size());
    const std::string unit = need.substr(begin, end - begin);
    begin = end + 2;
    const auto runs = is_service_running(place.system, unit);
    if (!runs) return unavailable(runs.why());
    if (!*runs) missing += (missing.empty() ? "without " : ", ") + unit;
  }
  return Found{missing.empty() ? need : missing, 0};
}

FoundReading find(const PreflightItem& item, const PreflightPlace& place, const std::string& need) {
  const SystemRoot& system = place.system;
  if (item.name == "cores") return as_found(allotted_cores(system), item.kind);
  if (item.name == "memory") return as_found(allotted_memory(system), item.kind);
  if (item.name == "shm") return as_found(shared_memory(system), item.kind);
  if (item.name == "memlock") return as_found(locked_memory_limit(), item.kind);
  if (item.name == "open_files") return as_found(open_files_limit(), item.kind);
  if (item.name == "huge_pages") return as_found(free_huge_pages(system), item.kind);
  if (item.name == "load") return as_found(load_of_others(system, place.wait), item.kind);
  if (item.name == "governor") return as_found(cpu_governor(system));
  if (item.name == "services") return services(place, need);
  if (item.name == "temperature_at_rest") return temperature(place);
  if (item.name == "device_processes") return device_processes(place);
  if (item.name == "compute_mode") return compute_mode(place);
  if (item.name == "mig") return mig(place);
  if (item.name == "mps") return mps(place);
  if (item.name == "ecc_pending") return ecc_pending(place);
  if (item.name == "power_cap") return power_cap(place);
  throw Error(fmt::format("nothing looks at {}", item.name));
}

bool is_met(const PreflightItem& item, const std::string& need, const Found& found) {
  if (item.kind == Kind::text || item.kind == Kind::names) return found.text == need;
  const auto number = needed_number(item, need);
  if (!number) return false;  // the site was checked; a bundle of something else is not believed
  const bool at_least = item.kind == Kind::count_at_least || item.kind == Kind::bytes_at_least;
  return at_least ? found.number >= *number : found.number <= *number;
}

/// What is to be done about an item.
struct Task {
  std::string need;
  bool required = false;  ///< by the site; otherwise what cannot be read blocks nothing
  bool blocks = false;
};

Task task_of(const PreflightItem& item, const Requirements& needs, const std::string& mode) {
  const auto need = needs.find(std::string(item.name));
  Task task;
  task.required = need != needs.end();
  if (task.required) task.need = need->second;
  if (!task.required && mode == "block") task.need = item.standard;
  task.blocks = !task.need.empty() && mode != "record";
  return task;
}

PreflightFound decide(const PreflightItem& item, const Task& task, const FoundReading& found) {
  PreflightFound out{std::string(item.name), "", task.need, PreflightDecision::recorded, ""};
  if (!found) {
    out.why = "unavailable: " + printable(found.why());
    if (task.blocks && task.required) out.decision = PreflightDecision::blocked;
    return out;
  }
  out.found = found->text;
  if (task.need.empty()) return out;
  const bool met = is_met(item, task.need, *found);
  if (met) {
    out.decision = PreflightDecision::accepted;
  } else if (task.blocks) {
    out.decision = PreflightDecision::blocked;
  } else {
    out.why = "does not meet what is required";
  }
  return out;
}

}  // namespace

std::vector<PreflightFound> look(const PreflightPlace& place, const Requirements& needs,
                                 const PreflightModes& modes) {
  std::vector<PreflightFound> all;
  for (const PreflightItem& item : preflight_items()) {
    const auto mode = modes.find(std::string(item.name));
    const std::string asked = mode == modes.end() ? "" : mode->second;
    const bool of_host = item.name == "temperature_at_rest";
    if (asked == "off" || (item.of_device && !of_host && place.devices.empty())) continue;
    const Task task = task_of(item, needs, asked);
    if (item.kind == Kind::names && task.need.empty()) continue;  // nothing is named
    all.push_back(decide(item, task, find(item, place, task.need)));
  }
  return all;
}

bool is_blocked_for_now(const Preflight& preflight) {
  bool any = false;
  for (const PreflightFound& item : preflight.items) {
    if (item.decision != PreflightDecision::blocked) continue;
    const bool passes = item.item == "temperature_at_rest" || item.item == "load";
    if (!passes || item.found.empty()) return false;
    any = true;
  }
  return any;
}

std::string why_blocked(const std::vector<Preflight>& of_ranks, const std::vector<std::string>& hosts) {
  std::string why;
  std::set<std::string> told;
  for (const Preflight& preflight : of_ranks) {
    for (const PreflightFound& item : preflight.items) {
      if (item.decision != PreflightDecision::blocked || !told.insert(item.item).second) continue;
      const auto rank = static_cast<std::size_t>(preflight.rank);
      const std::string where = of_ranks.size() < 2 || rank >= hosts.size()
                                    ? ""
                                    : fmt::format(" of rank {} ({})", rank, printable(hosts[rank]));
      why += fmt::format("{}precondition {}{}: {}, needs {}", why.empty() ? "" : "; ", item.item, where,
                         item.found.empty() ? item.why : "found " + item.found, item.needed);
    }
  }
  return why;
}

}  // namespace rackproof
