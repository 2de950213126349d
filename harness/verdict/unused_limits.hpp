// Limits that apply to no target.
#pragma once

#include <cstddef>
#include <vector>

#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Rows of limits without a cell. One that asks for what the site promises, of every model, is none of them: the site promises
/// nothing of the kind.
std::vector<std::size_t> unused_limits(const Limits& limits, const std::vector<VerdictCell>& cells);

/// Whether a gate is among them: most likely its model is mistyped, and then nothing was judged by it.
bool has_unused_gate(const Limits& limits, const std::vector<VerdictCell>& cells);

}  // namespace rackproof
