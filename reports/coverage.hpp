// Coverage against the site: what was promised, what was measured, and why the rest was not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Promised (target, case) of one rack, or of the targets that span racks.
struct RackCoverage {
  std::string rack;          ///< "between racks" for targets that span racks
  std::size_t nodes = 0;     ///< of the site
  std::size_t answered = 0;  ///< nodes that answered at least once
  std::size_t promised = 0;
  std::size_t exempt = 0;  ///< by the plan, with its reasons below
  std::size_t measured = 0;
  std::size_t missing() const { return promised - exempt - measured; }
  std::map<Phrase, std::size_t> reasons;  ///< why not measured → how many
  std::map<Phrase, std::size_t> exempt_reasons;
  /// All of it but the name.
  void add(const RackCoverage& part);
};

struct CoverageView {
  std::vector<RackCoverage> racks;  ///< in site order; "between racks" last, if anything is promised there
  RackCoverage total;
  /// Something is promised and all of it, less what the plan exempts, was measured.
  bool everything_measured() const { return total.promised > 0 && total.missing() == 0; }
};

/// Counted from the promises of the results file; a promise without an entry in the ledger of the verdicts is
/// not measured.
CoverageView coverage_view(const Results& results, const Verdicts& verdicts);

}  // namespace rackproof
