// What the campaigns of a merged file have in common.
#pragma once

#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// Provenance of the whole: first start, last finish, what all parts share; where they differ a text is empty, a
/// number 0, launch_component NaN and attribute_virtual false, and names of plans and sites are listed. The id is
/// made of the parts' ids and files; the version is this program's; there is no journal. `parts` as in Results.
Provenance merged_provenance(const std::vector<Part>& parts);

/// Backends, removed variables and topologies of all parts, into `whole`, which has none.
void unite_environment(const std::vector<Part>& parts, Provenance& whole);

/// Complete when every part is.
Ended ended_of_all(const std::vector<Part>& parts);

}  // namespace rackproof
