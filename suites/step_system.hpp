// Where a step reads what its machine is: the machine itself, or the recorded one that the site names.
#pragma once
#include "harness/machine/system_root.hpp"
#include "harness/record/bundle.hpp"
namespace rackproof {
SystemRoot system_root_of(const BundleStep& step, int rank);
}  // namespace rackproof
