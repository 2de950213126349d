// The certificate: one row per limit, and one per placement for the completion of what was planned.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Targets that must be measured for a p1.
inline constexpr std::size_t kSmallestForP1 = 100;
/// Parts of the axis of a strip.
inline constexpr std::size_t kStripParts = 32;

/// How the values of a row lie: what a strip beside the row draws.
struct FleetStrip {
  double low = 0,
         high =
             0;  ///< ends of the axis, SI; from the 0.1 % to the 99.9 % quantile and the bounds of the limit
  std::vector<std::uint32_t>
      counts;  ///< targets in equal parts of the axis, those beyond its ends in the outermost; empty: no strip
  std::vector<double> bounds;  ///< of the limit, SI
};

/// All texts are plain and not escaped.
struct CertificateRow {
  std::string clause;  ///< empty sorts last
  std::string metric;
  std::string title;      ///< what the case measures; may be empty
  std::string scope;      ///< "node", "group:rack"
  std::string model;      ///< selector; empty: every model
  std::string direction;  ///< "higher is better"
  Phrase limit;           ///< "≥ 1 GB/s"
  Phrase provenance;
  bool score = false;          ///< does not decide
  Phrase worst;                ///< value; "not measured"; "3 of 4 ended ok"
  std::string worst_interval;  ///< may be empty
  std::string worst_target;    ///< may be empty
  std::string p1;              ///< the value that 1 % are worse than; empty below kSmallestForP1 targets
  std::string median;
  Phrase spread;  ///< scaled MAD as a share of the median
  std::size_t cells = 0, failed = 0, inconclusive = 0, not_judged = 0, not_applicable = 0;
  std::size_t waived = 0;                 ///< of those that failed
  Verdict verdict = Verdict::not_judged;  ///< of the whole row: the worst of its cells
  FleetStrip strip;
};

/// Cells of a row by verdict.
using VerdictCounts = std::array<std::uint64_t, kVerdictCount>;
/// Sets its counts, and as its verdict the worst that there is; without cells not_judged.
void set_counts(CertificateRow& row, const VerdictCounts& counts);

/// Rows ordered by clause (4.9 before 4.10), rows without clause last, then as in the limits file.
/// `same_host`: all targets share one machine, so that their spread says nothing.
std::vector<CertificateRow> certificate(const Results& results, const Limits& limits,
                                        const Verdicts& verdicts, bool same_host);

/// Of at least two finite values that are not all equal, in any order; else an empty one.
FleetStrip fleet_strip(std::vector<double> values, const Bound& bound);

/// True when clause `a` comes before `b`: numbers by value, text by bytes, empty last.
bool clause_less(std::string_view a, std::string_view b);

/// Value of a verdict cell for people: what was found, else the value with its unit, else "not measured".
std::string cell_text(const VerdictCell& cell, const Dimension& dimension);
/// Its interval; empty for counts and texts, which have none.
std::string cell_interval_text(const VerdictCell& cell, const Dimension& dimension);

}  // namespace rackproof
