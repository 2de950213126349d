// Which column of a merged file of cells comes from which column of which file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/results/cell_reader.hpp"

namespace rackproof {

struct MergedColumns {
  struct Origin {
    std::size_t reader = 0;
    std::uint32_t column = 0;
  };
  std::vector<Origin> origin;                      ///< of each merged column
  std::vector<std::string> name;                   ///< of each merged column
  std::vector<std::vector<std::uint32_t>> column;  ///< reader → its column → the merged one
};

/// By first mention. A target that several list is that of the one where something was planned on it; of a group with something planned in
/// several, each is kept, later ones as "<name>@<campaign id>". Throws Error when another target has something planned in two.
MergedColumns merge_columns(const std::vector<std::unique_ptr<CellReader>>& readers, Placement placement);

}  // namespace rackproof
