#include "harness/machine/pci.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace rackproof {

namespace {

using Count = Reading<std::int64_t>;

constexpr std::string_view kDevices = "/sys/bus/pci/devices";
constexpr std::int64_t kMostLanes = 32;
constexpr double kFastestLane = 1e12;

/// Display controllers of others are a baseboard's or a hypervisor's.
constexpr std::array<std::uint32_t, 4> kAcceleratorVendors{0x10de, 0x1002, 0x1ed5, 0x1d94};
constexpr std::uint32_t kIntel = 0x8086;

Count read_width(const SystemRoot& root, const std::string& file) {
  const Count width = root.integer(file);
  if (width && (*width <= 0 || *width > kMostLanes))
    return Count::unavailable(fmt::format("{} holds {}, which is no width of a link", file, *width));
  return width;
}

/// "32.0 GT/s PCIe", of older kernels "8 GT/s".
Count read_transfers_per_s(const SystemRoot& root, const std::string& file) {
  const auto text = root.line(file);
  if (!text) return Count::unavailable(text.why());
  double giga = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), giga);
  const bool has_unit = std::string_view(end, text->data() + text->size()).starts_with(" GT/s");
  if (error != std::errc() || !has_unit || !(giga > 0) || !(giga * 1e9 <= kFastestLane))
    return Count::unavailable(fmt::format("{} holds no speed of a link", file));
  return std::llround(giga * 1e9);
}

PciLink read_link(const SystemRoot& root, const std::string& folder, std::string_view which) {
  return {read_width(root, fmt::format("{}/{}_link_width", folder, which)),
          read_transfers_per_s(root, fmt::format("{}/{}_link_speed", folder, which))};
}

/// −1: the firmware does not say.
Count read_numa_node(const SystemRoot& root, const std::string& folder) {
  const Count node = root.integer(folder + "/numa_node");
  if (node && (*node < 0 || *node >= 1 << 16))
    return Count::unavailable("the firmware does not tell the NUMA node");
  return node;
}

Reading<PciDevice> read_at(const SystemRoot& root, const std::string& address) {
  const std::string folder = fmt::format("{}/{}", kDevices, address);
  std::array<std::int64_t, 3> numbers{};
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> kFields{
      {{"class", 0xffffff}, {"vendor", 0xffff}, {"device", 0xffff}}};
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const Count number = root.integer(fmt::format("{}/{}", folder, kFields[i].first));
    if (!number) return Reading<PciDevice>::unavailable(number.why());
    if (*number < 0 || *number > kFields[i].second)
      return Reading<PciDevice>::unavailable(fmt::format("{}/{} is out of range", folder, kFields[i].first));
    numbers[i] = *number;
  }
  return PciDevice{.address = address,
                   .class_code = static_cast<std::uint32_t>(numbers[0]),
                   .vendor = static_cast<std::uint32_t>(numbers[1]),
                   .device = static_cast<std::uint32_t>(numbers[2]),
                   .is_virtual_function = root.exists(folder + "/physfn"),
                   .driver = root.link_name(folder + "/driver"),
                   .numa_node = read_numa_node(root, folder),
                   .now = read_link(root, folder, "current"),
                   .most = read_link(root, folder, "max")};
}

bool is_address(std::string_view text) {
  // domain:bus:device.function; nothing of it leads out of the folder
  return text.size() >= 12 && text.size() <= 16 &&
         std::ranges::all_of(text,
                             [](char c) {
                               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' ||
                                      c == '.';
                             }) &&
         text.find("..") == std::string_view::npos;
}

/// As sysfs writes it.
std::string normalised(std::string_view address) {
  std::string lower(address);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (std::ranges::count(lower, ':') == 1) return "0000:" + lower;
  const std::size_t colon = lower.find(':');
  if (colon != std::string::npos && colon > 4 &&
      lower.find_first_not_of('0') >= colon - 4)  // eight digits of the domain, four of them needed
    return lower.substr(colon - 4);
  return lower;
}

}  // namespace

std::string PciDevice::id() const { return fmt::format("{:04x}:{:04x}", vendor, device); }

bool is_accelerator(const PciDevice& device) {
  const std::uint32_t kind = device.class_code >> 8;
  if (device.is_virtual_function) return false;
  if (kind == 0x1200 || kind == 0x0302) return true;
  if (kind == 0x0300)
    return std::ranges::find(kAcceleratorVendors, device.vendor) != kAcceleratorVendors.end();
  return kind == 0x0380 &&
         (device.vendor == kIntel ||
          std::ranges::find(kAcceleratorVendors, device.vendor) != kAcceleratorVendors.end());
}

bool is_network_controller(const PciDevice& device) {
  const std::uint32_t kind = device.class_code >> 8;
  return !device.is_virtual_function && (kind == 0x0200 || kind == 0x0207);
}

bool is_nvme(const PciDevice& device) {
  return device.class_code >> 8 == 0x0108 && !device.is_virtual_function;
}

Reading<std::vector<PciDevice>> read_pci(const SystemRoot& root) {
  using Result = Reading<std::vector<PciDevice>>;
  const auto addresses = root.entries(kDevices);
  if (addresses.empty()) return Result::unavailable("the PCI bus cannot be seen here");
  std::vector<PciDevice> devices;
  for (const std::string& address : addresses) {
    if (!is_address(address))
      return Result::unavailable(fmt::format("{} holds what is no PCI address", kDevices));
    Reading<PciDevice> device = read_at(root, address);
    if (!device) return Result::unavailable(device.why());
    devices.push_back(*device);
  }
  return devices;
}

Reading<PciDevice> read_pci_device(const SystemRoot& root, std::string_view address) {
  const std::string name = normalised(address);
  if (!is_address(name)) return Reading<PciDevice>::unavailable("the backend tells no PCI address");
  return read_at(root, name);
}

Reading<std::string> described(const PciLink& link) {
  if (!link.width) return Reading<std::string>::unavailable(link.width.why());
  if (!link.transfers_per_s) return Reading<std::string>::unavailable(link.transfers_per_s.why());
  return fmt::format("x{} {} GT/s", *link.width, static_cast<double>(*link.transfers_per_s) * 1e-9);
}

}  // namespace rackproof
