// Samples of a journal, for a results file.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// Walks the journal again and returns the samples of those rows of `results.attempts` that `keeps` has true, in the
/// order of the attempts; those of others are in memory only while their case is open. An attempt without samples has no
/// row. Throws Error when the journal cannot be read, and what nlohmann-json throws when a record lacks a field.
std::vector<SampleRow> read_samples(const std::filesystem::path& journal, const Results& results,
                                    const std::vector<bool>& keeps);

}  // namespace rackproof
