// verdicts.h5: written once, read with the same suspicion as results.
#pragma once

#include <filesystem>

#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Writes `path`.tmp, complete = 1 last, fsync, rename, fsync folder. Same input, same bytes. Target names
/// and the limits as applied go in too, so that the file speaks for itself. Throws Error.
void write_verdicts(const Verdicts& verdicts, const Results& results, const Limits& limits,
                    const std::filesystem::path& path);

/// Reads and validates. Throws Error with one clear line, as read_results does.
Verdicts read_verdicts(const std::filesystem::path& path);

}  // namespace rackproof
