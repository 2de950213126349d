#include "suites/run/inventory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/machine/cpu.hpp"
#include "harness/machine/interfaces.hpp"
#include "harness/machine/memory.hpp"
#include "harness/machine/operating_system.hpp"
#include "harness/machine/system.hpp"
#include "harness/machine/tally.hpp"

namespace rackproof {

namespace {

using Count = Reading<std::int64_t>;
using Text = Reading<std::string>;
using Texts = std::vector<Text>;

/// One text of each part, as a tally.
template <class Part, class Get>
Text tally_of(const std::vector<Part>& parts, Get get) {
  Texts texts;
  for (const Part& part : parts) texts.push_back(get(part));
  return tally(texts);
}

/// All quantities of one source that cannot be seen.
template <class T>
bool is_there(const Reading<T>& source, std::initializer_list<const char*> quantities, Inventory& inventory) {
  if (source) return true;
  for (const char* quantity : quantities) inventory.text(quantity, Text::unavailable(source.why()));
  return false;
}

Text number_text(const Count& count) {
  if (!count) return Text::unavailable(count.why());
  return std::to_string(*count);
}

Text or_untold(const std::string& text, const char* what) {
  return text.empty()
             ? Text::unavailable(fmt::format("the firmware does not tell the {} of a memory module", what))
             : Text(text);
}

std::string binary(std::int64_t bytes) {
  constexpr std::int64_t kGiB = std::int64_t{1} << 30;
  return bytes % kGiB == 0 ? fmt::format("{} GiB", bytes / kGiB) : fmt::format("{} KiB", bytes >> 10);
}

/// Of one name in a list: where one is lacking, the list is no list.
Text listed(Texts texts, bool sorted) {
  std::vector<std::string> names;
  for (const Text& text : texts) {
    if (!text) return text;
    names.push_back(*text);
  }
  if (sorted) std::ranges::sort(names);
  return names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, ", "));
}

void take_modules(const std::vector<MemoryModule>& modules, Inventory& inventory) {
  std::int64_t bytes = 0;
  std::int64_t slowest = modules.empty() ? 0 : modules.front().transfers_per_s;
  for (const MemoryModule& module : modules) {
    bytes += module.bytes;
    slowest = std::min(slowest, module.transfers_per_s);
  }
  inventory.count("modules", static_cast<std::int64_t>(modules.size()));
  inventory.count("module_bytes", bytes);
  inventory.count("module_speed",
                  slowest > 0
                      ? Count(slowest)
                      : Count::unavailable("the firmware does not tell the speed of each memory module"));
  inventory.text("module_sizes",
                 tally_of(modules, [](const MemoryModule& module) { return Text(binary(module.bytes)); }));
  inventory.text("module_speeds", tally_of(modules, [](const MemoryModule& module) {
                   return module.transfers_per_s > 0
                              ? Text(fmt::format("{} MT/s", module.transfers_per_s / 1'000'000))
                              : or_untold("", "speed");
                 }));
  inventory.text("module_vendors", tally_of(modules, [](const MemoryModule& module) {
                   return or_untold(module.manufacturer, "vendor");
                 }));
  inventory.text("module_parts", tally_of(modules, [](const MemoryModule& module) {
                   return or_untold(module.part_number, "part number");
                 }));
  Texts serials;
  for (const MemoryModule& module : modules) serials.push_back(or_untold(module.serial, "serial"));
  inventory.text("module_serials", listed(serials, true));
}

/// "0000:18:00.0 x8 of x16", for those that have fewer lanes than they can.
Text narrow_links(const std::vector<PciDevice>& devices) {
  std::vector<std::string> narrow;
  for (const PciDevice& device : devices) {
    if (!is_accelerator(device) && !is_network_controller(device)) continue;
    if (!device.now.width) return Text::unavailable(device.now.width.why());
    if (!device.most.width) return Text::unavailable(device.most.width.why());
    if (*device.now.width < *device.most.width)
      narrow.push_back(fmt::format("{} x{} of x{}", device.address, *device.now.width, *device.most.width));
  }
  return narrow.empty() ? std::string("none") : fmt::format("{}", fmt::join(narrow, ", "));
}

struct PciQuantities {
  const char *count, *ids, *drivers, *links, *nodes;
};

void take_kind(const std::vector<PciDevice>& all, bool (*is_of_kind)(const PciDevice&),
               const PciQuantities& quantities, Inventory& inventory) {
  std::vector<PciDevice> devices;
  std::ranges::copy_if(all, std::back_inserter(devices), is_of_kind);
  inventory.count(quantities.count, static_cast<std::int64_t>(devices.size()));
  inventory.text(quantities.ids,
                 tally_of(devices, [](const PciDevice& device) { return Text(device.id()); }));
  inventory.text(quantities.drivers, tally_of(devices, [](const PciDevice& device) {
                   return device.driver ? device.driver : Text("no driver");
                 }));
  inventory.text(quantities.links,
                 tally_of(devices, [](const PciDevice& device) { return described(device.most); }));
  inventory.text(quantities.nodes,
                 tally_of(devices, [](const PciDevice& device) { return number_text(device.numa_node); }));
}

}  // namespace

void Inventory::count(const char* quantity, const Reading<std::int64_t>& reading) {
  if (reading) {
    end_.exact[quantity] = *reading;
  } else {
    end_.unavailable[quantity] = printable(reading.why());
  }
}

void Inventory::text(const char* quantity, const Reading<std::string>& reading) {
  if (reading && !reading->empty()) {
    end_.text[quantity] = printable(*reading);
  } else {
    end_.unavailable[quantity] = reading ? "empty" : printable(reading.why());
  }
}

void Inventory::told(const char* quantity, const std::string& text) {
  const bool is_text = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  this->text(quantity, text.empty() ? Text::unavailable("the backend does not tell it")
                       : is_text    ? Text(text)
                                    : Text::unavailable("the backend tells what is no text"));
}

void run_inventory_system(const CaseContext& context, CaseEnd& end) {
  Inventory inventory(end);
  const System system = read_system(context.system);
  inventory.text("vendor", system.vendor);
  inventory.text("product", system.product);
  inventory.text("serial", system.serial);
  inventory.text("uuid", system.uuid);
  inventory.text("board_vendor", system.board_vendor);
  inventory.text("board", system.board);
  inventory.text("board_serial", system.board_serial);
  inventory.text("bios_vendor", system.bios_vendor);
  inventory.text("bios", system.bios);
  inventory.text("bios_date", system.bios_date);
  const OperatingSystem os = read_operating_system(context.system);
  inventory.text("os", os.name);
  inventory.text("image", os.image);
  inventory.text("kernel_type", os.kernel_type);
  inventory.text("kernel", os.kernel);
  inventory.text("command_line", os.command_line);
  inventory.text("services", os.services);
}

void run_inventory_cpu(const CaseContext& context, CaseEnd& end) {
  Inventory inventory(end);
  const Cpu cpu = read_cpu(context.system);
  inventory.text("model", cpu.model);
  inventory.count("sockets", cpu.sockets);
  inventory.count("cores", cpu.cores);
  inventory.count("threads", cpu.threads);
  inventory.count("offline", cpu.offline);
  inventory.count("numa_nodes", cpu.numa_nodes);
  inventory.text("numa_cpus", cpu.numa_cpus);
  inventory.text("microcode", cpu.microcode);
}

void run_inventory_memory(const CaseContext& context, CaseEnd& end) {
  Inventory inventory(end);
  const Memory memory = read_memory(context.system);
  inventory.count("total", memory.total);
  if (!is_there(memory.modules,
                {"modules", "slots", "module_bytes", "module_speed", "module_sizes", "module_speeds",
                 "module_vendors", "module_parts", "module_serials"},
                inventory))
    return;
  inventory.count("slots", memory.modules->slots);
  take_modules(memory.modules->modules, inventory);
}

void run_inventory_network(const CaseContext& context, CaseEnd& end) {
  Inventory inventory(end);
  const auto interfaces = read_interfaces(context.system);
  if (is_there(interfaces, {"interfaces", "names", "drivers", "speeds", "mtus", "states", "macs"},
               inventory)) {
    Texts names, macs;
    for (const Interface& interface : *interfaces) {
      names.emplace_back(interface.name);
      macs.push_back(interface.mac);
    }
    inventory.count("interfaces", static_cast<std::int64_t>(interfaces->size()));
    inventory.text("names", listed(names, false));
    inventory.text("drivers",
                   tally_of(*interfaces, [](const Interface& interface) { return interface.driver; }));
    inventory.text(
        "speeds", tally_of(*interfaces, [](const Interface& interface) {
          return interface.bits_per_s
                     ? Text(fmt::format("{} Gb/s", static_cast<double>(*interface.bits_per_s) * 1e-9))
                     : Text::unavailable(interface.bits_per_s.why());
        }));
    inventory.text(
        "mtus", tally_of(*interfaces, [](const Interface& interface) { return number_text(interface.mtu); }));
    inventory.text("states",
                   tally_of(*interfaces, [](const Interface& interface) { return interface.state; }));
    inventory.text("macs", listed(macs, false));
  }
  const auto ports = read_infiniband_ports(context.system);
  if (is_there(ports, {"ib_ports", "ib_rates", "ib_states", "ib_link_layers", "ib_firmware"}, inventory)) {
    inventory.count("ib_ports", static_cast<std::int64_t>(ports->size()));
    inventory.text("ib_rates", tally_of(*ports, [](const InfinibandPort& port) { return port.rate; }));
    inventory.text("ib_states", tally_of(*ports, [](const InfinibandPort& port) { return port.state; }));
    inventory.text("ib_link_layers",
                   tally_of(*ports, [](const InfinibandPort& port) { return port.link_layer; }));
    inventory.text("ib_firmware", tally_of(*ports, [](const InfinibandPort& port) { return port.firmware; }));
  }
}

void run_inventory_pci(const CaseContext& context, CaseEnd& end) {
  Inventory inventory(end);
  const auto devices = read_pci(context.system);
  if (!is_there(
          devices,
          {"accelerators", "accelerator_ids", "accelerator_drivers", "accelerator_links", "accelerator_nodes",
           "nics", "nic_ids", "nic_drivers", "nic_links", "nic_nodes", "nvme", "narrow_links"},
          inventory))
    return;
  take_kind(
      *devices, is_accelerator,
      {"accelerators", "accelerator_ids", "accelerator_drivers", "accelerator_links", "accelerator_nodes"},
      inventory);
  take_kind(*devices, is_network_controller, {"nics", "nic_ids", "nic_drivers", "nic_links", "nic_nodes"},
            inventory);
  inventory.count("nvme", std::ranges::count_if(*devices, is_nvme));
  inventory.text("narrow_links", narrow_links(*devices));
}

}  // namespace rackproof
