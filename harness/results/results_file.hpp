// results.h5: written once, read with suspicion. Layout in README.md beside this file.
#pragma once

#include <filesystem>

#include "harness/results/results.hpp"

namespace rackproof {

/// Writes `path`.tmp, complete = 1 last, fsync, rename, fsync folder. Same input, same bytes.
void write_results(const Results& results, const std::filesystem::path& path);

/// Reads and validates. Throws Error with one clear line: not HDF5, truncated, another schema, incomplete,
/// external storage, virtual datasets, links other than hard ones, filters other than shuffle and deflate,
/// sizes above the caps, indices out of range, enums out of range.
Results read_results(const std::filesystem::path& path);

}  // namespace rackproof
