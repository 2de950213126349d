// Telemetry of a journal, for a results file.
#pragma once

#include <filesystem>

#include "harness/results/results.hpp"

namespace rackproof {

/// Walks the journal once more and returns segments, sources and the summaries of `results.attempts`, whose rows are final; memory grows
/// with those, not with the series, which are read from the journal when they are asked for. What a worker said of a source that it
/// did not name is left out. Throws Error when the journal cannot be read.
TelemetryTables read_telemetry(const std::filesystem::path& journal, const Results& results);

}  // namespace rackproof
