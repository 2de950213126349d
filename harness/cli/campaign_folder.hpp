// The folder of a campaign and what the pure stages put into it.
#pragma once

#include <filesystem>

#include "harness/plan/site.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Files of a campaign, relative to its folder.
inline constexpr const char* kJournalFile = "journal.jsonl";
inline constexpr const char* kResultsFile = "results.h5";
inline constexpr const char* kCellsFile = "cells.h5";
inline constexpr const char* kVerdictsFile = "verdicts.h5";
inline constexpr const char* kReportFile = "report.html";
inline constexpr const char* kManifestFile = "manifest.sha256";
inline constexpr const char* kPlanFile = "plan.toml";
inline constexpr const char* kSiteFile = "site.toml";
inline constexpr const char* kLimitsFile = "limits.toml";
inline constexpr const char* kBinariesFile =
    "binaries.sha256";  ///< of the programs and libraries on this machine

/// Writes kBinariesFile: "<sha256>  <path>" of this program, the worker beside it and its libraries.
void write_binaries(const std::filesystem::path& folder);

/// Journal → results.h5 → verdicts.h5 → report.html → manifest.sha256 in `folder`. Results are written first:
/// what was measured does not depend on judging it. The manifest vouches for the
/// setup script and the serials, too, that belong to the site and that the folder keeps, and for the archive of the worker
/// where one was pushed.
Verdicts conclude(const std::filesystem::path& folder, const Site& site);

/// results.h5 of a campaign folder, cells.h5 where it has only those, or the file itself. Throws Error when there is none.
std::filesystem::path results_file(const std::filesystem::path& folder_or_file);

/// True when stdout wants colour: a terminal, TERM not dumb, NO_COLOR not set.
bool colour_on_stdout();

/// The verdict for a terminal, on stdout.
void print_verdict(const Results& results, const Limits& limits, const Verdicts& verdicts);

}  // namespace rackproof
