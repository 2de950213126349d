// Whether two files mean the same by a metric.
#pragma once

#include "harness/results/results.hpp"

namespace rackproof {

/// The name of what two definitions of a metric differ in, or nullptr. The title may.
inline const char* difference(const SeriesRow& a, const SeriesRow& b) {
  if (a.kind != b.kind) return "kind";
  if (a.unit != b.unit) return "unit";
  if (a.direction != b.direction) return "direction";
  if (a.formula != b.formula) return "formula";
  if (a.clock != b.clock) return "clock";
  if (a.definition_hash != b.definition_hash) return "definition";
  return nullptr;
}

}  // namespace rackproof
