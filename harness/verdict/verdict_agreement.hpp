// Whether a verdicts file says what the same results and limits are judged to be now.
#pragma once

#include <optional>

#include "harness/verdict/verdict_difference.hpp"
#include "harness/verdict/verdicts_file.hpp"

namespace rackproof {

/// With what else than now a file was judged.
struct JudgedOtherwise {
  bool results = false;  ///< of another results file
  bool limits = false;
  bool rated = false;    ///< the same limits stood on other rated values (configs/devices)
  bool waivers = false;  ///< these change no verdict
  bool engine = false;   ///< by another version
  /// Whether it may say something else without being wrong.
  bool may_differ() const { return results || limits || rated || engine; }
  bool any() const { return may_differ() || waivers; }
};
JudgedOtherwise judged_otherwise(const StoredVerdicts& stored, const Verdicts& now, const Limits& limits);

/// The first difference: of cells in their order, then of roll-ups, limits as applied, coverage, findings and the whole. NaN is equal
/// to NaN. None: the file says what `now` does. Meant for what was judged with the same.
std::optional<VerdictDifference> first_difference(const StoredVerdicts& stored, const Verdicts& now,
                                                  const Results& results, const Limits& limits);

}  // namespace rackproof
