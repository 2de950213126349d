// The machine's topology, for provenance.
#pragma once

#include <string>

namespace rackproof {

/// hwloc's XML of this machine, as `lstopo` opens it; empty when hwloc cannot read it.
std::string topology_xml();

}  // namespace rackproof
