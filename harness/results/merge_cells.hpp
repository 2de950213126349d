// Cells of several campaigns → one file of cells.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "harness/results/cell_reader.hpp"

namespace rackproof {

/// Writes the cells of at least one campaign or merge of cells, in the order of start and campaign id, whatever the order of
/// `readers`; so same campaigns, same bytes, on any number of threads. A target that several list is that of the one where something
/// was planned on it. Groups of one name where several planned something are all kept, the later ones as "<name>@<campaign id>".
///
/// Throws Error, one line with the files: a metric that two define otherwise, a device, node or pair with something planned in two,
/// one campaign twice. Memory: the columns of all, and a few rows of the matrices.
void merge_cells(std::vector<std::unique_ptr<CellReader>> readers, const std::filesystem::path& path,
                 unsigned threads = 0);

}  // namespace rackproof
