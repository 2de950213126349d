// What a campaign's own numbers say of each other: repeatability of its metrics, and peers.
#pragma once

#include "harness/verdict/findings.hpp"
#include "harness/verdict/measurements.hpp"

namespace rackproof {

/// "repeatability": a metric whose launches differ as much as its targets do, so that peers are not compared by it, or by more than
/// the least effect. "peer": who stands out (peer_findings.hpp). Real series on devices and nodes.
void add_fleet_findings(const Results& results, const Measurements& measurements, Findings& findings);

}  // namespace rackproof
