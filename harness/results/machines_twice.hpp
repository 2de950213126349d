// One machine or device that was measured under two names: only who sees both campaigns can tell.
#pragma once

#include <vector>

#include "harness/results/merged_targets.hpp"

namespace rackproof {

/// Notices about what has one name in one part and another in a second: "one machine twice" for a boot id, or for
/// the UUID or serial of a device that is not emulated; "cloned identity" for a machine id under several boot ids.
/// Subjects are all names that it has. One notice a mark, by kind and mark.
std::vector<Results::Notice> machines_twice(const std::vector<MergeInput>& parts);

}  // namespace rackproof
