// Whether a verdicts file says what the same results and limits are judged to be now.
#pragma once

#include <optional>
#include <string>

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

/// Something that the two say differently. Texts are as in the file, and may hold anything.
struct VerdictDifference {
  std::string where;  ///< "rack1/node2, case memory/host/triad:f64,cold, quantity bandwidth", "rack rack1", …
  std::string stored;  ///< "verdict pass", "value 2e+09 (verdict pass)", "no cell"
  std::string now;
};

/// The first difference: of cells in their order, then of roll-ups, limits as applied, coverage, findings and the whole. NaN is equal
/// to NaN. None: the file says what `now` does. Meant for what was judged with the same.
std::optional<VerdictDifference> first_difference(const StoredVerdicts& stored, const Verdicts& now,
                                                  const Results& results, const Limits& limits);

/// "rack1/node2, case …, quantity bandwidth: verdict fail in the file, verdict pass judged again". One line.
std::string to_string(const VerdictDifference& difference);

}  // namespace rackproof
