// results.h5: written once, read with suspicion. Layout in README.md beside this file.
#pragma once

#include <filesystem>

#include "harness/results/results.hpp"
#include "harness/results/sample_source.hpp"

namespace rackproof {

/// Writes `path`.tmp, complete = 1 last, fsync, rename, fsync folder. Same input, same bytes.
void write_results(const Results& results, const std::filesystem::path& path);
/// With samples that are not in `results`; those are read as they are written, an attempt in memory at a time. The file
/// is the one that they would make in `results`.
void write_results(const Results& results, const SampleSource& samples, const std::filesystem::path& path);

/// What of the samples is taken into memory. Verdicts and reports need none.
enum class ReadSamples {
  all,
  none  ///< their datasets are checked as all others, but for their bytes, which are not read
};

/// Reads and validates. Throws Error with one clear line: not HDF5, truncated, another schema, incomplete,
/// external storage, virtual datasets, links other than hard ones, filters other than shuffle and deflate,
/// sizes above the caps, indices out of range, enums out of range.
Results read_results(const std::filesystem::path& path, ReadSamples samples = ReadSamples::all);

}  // namespace rackproof
