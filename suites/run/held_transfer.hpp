// Copies between host and device, timed by the device's own clock.
#pragma once

#include "suites/run/case_context.hpp"

namespace rackproof {

/// interconnect/device/{h2d,d2h}:bytes=…,pinned,event. All copies of a sample wait on a held stream, between two events,
/// before the first of them starts: the device's clock sees no start of a copy, and the host's, from the release to the end
/// of the wait, holds it to account.
void run_held_transfer(const CaseContext& context, CaseEnd& end);

}  // namespace rackproof
