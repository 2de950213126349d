#include "harness/machine/interfaces.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackproof {

namespace {

using Count = Reading<std::int64_t>;
using Text = Reading<std::string>;

constexpr std::string_view kInterfaces = "/sys/class/net";
constexpr std::string_view kInfiniband = "/sys/class/infiniband";
constexpr std::int64_t kFastestMbit = 100'000'000;

bool is_name(const std::string& name) {
  return std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
}

Count read_bits_per_s(const SystemRoot& root, const std::string& folder) {
  const Count mbit = root.integer(folder + "/speed");
  if (!mbit) return mbit;
  if (*mbit <= 0 || *mbit > kFastestMbit)
    return Count::unavailable("the link is down, or does not tell its speed");
  return *mbit * 1'000'000;
}

Count read_mtu(const SystemRoot& root, const std::string& folder) {
  const Count mtu = root.integer(folder + "/mtu");
  if (mtu && (*mtu <= 0 || *mtu > 1 << 24)) return Count::unavailable("mtu out of range");
  return mtu;
}

/// "4: ACTIVE" → "ACTIVE".
Text after_colon(Text text) {
  if (!text) return text;
  const auto colon = text->find(": ");
  return colon == std::string::npos ? text : text->substr(colon + 2);
}

}  // namespace

Reading<std::vector<Interface>> read_interfaces(const SystemRoot& root) {
  using Result = Reading<std::vector<Interface>>;
  const auto names = root.entries(kInterfaces);
  if (names.empty()) return Result::unavailable("network interfaces cannot be seen here");
  std::vector<Interface> interfaces;
  for (const std::string& name : names) {
    const std::string folder = fmt::format("{}/{}", kInterfaces, name);
    if (!is_name(name) || !root.exists(folder + "/device")) continue;
    interfaces.push_back({.name = name,
                          .driver = root.link_name(folder + "/device/driver"),
                          .mac = root.line(folder + "/address"),
                          .bits_per_s = read_bits_per_s(root, folder),
                          .mtu = read_mtu(root, folder),
                          .state = root.line(folder + "/operstate")});
  }
  return interfaces;
}

Reading<std::vector<InfinibandPort>> read_infiniband_ports(const SystemRoot& root) {
  using Result = Reading<std::vector<InfinibandPort>>;
  if (!root.exists("/sys/class")) return Result::unavailable("sysfs cannot be seen here");
  std::vector<InfinibandPort> ports;
  for (const std::string& device : root.entries(kInfiniband)) {
    const std::string folder = fmt::format("{}/{}", kInfiniband, device);
    for (const std::string& port : root.entries(folder + "/ports")) {
      if (!is_name(device) || !is_name(port)) continue;
      const std::string at = fmt::format("{}/ports/{}", folder, port);
      ports.push_back({.name = fmt::format("{}/{}", device, port),
                       .rate = root.line(at + "/rate"),
                       .state = after_colon(root.line(at + "/state")),
                       .link_layer = root.line(at + "/link_layer"),
                       .firmware = root.line(folder + "/fw_ver")});
    }
  }
  return ports;
}

}  // namespace rackproof
