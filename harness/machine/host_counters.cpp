#include "harness/machine/host_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace rackproof {

namespace {

constexpr std::string_view kNet = "/sys/class/net";

/// Counts of traffic, of which the bytes tell already, and a setting (for how long readings are kept).
bool tells_nothing(std::string_view counter) {
  return counter.ends_with("_packets") || counter == "multicast" || counter == "lifespan";
}

Reading<double> as_real(const Reading<std::int64_t>& read) {
  if (!read) return Reading<double>::unavailable(read.why());
  if (*read < 0) return Reading<double>::unavailable("a count below nothing");
  return static_cast<double>(*read);
}

/// Adds the files of a folder that hold counters; those that are not there are left out.
class Reader {
 public:
  explicit Reader(const SystemRoot& system) : system_(system) {}

  void add(const std::string& name, const std::string& unit, const std::string& file, double factor = 1) {
    if (!system_.exists(file)) return;
    Reading<double> value = as_real(system_.integer(file));
    if (value && factor != 1) value = *value * factor;
    counters_.insert_or_assign(name, Counter{unit, std::move(value)});
  }
  void put(const std::string& name, Reading<double> value) {
    counters_.insert_or_assign(name, Counter{"1", std::move(value)});
  }
  const SystemRoot& system() const { return system_; }
  Counters take() { return std::move(counters_); }

 private:
  const SystemRoot& system_;
  Counters counters_;
};

void add_memory_errors(Reader& reader) {
  constexpr std::string_view kControllers = "/sys/devices/system/edac/mc";
  for (const std::string& controller : reader.system().entries(kControllers)) {
    if (!controller.starts_with("mc")) continue;
    for (const char* kind : {"ce", "ue"})
      reader.add(fmt::format("edac/{}/{}", controller, kind), "1",
                 fmt::format("{}/{}/{}_count", kControllers, controller, kind));
  }
}

/// The line "TOTAL_ERR_COR 0" of a file of one error kind a line.
Reading<double> total_of(const SystemRoot& system, const std::string& file) {
  const Reading<std::string> line = system.line_beginning(file, "TOTAL_ERR_");
  if (!line) return Reading<double>::unavailable(line.why());
  const std::string_view digits = std::string_view(*line).substr(line->find_last_of(" \t") + 1);
  std::int64_t total = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), total);
  if (error != std::errc() || end != digits.data() + digits.size())
    return Reading<double>::unavailable(fmt::format("{} holds no number", file));
  return static_cast<double>(total);
}

void add_bus_errors(Reader& reader) {
  constexpr std::string_view kPciDevices = "/sys/bus/pci/devices";
  for (const std::string& device : reader.system().entries(kPciDevices)) {
    for (const char* kind : {"correctable", "nonfatal", "fatal"}) {
      const std::string file = fmt::format("{}/{}/aer_dev_{}", kPciDevices, device, kind);
      if (reader.system().exists(file))
        reader.put(fmt::format("aer/{}/{}", device, kind), total_of(reader.system(), file));
    }
  }
}

void add_interfaces(Reader& reader) {
  for (const std::string& interface : reader.system().entries(kNet)) {
    const std::string folder = fmt::format("{}/{}", kNet, interface);
    if (interface != "lo" && !reader.system().exists(folder + "/device")) continue;
    const std::string name = "nic/" + interface;
    for (const std::string& statistic : reader.system().entries(folder + "/statistics")) {
      if (tells_nothing(statistic)) continue;
      reader.add(name + "/" + statistic, statistic.ends_with("_bytes") ? "B" : "1",
                 folder + "/statistics/" + statistic);
    }
    reader.add(name + "/carrier_changes", "1", folder + "/carrier_changes");
  }
}

void add_infiniband(Reader& reader) {
  constexpr std::string_view kInfinibandDevices = "/sys/class/infiniband";
  constexpr double kWordBytes = 4;  // of port_rcv_data and port_xmit_data
  for (const std::string& device : reader.system().entries(kInfinibandDevices)) {
    const std::string ports = fmt::format("{}/{}/ports", kInfinibandDevices, device);
    for (const std::string& port : reader.system().entries(ports)) {
      for (const char* group : {"counters", "hw_counters"}) {
        const std::string folder = fmt::format("{}/{}/{}", ports, port, group);
        for (const std::string& counter : reader.system().entries(folder)) {
          if (tells_nothing(counter)) continue;
          const bool is_data = counter == "port_rcv_data" || counter == "port_xmit_data";
          reader.add(fmt::format("ib/{}/{}/{}", device, port, counter), is_data ? "B" : "1",
                     folder + "/" + counter, is_data ? kWordBytes : 1);
        }
      }
    }
  }
}

/// CPUs of one core, and of one package, all show its count: it counts once.
void add_throttle_counts(Reader& reader) {
  struct Kind {
    const char* name;
    const char* file;
    const char* places;  ///< which CPUs share it
  };
  constexpr Kind kKinds[]{{"thermal/core_throttle", "core_throttle_count", "core_cpus_list"},
                          {"thermal/package_throttle", "package_throttle_count", "package_cpus_list"}};
  for (const Kind& kind : kKinds) {
    std::map<std::string, double> counts;
    std::optional<std::string> trouble;
    for (const std::string& cpu : reader.system().entries(kCpuFolder)) {
      const std::string folder = fmt::format("{}/{}", kCpuFolder, cpu);
      const std::string file = fmt::format("{}/thermal_throttle/{}", folder, kind.file);
      if (!cpu.starts_with("cpu") || !reader.system().exists(file)) continue;
      const auto count = reader.system().integer(file);
      if (!count) trouble = count.why();
      const std::string place = reader.system().text(folder + "/topology/" + kind.places).value_or(cpu);
      double& most = counts[place];
      most = std::max(most, static_cast<double>(count.value_or(0)));
    }
    if (counts.empty()) continue;
    double sum = 0;
    for (const auto& [place, count] : counts) sum += count;
    reader.put(kind.name, trouble ? Reading<double>::unavailable(*trouble) : Reading<double>(sum));
  }
}

/// "MCE: 0 0 2 Machine check exceptions": a number for each CPU. Machines of other makes have no such line.
void add_machine_checks(Reader& reader) {
  const Reading<std::string> line = reader.system().line_beginning("/proc/interrupts", "MCE:");
  if (!line) return;
  std::istringstream numbers(line->substr(4));
  double sum = 0;
  bool any = false;
  for (double count = 0; numbers >> count; any = true) sum += count;
  reader.put("machine_checks",
             any ? Reading<double>(sum) : Reading<double>::unavailable("/proc/interrupts holds no number"));
}

}  // namespace

Counters read_host_counters(const SystemRoot& system) {
  Reader reader(system);
  add_memory_errors(reader);
  add_bus_errors(reader);
  add_interfaces(reader);
  add_infiniband(reader);
  add_throttle_counts(reader);
  add_machine_checks(reader);
  return reader.take();
}

Reading<double> interface_bytes(const SystemRoot& system, const std::string& interface) {
  double sum = 0;
  for (const char* way : {"tx_bytes", "rx_bytes"}) {
    const auto bytes = system.integer(fmt::format("{}/{}/statistics/{}", kNet, interface, way));
    if (!bytes) return Reading<double>::unavailable(bytes.why());
    sum += static_cast<double>(*bytes);
  }
  return sum;
}

}  // namespace rackproof
