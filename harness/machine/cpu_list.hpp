// The kernel's lists of CPUs and NUMA nodes: "0-31,64-95".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace rackproof {

/// The numbers of a list, in ascending order; nothing when it is no such list, not ascending, or names more than 65536.
/// The empty list is a list.
std::optional<std::vector<int>> parse_cpu_list(std::string_view text);

}  // namespace rackproof
