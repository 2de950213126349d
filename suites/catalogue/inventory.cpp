// What is there: the machine and its devices, as firmware, kernel and backend name them.
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

constexpr QuantityRow count(std::string_view name, std::string_view formula, std::string_view unit = "1") {
  return {name, QuantityKind::exact, unit, Direction::neither, formula};
}
constexpr QuantityRow text(std::string_view name, std::string_view formula) {
  return {name, QuantityKind::text, "1", Direction::neither, formula};
}

constexpr QuantityRow kSystem[]{text("vendor", "dmi: sys_vendor"),
                                text("product", "dmi: product_name"),
                                text("serial", "dmi: product_serial"),
                                text("uuid", "dmi: product_uuid"),
                                text("board_vendor", "dmi: board_vendor"),
                                text("board", "dmi: board_name"),
                                text("board_serial", "dmi: board_serial"),
                                text("bios_vendor", "dmi: bios_vendor"),
                                text("bios", "dmi: bios_version"),
                                text("bios_date", "dmi: bios_date"),
                                text("os", "os-release: PRETTY_NAME"),
                                text("image", "os-release: IMAGE_ID and IMAGE_VERSION, or BUILD_ID"),
                                text("kernel_type", "procfs: sys/kernel/ostype"),
                                text("kernel", "procfs: sys/kernel/osrelease"),
                                text("command_line", "procfs: cmdline"),
                                text("services", "cgroups: services of systemd that run, by name")};

constexpr QuantityRow kCpu[]{text("model", "procfs: cpuinfo"),
                             count("sockets", "sysfs: packages with a CPU that is online"),
                             count("cores", "sysfs: sets of CPUs that are threads of one core"),
                             count("threads", "sysfs: CPUs that are online"),
                             count("offline", "sysfs: CPUs that are present and not online"),
                             count("numa_nodes", "sysfs: NUMA nodes that are online"),
                             text("numa_cpus", "sysfs: CPUs of each NUMA node"),
                             text("microcode", "sysfs: revision of each CPU, a tally where they differ")};

constexpr QuantityRow kMemory[]{
    count("total", "procfs: MemTotal", "B"),
    count("modules", "smbios 17: slots with a module"),
    count("slots", "smbios 17: slots"),
    count("module_bytes", "smbios 17: sum of the modules", "B"),
    count("module_speed", "smbios 17: of the slowest module, transfers per second", "op/s"),
    text("module_sizes", "smbios 17: tally of the modules"),
    text("module_speeds", "smbios 17: tally of the modules"),
    text("module_vendors", "smbios 17: tally of the modules"),
    text("module_parts", "smbios 17: tally of the part numbers"),
    text("module_serials", "smbios 17: serials in alphabetical order")};

constexpr QuantityRow kNetwork[]{count("interfaces", "sysfs: interfaces with a device behind them"),
                                 text("names", "sysfs: names of these"),
                                 text("drivers", "sysfs: tally of their drivers"),
                                 text("speeds", "sysfs: tally of their speeds"),
                                 text("mtus", "sysfs: tally of their MTUs"),
                                 text("states", "sysfs: tally of their states"),
                                 text("macs", "sysfs: their addresses"),
                                 count("ib_ports", "sysfs: InfiniBand ports"),
                                 text("ib_rates", "sysfs: tally of their rates"),
                                 text("ib_states", "sysfs: tally of their states"),
                                 text("ib_link_layers", "sysfs: tally of their link layers"),
                                 text("ib_firmware", "sysfs: tally of their firmware")};

constexpr QuantityRow kPci[]{
    count("accelerators", "pci: classes 12.00 and 03.02, 03.00 and 03.80 of vendors of accelerators"),
    text("accelerator_ids", "pci: tally of vendor:device"),
    text("accelerator_drivers", "pci: tally of drivers"),
    text("accelerator_links", "pci: tally of width and speed that a link can have"),
    text("accelerator_nodes", "pci: tally of NUMA nodes"),
    count("nics", "pci: classes 02.00 and 02.07"),
    text("nic_ids", "pci: tally of vendor:device"),
    text("nic_drivers", "pci: tally of drivers"),
    text("nic_links", "pci: tally of width and speed that a link can have"),
    text("nic_nodes", "pci: tally of NUMA nodes"),
    count("nvme", "pci: class 01.08"),
    text("narrow_links",
         "pci: accelerators and NICs with fewer lanes than they and their slots' links can have")};

constexpr QuantityRow kIdentity[]{
    text("model", "backend: device_info"),
    text("uuid", "backend: device_info"),
    text("serial", "backend: device_info"),
    text("firmware", "backend: device_facts"),
    text("driver", "backend: device_facts"),
    text("runtime", "backend: device_facts"),
    text("compute_mode", "backend: device_facts"),
    text("partition", "backend: device_facts; none: a whole device"),
    text("ecc", "backend: device_facts; on or off"),
    count("memory", "backend: device_info", "B"),
    count("compute_units", "backend: device_info"),
    count("power_limit", "backend: counter power_limit, whole watts", "W"),
    count("ecc_corrected_lifetime", "backend: counter of this name"),
    count("ecc_uncorrected_lifetime", "backend: counter of this name"),
    count("remapped_rows", "backend: counter of this name, rows of memory that spare ones stand in for"),
    count("remap_pending", "backend: counter of this name, rows that wait for a reset"),
    count("remap_failed", "backend: counter of this name"),
    count("retired_pages", "backend: counter of this name"),
    count("links", "backend: counters link0_active and on, links to other devices or a switch"),
    count("links_active", "backend: those of them that are up"),
    count("position", "backend: place among all devices of the backend, from 0"),
    text("pci_address", "backend: device_info"),
    text("pci_id", "pci: vendor:device at its address"),
    text("pci_driver", "pci: driver at its address"),
    count("numa_node", "pci: at its address"),
    count("link_width_max", "pci: lanes that its link can have"),
    count("link_speed_max", "pci: transfers per second of a lane that its link can have", "op/s"),
    count("link_width_idle", "pci: lanes before any copy of this case"),
    count("link_speed_idle", "pci: transfers per second of a lane before any copy of this case", "op/s"),
    count("link_width_loaded", "pci: most lanes that were read while copies from the host ran"),
    count("link_speed_loaded",
          "pci: most transfers per second of a lane that were read while copies from the host ran", "op/s")};

constexpr QuantityRow kTopology[]{
    count("devices", "backend: devices of the node that the site names, all of which answered"),
    text("kinds", "backend: link, tally over ordered pairs, with how many are side by side"),
    text("matrix", "backend: link, a row for each device, an entry for each other one; ?: not told"),
    count("fewest_links", "backend: link, side by side, of the pair with the fewest"),
    count("pairs_without_peer_access", "backend: link, ordered pairs")};

constexpr std::string_view kTopologyDefinition =
    "how each device of the node is tied to each other one, as the backend tells it, read once; nothing is "
    "timed; what cannot be read has no value but a reason";
constexpr std::string_view kHostDefinition =
    "what firmware, kernel and bus name, read once; nothing is timed; what cannot be read has no value but a "
    "reason";
constexpr std::string_view kDeviceDefinition =
    "what the backend tells of the device and sysfs of its place on the bus, read once; the link before and "
    "while 32 "
    "copies of 16 MiB from the host run; nothing is timed; what cannot be read has no value but a reason";
constexpr std::string_view kInventoryCheck =
    "numbers outside what a machine can have, contradictions and texts that are no texts count as unreadable";

constexpr CaseRow inventory_row(std::string_view id, std::string_view title,
                                std::span<const QuantityRow> quantities, bool is_of_device = false) {
  return {.id = id,
          .title = title,
          .definition = is_of_device ? kDeviceDefinition : kHostDefinition,
          .check = kInventoryCheck,
          .clock = "host",
          .on_device = is_of_device,
          .on_node = !is_of_device,
          .may_be_unavailable = true,
          .estimate_s = 0.05,
          .quantities = quantities};
}

constexpr CaseRow kTopologyRow{.id = "inventory/device/topology",
                               .title = "links between the devices of a node",
                               .definition = kTopologyDefinition,
                               .check = kInventoryCheck,
                               .clock = "host",
                               .on_node = true,
                               .may_be_unavailable = true,
                               .estimate_s = 0.05,
                               .quantities = kTopology};

constexpr CaseRow kInventoryCases[]{
    inventory_row("inventory/host/system", "vendor, product, firmware and operating system", kSystem),
    inventory_row("inventory/host/cpu", "processors, cores, NUMA nodes, microcode", kCpu),
    inventory_row("inventory/host/memory", "memory and its modules", kMemory),
    inventory_row("inventory/host/network", "network interfaces and InfiniBand ports", kNetwork),
    inventory_row("inventory/host/pci", "accelerators, NICs and their links on the PCI bus", kPci),
    inventory_row("inventory/device/identity", "the device: model, serial, firmware, driver, link", kIdentity,
                  true),
    kTopologyRow};

}  // namespace

Catalogue inventory_cases() { return kInventoryCases; }

}  // namespace rackproof
