#include "harness/verdict/unused_limits.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "harness/results/shard_notice.hpp"
#include "harness/verdict/finding_texts.hpp"

namespace rackproof {

namespace {

/// Scopes with groups or pairs that a campaign of a part of the site leaves to others.
std::set<std::string_view> left_to_others(const Results& results) {
  std::set<std::string_view> scopes;
  for (const auto& notice : results.notices) {
    if (notice.kind == kShardNotice && !notice.subjects.empty()) scopes.insert(notice.subjects.front());
  }
  return scopes;
}

}  // namespace

std::vector<std::size_t> unused_limits(const Limits& limits, const std::vector<bool>& used) {
  std::vector<std::size_t> unused;
  for (std::size_t i = 0; i < limits.limits.size(); ++i) {
    const Limit& limit = limits.limits[i];
    const bool nothing_promised = std::holds_alternative<AsPromised>(limit.bound) && limit.model.empty();
    if (!used.at(i) && !nothing_promised) unused.push_back(i);
  }
  return unused;
}

std::vector<std::size_t> unused_limits(const Limits& limits, const std::vector<VerdictCell>& cells) {
  std::vector<bool> used(limits.limits.size(), false);
  for (const VerdictCell& cell : cells) {
    if (cell.limit >= 0) used.at(static_cast<std::size_t>(cell.limit)) = true;
  }
  return unused_limits(limits, used);
}

void report_unused_limit(const Limit& limit, std::vector<std::string> subjects, Findings& findings) {
  const Text& unused =
      limit.severity == Severity::gate ? finding_texts::kUnusedGate : finding_texts::kUnusedScore;
  findings.add("unused-limit", std::move(subjects), {unused, limit.line}, finding_texts::kCheckLimit);
}

bool has_gate(const Limits& limits, const std::vector<std::size_t>& rows) {
  return std::ranges::any_of(rows,
                             [&](std::size_t row) { return limits.limits[row].severity == Severity::gate; });
}

Withheld withheld_for_unused_gates(const Results& results, const Limits& limits,
                                   const std::vector<VerdictCell>& cells) {
  const std::vector<std::size_t> unused = unused_limits(limits, cells);
  if (!has_gate(limits, unused)) return Withheld::nothing;
  const std::set<std::string_view> others = left_to_others(results);
  const bool is_left_out = std::ranges::all_of(unused, [&](std::size_t row) {
    const Limit& limit = limits.limits[row];
    return limit.severity != Severity::gate || (limit.model.empty() && others.contains(limit.scope));
  });
  return is_left_out ? Withheld::campaign : Withheld::all;
}

}  // namespace rackproof
