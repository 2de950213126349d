// The verdict of one limit on what was measured: a number, a count or a text of one target.
#pragma once

#include <string>

#include "harness/verdict/judge.hpp"
#include "harness/verdict/measurements.hpp"
#include "harness/verdict/promised.hpp"

namespace rackproof {

/// Puts a verdict into a cell; a fail is one by the limit.
void set(VerdictCell& cell, Verdict verdict, Phrase reason);

class MeasuredVerdicts {
 public:
  /// All must outlive it.
  MeasuredVerdicts(const Results& results, const Limits& limits, const Measurements& measurements,
                   const Promised& promised)
      : results_(results), limits_(limits), measurements_(measurements), promised_(promised) {}

  /// `measured`: launches of the case that ended ok; a number that one of them lacks is not judged. A fail of a number stays one only when it is
  /// one without what disturbed the launches, too. Not for limits as promised.
  void decide(VerdictCell& cell, const Limit& limit, std::uint32_t series, std::size_t measured) const;

 private:
  void decide_real(VerdictCell& cell, const Limit& limit, std::uint32_t series, std::size_t measured) const;
  NumberVerdict decide_number(const Limit& limit, double value, double lo, double hi,
                              const std::vector<double>& launches, double component) const;
  NumberVerdict held_against_disturbance(const NumberVerdict& fail, const Limit& limit, std::uint32_t series,
                                         const TargetRow& target, const RealMeasurement& real) const;
  void decide_exact(VerdictCell& cell, const Limit& limit, std::uint32_t series) const;
  void decide_text(VerdictCell& cell, const ExactTexts& allowed, std::uint32_t series) const;

  const Results& results_;
  const Limits& limits_;
  const Measurements& measurements_;
  const Promised& promised_;
};

}  // namespace rackproof
