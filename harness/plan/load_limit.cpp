#include "harness/plan/load_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace rackproof {

int tightest_limit(const Site& site) {
  int least = site.launch.at_once;
  for (const auto& [label, most] : site.launch.at_once_per) least = least == 0 ? most : std::min(least, most);
  return least;
}

std::string never_fits(const Site& site, const Target& target) {
  const auto at_once = static_cast<std::size_t>(site.launch.at_once);
  if (at_once > 0 && target.nodes.size() > at_once)
    return fmt::format("at_once = {}, it has {}", at_once, target.nodes.size());
  for (const auto& [label, most] : site.launch.at_once_per) {
    std::map<std::string_view, int> nodes;  // by value of the label
    for (const std::uint32_t node : target.nodes) {
      const auto value = site.nodes[node].labels->find(label);
      if (value != site.nodes[node].labels->end() && ++nodes[value->second] > most)
        return fmt::format("at_once_per = {{ {} = {} }}, more of its nodes are in {}", label, most,
                           value->second);
    }
  }
  return {};
}

}  // namespace rackproof
