// /telemetry of a results file: columns, for the writer and the reader alike; series go through memory a page at a time.
#pragma once

#include "harness/results/hdf5.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

/// Since 1.3.
inline bool has_telemetry(const Hdf5Reader& file) { return file.schema_minor() >= 3; }

void write_telemetry(Hdf5Writer& file, const Results& results);

/// All but the series, which stay in the file at `path`; they are checked when they are asked for.
void read_telemetry(Hdf5Reader& file, const std::filesystem::path& path, Results& results);

/// The telemetry of one campaign within a merge: `targets` are the new rows of its targets, `attempts` and the sizes so far are what its
/// rows begin at. Adds to `out`.
void merge_telemetry(TelemetryTables&& in, const std::vector<std::uint32_t>& targets, std::uint32_t attempts,
                     TelemetryTables& out);

}  // namespace rackproof
