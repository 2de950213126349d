// Telemetry of a results file as text.
#pragma once

#include <string>

#include "harness/results/results.hpp"

namespace rackproof {

/// Prints the series of a node, or of the steps of a target, as CSV to stdout (time, source, value, unit; no line for a reading that is
/// unavailable), and per source and attempt a summary to stderr, with what is unavailable and why. Throws Error when the file has no such target or
/// no telemetry of it.
void show_telemetry(const Results& results, const std::string& target);

}  // namespace rackproof
