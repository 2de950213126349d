// The bound of one [[limit]]: exactly one of lower, upper, band, exact, promised.
#pragma once

#include <optional>

#include "harness/plan/toml_table.hpp"
#include "harness/verdict/limits.hpp"

namespace rackproof {

struct ReadBound {
  Bound bound;
  std::optional<RelativeBound> relative;  ///< then `bound` is NaN
};

/// Reads the bound of a limit on `metric`, in SI units. Problems (none or several bounds, no unit, a wrong
/// dimension, not finite, exact on a real quantity, a bound on a text, a band that is upside down) go to the
/// table; nothing is returned then. lower and upper may be relative.
std::optional<ReadBound> read_bound(TomlTable& table, const Measurable& metric);

/// Whether a bound of this form can judge a quantity of this kind.
bool suits(const Bound& bound, QuantityKind kind);

}  // namespace rackproof
