#include "harness/plan/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/base/split.hpp"

namespace rackproof {

namespace {

std::optional<int> whole_number(std::string_view text, int most) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
    return std::nullopt;
  return value;
}

bool is_interface(std::string_view name) {
  return !name.empty() && name.size() < 16 && std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
         std::ranges::all_of(name, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
         });
}

bool is_cidr(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  std::array<unsigned char, 16> address{};
  const std::string host(text.substr(0, slash));
  const bool v4 = ::inet_pton(AF_INET, host.c_str(), address.data()) == 1;
  if (!v4 && ::inet_pton(AF_INET6, host.c_str(), address.data()) != 1) return false;
  return whole_number(text.substr(slash + 1), v4 ? 32 : 128).has_value();
}

}  // namespace

bool is_network_list(std::string_view text) {
  return std::ranges::all_of(split_at(text, ','),
                             [](std::string_view part) { return is_interface(part) || is_cidr(part); });
}

std::optional<std::pair<int, int>> parse_ports(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = whole_number(text.substr(0, dash), 65535);
  const auto last = whole_number(text.substr(dash + 1), 65535);
  if (!first || !last || *first == 0 || *last - *first + 1 < kFewestPorts) return std::nullopt;
  return std::pair(*first, *last);
}

}  // namespace rackproof
