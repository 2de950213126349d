// verdicts.h5: written once, read with the same suspicion as results.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/verdict/verdicts.hpp"
#include "harness/verdict/verdicts_schema.hpp"

namespace rackproof {

/// Writes `path`.tmp, complete = 1 last, fsync, rename, fsync folder. Same input, same bytes. Target names
/// and the limits as applied go in too, so that the file speaks for itself. Throws Error.
void write_verdicts(const Verdicts& verdicts, const Results& results, const Limits& limits,
                    const std::filesystem::path& path);

/// All that a verdicts file says.
struct StoredVerdicts {
  Verdicts verdicts;
  std::vector<std::string> targets;  ///< names; VerdictCell::target is a row of them
  std::vector<LimitRow> limits;      ///< as they were applied
};

/// The rows of /limits for limits.
std::vector<LimitRow> applied_limits(const Limits& limits);

/// Reads and validates. Throws Error as read_verdicts() does.
StoredVerdicts read_stored_verdicts(const std::filesystem::path& path);

/// Its verdicts alone. Throws Error with one clear line, as read_results does.
Verdicts read_verdicts(const std::filesystem::path& path);

}  // namespace rackproof
