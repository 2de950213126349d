#include "harness/measure/path_proof.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <set>

#include "harness/base/units.hpp"
#include "harness/machine/host_counters.hpp"

namespace rackproof {

namespace {

/// A network such as "10.78.0.0/16".
struct Network {
  int family = AF_UNSPEC;
  std::array<unsigned char, 16> address{};
  int prefix = 0;
};

/// The text was checked when the site was read; what is no network has no family.
Network network_of(const std::string& text) {
  Network network;
  const auto slash = text.find('/');
  const std::string host = text.substr(0, slash);
  network.prefix = std::atoi(text.c_str() + slash + 1);
  if (::inet_pton(AF_INET, host.c_str(), network.address.data()) == 1) network.family = AF_INET;
  if (::inet_pton(AF_INET6, host.c_str(), network.address.data()) == 1) network.family = AF_INET6;
  return network;
}

bool is_in(const sockaddr& address, const Network& network) {
  if (address.sa_family != network.family) return false;
  const unsigned char* const bytes =
      address.sa_family == AF_INET
          ? reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr)
          : reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  for (int bit = 0; bit < network.prefix; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    if (((bytes[byte] ^ network.address[byte]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace

PathVerdict prove_path(double moved, const Reading<double>& over, const std::string& interface,
                       double share) {
  if (!over) return {PathState::unproved, over.why()};
  if (!(*over >= 0)) return {PathState::unproved, fmt::format("{} went backwards: reset", interface)};
  if (!(moved > 0)) return {PathState::unproved, "no message was counted"};
  if (*over >= share * moved) return {PathState::proved, ""};
  return {PathState::wrong,
          fmt::format("path: {:.0f} % of {} went over {}, at least {:.3g} % must", 100 * *over / moved,
                      format_quantity(moved, kByte, 2), interface, 100 * share)};
}

Reading<std::vector<std::string>> interfaces_of(const std::string& list) {
  std::set<std::string> names;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string part = list.substr(begin, end - begin);
    begin = end + 1;
    if (part.find('/') == std::string::npos) {
      names.insert(part);
      continue;
    }
    const Network network = network_of(part);
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) continue;
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(all, &::freeifaddrs);
    for (const ifaddrs* at = all; at != nullptr; at = at->ifa_next) {
      if (at->ifa_addr != nullptr && is_in(*at->ifa_addr, network)) names.insert(at->ifa_name);
    }
  }
  if (names.empty()) {
    return Reading<std::vector<std::string>>::unavailable(
        fmt::format("no interface has an address in {}", list));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Reading<double> bytes_over(const SystemRoot& system, const Reading<std::vector<std::string>>& interfaces) {
  if (!interfaces) return Reading<double>::unavailable(interfaces.why());
  double sum = 0;
  for (const std::string& interface : *interfaces) {
    const Reading<double> bytes = interface_bytes(system, interface);
    if (!bytes) return bytes;
    sum += *bytes;
  }
  return sum;
}

}  // namespace rackproof
