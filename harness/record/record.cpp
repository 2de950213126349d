#include "harness/record/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

#include "harness/base/error.hpp"
#include "harness/record/finite_json.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

void expect_type(const json& record, const char* type) {
  if (record.at("type") != type) throw Error(fmt::format("a {} record was expected", type));
}

// What finite_json() stored: null is read back as NaN.
double number(const json& value) { return value.is_null() ? std::nan("") : value.get<double>(); }

json state(const MachineState& readings) {
  json out = json::object();
  for (const auto& [key, value] : readings) {
    if (std::isfinite(value)) out[key] = value;
  }
  return out;
}

}  // namespace

json environment_change_json(const EnvironmentChange& change) {
  json out = json::object();
  for (const auto& [name, value] : change) out[name] = value ? json(*value) : json(nullptr);
  return out;
}

EnvironmentChange environment_change_from(const json& in) {
  EnvironmentChange change;
  for (const auto& [name, value] : in.items()) {
    change.emplace(name, value.is_null() ? std::nullopt : std::optional(value.get<std::string>()));
  }
  return change;
}

void to_json(json& out, const Identity& identity) {
  out = {{"rank", identity.rank},           {"hostname", identity.hostname},
         {"boot_id", identity.boot_id},     {"machine_id", identity.machine_id},
         {"macs", identity.macs},           {"pid", identity.pid},
         {"cpus", identity.cpus},           {"memory_bytes", identity.memory_bytes},
         {"cpu_model", identity.cpu_model}, {"kernel", identity.kernel}};
}

void from_json(const json& in, Identity& identity) {
  in.at("rank").get_to(identity.rank);
  in.at("hostname").get_to(identity.hostname);
  in.at("boot_id").get_to(identity.boot_id);
  in.at("machine_id").get_to(identity.machine_id);
  in.at("macs").get_to(identity.macs);
  in.at("pid").get_to(identity.pid);
  in.at("cpus").get_to(identity.cpus);
  in.at("memory_bytes").get_to(identity.memory_bytes);
  in.at("cpu_model").get_to(identity.cpu_model);
  in.at("kernel").get_to(identity.kernel);
}

void to_json(json& out, const DeviceIdentity& device) {
  out = {{"uuid", device.uuid},
         {"pci_address", device.pci_address},
         {"serial", device.serial},
         {"model", device.model},
         {"driver", device.driver},
         {"runtime", device.runtime},
         {"firmware", device.firmware},
         {"compute_mode", device.compute_mode},
         {"partition", device.partition},
         {"ecc", device.ecc},
         {"other_processes", device.other_processes},
         {"emulated", device.emulated},
         {"selftest", device.selftest}};
}

void from_json(const json& in, DeviceIdentity& device) {
  in.at("uuid").get_to(device.uuid);
  in.at("pci_address").get_to(device.pci_address);
  in.at("serial").get_to(device.serial);
  in.at("model").get_to(device.model);
  in.at("driver").get_to(device.driver);
  in.at("runtime").get_to(device.runtime);
  in.at("firmware").get_to(device.firmware);
  in.at("compute_mode").get_to(device.compute_mode);
  in.at("partition").get_to(device.partition);
  in.at("ecc").get_to(device.ecc);
  in.at("other_processes").get_to(device.other_processes);
  in.at("emulated").get_to(device.emulated);
  in.at("selftest").get_to(device.selftest);
}

void to_json(json& out, const Hello& hello) {
  json backends = json::array();
  for (const auto& backend : hello.backends) {
    backends.push_back({{"name", backend.name},
                        {"version", backend.version},
                        {"path", backend.path},
                        {"sha256", backend.sha256}});
  }
  json missing = json::array();
  for (const auto& device : hello.missing)
    missing.push_back({{"rank", device.rank}, {"evidence", device.evidence}});
  out = {{"type", "hello"},
         {"protocol", hello.protocol},
         {"version", hello.version},
         {"catalogue_hash", hello.catalogue_hash},
         {"utc_ns", hello.utc_ns},
         {"ranks", hello.ranks},
         {"backends", backends},
         {"devices", hello.devices},
         {"missing", missing},
         {"removed_environment", hello.removed_environment},
         {"setup_environment", environment_change_json(hello.setup_environment)},
         {"hwloc_xml", hello.hwloc_xml}};
}

void from_json(const json& in, Hello& hello) {
  expect_type(in, "hello");
  in.at("protocol").get_to(hello.protocol);
  in.at("version").get_to(hello.version);
  in.at("catalogue_hash").get_to(hello.catalogue_hash);
  in.at("utc_ns").get_to(hello.utc_ns);
  in.at("ranks").get_to(hello.ranks);
  hello.backends.clear();
  for (const auto& backend : in.at("backends")) {
    hello.backends.push_back(
        {backend.at("name"), backend.at("version"), backend.at("path"), backend.at("sha256")});
  }
  in.at("devices").get_to(hello.devices);
  hello.missing.clear();
  for (const auto& device : in.value("missing", json::array()))  // journals of protocol 1 have none
    hello.missing.push_back({device.at("rank"), device.at("evidence")});
  in.at("removed_environment").get_to(hello.removed_environment);
  hello.setup_environment = environment_change_from(in.at("setup_environment"));
  in.at("hwloc_xml").get_to(hello.hwloc_xml);
}

void to_json(json& out, const CaseBegin& begin) {
  out = {{"type", "case_begin"},   {"case", begin.case_id},    {"target", begin.target},
         {"launch", begin.launch}, {"attempt", begin.attempt}, {"utc_ns", begin.utc_ns}};
}

void from_json(const json& in, CaseBegin& begin) {
  expect_type(in, "case_begin");
  in.at("case").get_to(begin.case_id);
  in.at("target").get_to(begin.target);
  in.at("launch").get_to(begin.launch);
  in.at("attempt").get_to(begin.attempt);
  in.at("utc_ns").get_to(begin.utc_ns);
}

void to_json(json& out, const Samples& samples) {
  out = {
      {"type", "samples"}, {"case", samples.case_id}, {"block", samples.block}, {"host_ns", samples.host_ns}};
  if (!samples.event_ns.empty()) out["event_ns"] = samples.event_ns;
}

void from_json(const json& in, Samples& samples) {
  expect_type(in, "samples");
  in.at("case").get_to(samples.case_id);
  in.at("block").get_to(samples.block);
  in.at("host_ns").get_to(samples.host_ns);
  samples.event_ns.clear();
  if (in.contains("event_ns")) in.at("event_ns").get_to(samples.event_ns);
}

void to_json(json& out, const CaseEnd& end) {
  json values = json::object();
  for (const auto& [quantity, value] : end.values) {
    values[quantity] = {{"value", finite_json(value.value)},
                        {"lo", finite_json(value.lo)},
                        {"hi", finite_json(value.hi)},
                        {"n", value.n}};
  }
  out = {{"type", "case_end"},
         {"case", end.case_id},
         {"target", end.target},
         {"launch", end.launch},
         {"attempt", end.attempt},
         {"begin_utc_ns", end.begin_utc_ns},
         {"end_utc_ns", end.end_utc_ns},
         {"outcome", end.outcome},
         {"values", values},
         {"exact", end.exact},
         {"text", end.text},
         {"stop", to_string(end.stop)},
         {"iterations", end.iterations},
         {"elements_checked", end.elements_checked},
         {"resolution_s", finite_json(end.resolution_s)},
         {"throttled", end.throttled},
         {"clocks_disagree", end.clocks_disagree},
         {"implementation", end.implementation},
         {"division", end.division},
         {"before", state(end.before)},
         {"after", state(end.after)}};
  if (!end.implementation_detail.empty()) out["implementation_detail"] = end.implementation_detail;
  if (!end.counters.empty()) out["counters"] = counter_deltas_json(end.counters);
  if (!end.unavailable.empty()) out["unavailable"] = end.unavailable;
}

void from_json(const json& in, CaseEnd& end) {
  expect_type(in, "case_end");
  in.at("case").get_to(end.case_id);
  in.at("target").get_to(end.target);
  in.at("launch").get_to(end.launch);
  in.at("attempt").get_to(end.attempt);
  in.at("begin_utc_ns").get_to(end.begin_utc_ns);
  in.at("end_utc_ns").get_to(end.end_utc_ns);
  in.at("outcome").get_to(end.outcome);
  end.values.clear();
  for (const auto& [quantity, value] : in.at("values").items()) {
    end.values[quantity] = {number(value.at("value")), number(value.at("lo")), number(value.at("hi")),
                            value.at("n").get<std::int64_t>()};
  }
  in.at("exact").get_to(end.exact);
  in.at("text").get_to(end.text);
  end.unavailable = in.value("unavailable", std::map<std::string, std::string>());  // since protocol 2
  for (const auto& [quantity, why] : end.unavailable) {
    if (why.empty() || why.size() > 4096)
      throw Error("a quantity is unavailable without a reason, or with a book");
  }
  end.stop = stop_from(in.at("stop").get<std::string>());
  in.at("iterations").get_to(end.iterations);
  in.at("elements_checked").get_to(end.elements_checked);
  end.resolution_s = number(in.at("resolution_s"));
  in.at("throttled").get_to(end.throttled);
  in.at("clocks_disagree").get_to(end.clocks_disagree);
  in.at("implementation").get_to(end.implementation);
  end.implementation_detail = in.value("implementation_detail", std::string());
  in.at("division").get_to(end.division);
  in.at("before").get_to(end.before);
  in.at("after").get_to(end.after);
  end.counters.clear();
  if (in.contains("counters")) end.counters = counter_deltas_from(in.at("counters"));
}

void to_json(json& out, const End& end) {
  out = {{"type", "end"}, {"count", end.count}, {"digest", end.digest}};
}

void from_json(const json& in, End& end) {
  expect_type(in, "end");
  in.at("count").get_to(end.count);
  in.at("digest").get_to(end.digest);
}

std::string iso8601_utc(std::int64_t utc_ns) {
  const auto seconds = static_cast<std::time_t>(utc_ns / 1'000'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, utc_ns / 1'000'000 % 1000);
}

std::string_view division_of(std::string_view implementation) {
  std::string words = " ";  // in lower case, each between blanks
  for (const char c : implementation) {
    const bool is_capital = c >= 'A' && c <= 'Z', is_letter = c >= 'a' && c <= 'z';
    if (is_capital || is_letter)
      words += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
    else if (words.back() != ' ')
      words += ' ';
  }
  words += ' ';
  return words.find(" vendor tuned ") == std::string::npos ? "closed" : "open";
}

std::int64_t utc_now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace rackproof
