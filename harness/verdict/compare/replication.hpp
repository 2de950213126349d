// Which targets are replicates of their own: a device under two names, or two nodes on one machine, is one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/cell_reader.hpp"

namespace rackproof {

struct Replication {
  std::string scope;                     ///< "device", "group:rack"
  std::vector<std::uint32_t> columns;    ///< of the placement's matrices, that have this scope
  std::vector<std::uint32_t> replicate;  ///< of each of them
  std::size_t count = 0;                 ///< replicates
  Phrase dependent;                      ///< why they are not independent; empty: they are
};

/// One entry a scope, by its first target.
std::vector<Replication> replications(const CellReader& cells, Placement placement);

}  // namespace rackproof
