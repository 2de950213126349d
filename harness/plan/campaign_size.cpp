#include "harness/plan/campaign_size.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"

namespace rackproof {

void check_campaign_size(const Site& site, const std::string& file) {
  if (site.racks.size() <= kMostRacks) return;
  throw ConfigurationError(
      {{file, 0,
        fmt::format("the site has {} racks; one campaign is on at most {}", site.racks.size(), kMostRacks),
        "run parts of it with --shard, and merge their results"}});
}

}  // namespace rackproof
