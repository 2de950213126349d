#include "harness/plan/site_devices.hpp"

#include <fmt/format.h>

#include <set>

#include "harness/plan/identifier.hpp"
#include "harness/plan/repeated_problem.hpp"
#include "harness/plan/site_names.hpp"

namespace rackproof {

std::vector<SiteDevice> read_devices(TomlTable& node, const std::string& file,
                                     std::vector<Diagnostic>& problems) {
  std::vector<SiteDevice> devices;
  std::set<std::string> names;
  for (const toml::table* source : node.tables("device")) {
    TomlTable table(*source, file, problems);
    const std::string pattern = table.text("name", {}, true);
    SiteDevice device;
    device.backend = table.text("backend", {}, true);
    device.model = table.text("model", {}, true);
    device.serial = table.text("serial");
    device.options = table.text("options");
    const std::string nic_pattern = table.text("nic");
    device.promised = SharedValue(read_promised(table));
    table.finish();
    // A backend's name becomes part of the name of its library.
    if (!device.backend.empty() &&
        (!is_target_name(device.backend) || device.backend.find('/') != std::string::npos)) {
      table.problem("backend", fmt::format("\"{}\" is not a backend's name", device.backend),
                    "write a name such as cpu, fault or cuda");
    }
    const auto expansion = expanded_names(table, "name", pattern).value_or(std::vector<std::string>{});
    if (!device.serial.empty() && expansion.size() > 1) {
      table.problem("serial", fmt::format("one serial for {} devices", expansion.size()),
                    "write a [[node.device]] for each device with a serial");
    }
    const auto nics = expanded_names(table, "nic", nic_pattern).value_or(std::vector<std::string>{""});
    if (nics.front().find('/') != std::string::npos || (nics.size() > 1 && nics.size() != expansion.size())) {
      table.problem("nic",
                    fmt::format("nic: \"{}\" is not an interface for each of {} devices", nic_pattern,
                                expansion.size()),
                    "write one name, or a range as long as that of the devices' names");
      continue;
    }
    RepeatedProblem twice;
    for (std::size_t i = 0; i < expansion.size(); ++i) {
      const std::string& name = expansion[i];
      device.name = name;
      device.nic = nics[nics.size() > 1 ? i : 0];
      if (names.insert(name).second) {
        devices.push_back(device);
      } else {
        twice.add([&] { return fmt::format("device \"{}\" is there twice in one node", name); });
      }
    }
    if (twice) table.problem("name", twice.text(), "give each device of a node a name of its own");
  }
  return devices;
}

}  // namespace rackproof
