// Limits that apply to no target, and what is not accepted because of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/verdict/findings.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Rows of limits without a cell. One that asks for what the site promises, of every model, is none of them: the site promises
/// nothing of the kind. `used`: of each row, whether it has a cell.
std::vector<std::size_t> unused_limits(const Limits& limits, const std::vector<bool>& used);
std::vector<std::size_t> unused_limits(const Limits& limits, const std::vector<VerdictCell>& cells);

/// Adds the finding "unused-limit" about one of them.
void report_unused_limit(const Limit& limit, std::vector<std::string> subjects, Findings& findings);

/// Whether a gate is among rows of limits.
bool has_gate(const Limits& limits, const std::vector<std::size_t>& rows);

/// What a gate without a cell keeps from being accepted.
enum class Withheld : std::uint8_t {
  nothing,   ///< every gate has a cell
  campaign,  ///< only the whole: the gate is on groups or pairs that this part of the site leaves out, as they span its racks
  all  ///< every subject: its model or placement is most likely mistyped, and nobody knows whom it was meant for
};
Withheld withheld_for_unused_gates(const Results& results, const Limits& limits,
                                   const std::vector<VerdictCell>& cells);

}  // namespace rackproof
