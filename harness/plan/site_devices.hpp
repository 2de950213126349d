// The [[node.device]] tables of a site file.
#pragma once

#include <string>
#include <vector>

#include "harness/plan/site.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

/// Devices of a node, ranges of names expanded; what is wrong is added to `problems`. `file` is named there.
std::vector<SiteDevice> read_devices(TomlTable& node, const std::string& file,
                                     std::vector<Diagnostic>& problems);

}  // namespace rackproof
