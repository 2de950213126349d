// Several campaigns → the results of their site.
#pragma once

#include <vector>

#include "harness/results/merged_targets.hpp"

namespace rackproof {

/// One Results of at least two campaigns, which become its parts, by start and id: their order in `inputs` does not
/// matter. Series are united by case and quantity, targets by name and scope (merged_targets.hpp); attempts,
/// samples, cells and counts are those of each target's own part; facts and notices of all. A case is exempt where
/// every part that promises it exempts it. What can be seen of two campaigns only is added (machines_twice.hpp).
///
/// Throws Error, one line with the files: fewer than two inputs, an input that is merged itself, one campaign twice,
/// a metric that two parts define otherwise, and what unite_targets refuses. Nothing need be equal for judging but
/// the definitions: planned launches, launch component and the rest are taken from each target's part.
///
/// Takes the memory of the inputs and that of their tables and matrices again, without texts and readings: these are
/// moved, and an input is freed when it is in.
Results merge(std::vector<MergeInput> inputs);

}  // namespace rackproof
