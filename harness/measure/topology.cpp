#include "harness/measure/topology.hpp"

#include <hwloc.h>

namespace rackproof {

std::string topology_xml() {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) return {};
  std::string xml;
  char* buffer = nullptr;
  int length = 0;
  if (hwloc_topology_load(topology) == 0 &&
      hwloc_topology_export_xmlbuffer(topology, &buffer, &length, 0) == 0) {
    xml.assign(buffer);
    hwloc_free_xmlbuffer(topology, buffer);
  }
  hwloc_topology_destroy(topology);
  return xml;
}

}  // namespace rackproof
