#include "harness/cli/starter_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/error.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

/// A JSON string is a basic string of TOML.
std::string toml_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string value_or(const FoundValues& values, const char* metric, const char* otherwise) {
  const auto found = values.find(metric);
  return found == values.end() || found->second.empty() ? otherwise : found->second;
}

bool is_promised(std::string_view metric) {
  // As they were bought; not what a boot, an update or the load changes.
  constexpr std::string_view kPromised[]{"inventory/host/system#vendor",
                                         "inventory/host/system#product",
                                         "inventory/host/system#board",
                                         "inventory/host/system#bios",
                                         "inventory/host/cpu#model",
                                         "inventory/host/cpu#sockets",
                                         "inventory/host/cpu#cores",
                                         "inventory/host/cpu#threads",
                                         "inventory/host/cpu#numa_nodes",
                                         "inventory/host/memory#modules",
                                         "inventory/host/memory#module_bytes",
                                         "inventory/host/memory#module_speeds",
                                         "inventory/host/memory#module_parts",
                                         "inventory/host/network#interfaces",
                                         "inventory/host/network#ib_ports",
                                         "inventory/host/network#ib_rates",
                                         "inventory/host/network#ib_firmware",
                                         "inventory/host/pci#accelerators",
                                         "inventory/host/pci#accelerator_ids",
                                         "inventory/host/pci#accelerator_links",
                                         "inventory/host/pci#nics",
                                         "inventory/host/pci#nic_ids",
                                         "inventory/host/pci#nic_links",
                                         "inventory/host/pci#nvme",
                                         "inventory/host/pci#narrow_links",
                                         "inventory/device/identity#model",
                                         "inventory/device/identity#firmware",
                                         "inventory/device/identity#driver",
                                         "inventory/device/identity#ecc",
                                         "inventory/device/identity#memory",
                                         "inventory/device/identity#compute_units",
                                         "inventory/device/identity#power_limit",
                                         "inventory/device/identity#link_width_max",
                                         "inventory/device/identity#link_speed_max"};
  return std::ranges::find(kPromised, metric) != std::end(kPromised);
}

std::string promises(const FoundValues& values) {
  std::string text;
  for (const auto& [metric, value] : values) {
    const auto hash = metric.find('#');
    const CaseRow* const row = find_case(all_cases(), metric.substr(0, hash));
    const QuantityRow* const quantity =
        row == nullptr ? nullptr : find_quantity(*row, std::string_view(metric).substr(hash + 1));
    if (quantity == nullptr || !is_promised(metric)) continue;
    std::string written = value;
    if (quantity->kind == QuantityKind::text) written = toml_text(value);
    if (quantity->kind == QuantityKind::exact && quantity->unit != "1")
      written = toml_text(fmt::format("{} {}", value, quantity->unit));
    text += fmt::format("{} = {}\n", toml_text(metric.substr(metric.rfind('/', hash) + 1)), written);
  }
  return text;
}

std::string model_of_node(const FoundNode& node) {
  return value_or(node.values, "inventory/host/system#product", "unknown-node");
}

void write_node(const FoundSite& site, const FoundNode& node, bool promise, std::string& text) {
  text += fmt::format("\n[[node]]\nname = {}\nrack = {}\naddress = {}\nmodel = {}\n", toml_text(node.name),
                      toml_text(node.rack), toml_text(node.address), toml_text(model_of_node(node)));
  if (promise && !node.trouble.empty()) {
    text += fmt::format(
        "# FILL IN: did not answer on {}: {}\n# It stays promised, and undecided as long as it does not; "
        "absent = \"reason\" makes it a fail, taking the entry out forgets it.\n",
        site.utc, printable(node.trouble));
  }
  if (promise) {
    if (const auto found = promises(node.values); !found.empty()) text += "\n[node.promised]\n" + found;
  }
  for (const FoundDevice& device : node.devices) {
    text +=
        fmt::format("\n[[node.device]]\nname = {}\nbackend = {}\nmodel = {}\n", toml_text(device.name),
                    toml_text(device.backend),
                    toml_text(value_or(device.values, "inventory/device/identity#model", "unknown-device")));
    if (!promise) continue;
    if (!device.trouble.empty()) text += fmt::format("# FILL IN the model: {}\n", printable(device.trouble));
    if (const auto found = promises(device.values); !found.empty())
      text += "\n[node.device.promised]\n" + found;
  }
}

bool has_devices(const FoundSite& site) {
  return std::ranges::any_of(site.nodes, [](const FoundNode& node) { return !node.devices.empty(); });
}

std::string run_of(std::string_view cases, std::string_view placement) {
  return fmt::format("\n[[run]]\ncases = [{}]\nplacement = \"{}\"\n", cases, placement);
}

std::string limit_of(std::string_view metric, std::string_view placement, std::string_view bound,
                     std::string_view clause, const std::string& provenance) {
  return fmt::format(
      "\n[[limit]]\nclause = \"{}\"\nmetric = \"{}\"\nplacement = \"{}\"\n{}\nseverity = "
      "\"gate\"\nprovenance = "
      "{}\n",
      clause, metric, placement, bound, toml_text(provenance));
}

constexpr const char* kHostCases = R"("memory/host/triad:f64,cold", "compute/host/gemm:f64,sustained")";
constexpr const char* kDeviceCases =
    R"("memory/device/triad:f64,cold", "interconnect/device/h2d:bytes=67108864,pinned")";
constexpr const char* kPairCases =
    R"("interconnect/host/pt2pt:latency", "interconnect/host/pt2pt:bandwidth")";

}  // namespace

std::string site_text(const FoundSite& site, bool promise) {
  std::string text =
      fmt::format("schema = 1\nname = {}\nlauncher = {}\n", toml_text(site.name), toml_text(site.launcher));
  if (!promise) {
    text += "virtual_on = \"not known yet\"\nslots = 64\n";
  } else {
    if (!site.shared_machine.empty()) {
      text += fmt::format("virtual_on = {}  # several nodes answered from this one machine\n",
                          toml_text(site.shared_machine));
    }
    if (!serials_text(site).empty()) text += "serials = \"serials.csv\"\n";
  }
  if (!site.launch_table.empty()) text += "\n" + site.launch_table + "\n";
  std::set<std::string> racks;
  for (const FoundNode& node : site.nodes) {
    if (!racks.insert(node.rack).second) continue;
    text += fmt::format("\n[[rack]]\nname = {}\n", toml_text(node.rack));
    if (promise)
      text +=
          "# FILL IN where it stands: labels = { hall = \"\", row = \"\", pdu = \"\", cooling = \"\", leaf = "
          "\"\" }\n";
  }
  for (const FoundNode& node : site.nodes) write_node(site, node, promise, text);
  return text;
}

std::string serials_text(const FoundSite& site) {
  std::string lines;
  std::set<std::string> known;  // a number that several parts have is none
  const auto add = [&](const std::string& target, const std::string& serial, const std::string& uuid) {
    const bool is_one = !serial.empty() && serial.find_first_of(",\"\n\r") == std::string::npos;
    if (is_one && known.insert(serial).second) lines += fmt::format("{},{},{}\n", target, serial, uuid);
  };
  for (const FoundNode& node : site.nodes) {
    if (site.shared_machine.empty())
      add(node.name, value_or(node.values, "inventory/host/system#serial", ""), "");
    for (const FoundDevice& device : node.devices) {
      add(node.name + "/" + device.name, value_or(device.values, "inventory/device/identity#serial", ""),
          value_or(device.values, "inventory/device/identity#uuid", ""));
    }
  }
  return lines.empty() ? lines : "target,serial,uuid\n" + lines;
}

std::string plan_text(const FoundSite& site) {
  std::string text = fmt::format(
      "# A first plan: what is there, and whether it computes and remembers rightly. `rackproof list cases` "
      "has more.\n"
      "schema = 1\nname = {}\nlimits = \"limits.toml\"\nlaunches = 2\nretries = 2\n"
      "# FILL IN from a calibration: relative standard deviation from launch to launch.\nlaunch_component = "
      "0.05\n",
      toml_text(site.name));
  text += run_of("\"inventory/host/*\"", "node");
  if (has_devices(site)) text += run_of("\"inventory/device/*\"", "device");
  text += run_of(kHostCases, "node");
  if (has_devices(site)) text += run_of(kDeviceCases, "device");
  if (site.nodes.size() > 1) text += run_of(kPairCases, "pair");
  return text;
}

std::string limits_text(const FoundSite& site) {
  const std::string found = fmt::format(
      "as found on {}, not as bought: hold the promises in the site file against the order", site.utc);
  const std::string definition = "definition: none of the checked elements may be wrong";
  std::string text = fmt::format(
      "# First limits: exact ones only. How fast it must be stands in your contract: for example\n#\n"
      "#   [[limit]]\n#   clause = \"3.2\"\n#   metric = \"memory/host/triad:f64,cold#bandwidth\"\n"
      "#   placement = \"node\"\n#   lower = \"400 GB/s\"\n#   severity = \"gate\"\n"
      "#   provenance = \"contract 2026-11, clause 3.2\"\nschema = 1\nname = {}\n",
      toml_text(site.name));
  text += limit_of("inventory/*", "node", "promised = true", "1", found);
  if (has_devices(site)) text += limit_of("inventory/*", "device", "promised = true", "1", found);
  text += limit_of("*#wrong_elements", "node", "exact = 0", "2", definition);
  if (has_devices(site)) text += limit_of("*#wrong_elements", "device", "exact = 0", "2", definition);
  if (site.nodes.size() > 1) text += limit_of("*#wrong_elements", "pair", "exact = 0", "2", definition);
  return text;
}

}  // namespace rackproof
