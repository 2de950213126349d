#include "harness/verdict/verdict_agreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

using Difference = std::optional<VerdictDifference>;

std::string_view name_of(const std::vector<std::string>& targets, std::uint32_t row) {
  return row < targets.size() ? std::string_view(targets[row]) : std::string_view("?");
}

Difference of_cells(const StoredVerdicts& stored, const Verdicts& now) {
  const auto name = [&](const VerdictCell& cell) {
    return fmt::format("{}, case {}, {}", name_of(stored.targets, cell.target), cell.case_id,
                       cell.completion() ? "its completion" : "quantity " + cell.quantity);
  };
  return first_of_rows(
      stored.verdicts.cells, now.cells, "cell",
      [](const VerdictCell& a, const VerdictCell& b) {
        return a.target == b.target && a.case_id == b.case_id && a.quantity == b.quantity &&
               a.limit == b.limit;
      },
      name,
      [&](const VerdictCell& a, const VerdictCell& b) {
        const bool same_verdict = a.verdict == b.verdict;  // then it is said beside what differs
        const auto note = [&](const VerdictCell& cell) {
          return same_verdict ? fmt::format(" (verdict {})", to_string(cell.verdict)) : std::string();
        };
        return RowComparison(name(a), note(a), note(b))
            .word("verdict", to_string(a.verdict), to_string(b.verdict))
            .word("severity", to_string(a.severity), to_string(b.severity))
            .figures(a, b)
            .text("found", a.found, b.found)
            .text("reason", a.reason, b.reason)
            .first();
      });
}

Difference of_coverage(const StoredVerdicts& stored, const Verdicts& now) {
  const auto name = [&](const Coverage& row) {
    return fmt::format("coverage of {}, case {}", name_of(stored.targets, row.target), row.case_id);
  };
  return first_of_rows(
      stored.verdicts.coverage, now.coverage, "row",
      [](const Coverage& a, const Coverage& b) { return a.target == b.target && a.case_id == b.case_id; },
      name,
      [&](const Coverage& a, const Coverage& b) {
        return RowComparison(name(a))
            .count("measured", a.measured, b.measured)
            .count("judged", a.judged, b.judged)
            .text("excluded", a.excluded, b.excluded)
            .first();
      });
}

std::vector<std::string> names_of(const Results& results) {
  std::vector<std::string> names;
  for (const TargetRow& target : results.targets) names.push_back(target.name);
  return names;
}

Difference of_targets(const std::vector<std::string>& stored, const std::vector<std::string>& now) {
  if (stored == now) return std::nullopt;
  const auto [a, b] = std::ranges::mismatch(stored, now);
  return VerdictDifference{fmt::format("target {}", a - stored.begin()), a == stored.end() ? "none" : *a,
                           b == now.end() ? "none" : *b};
}

bool stands_on_rated(const Limit& limit) {
  return limit.relative && limit.relative->to == RelativeBound::To::rated;
}

}  // namespace

JudgedOtherwise judged_otherwise(const StoredVerdicts& stored, const Verdicts& now, const Limits& limits) {
  JudgedOtherwise out;
  out.results = stored.verdicts.results_sha256 != now.results_sha256;
  out.limits = stored.verdicts.limits_sha256 != now.limits_sha256;
  out.waivers = stored.verdicts.waivers_sha256 != now.waivers_sha256;
  out.engine = stored.verdicts.engine_version != now.engine_version;
  const std::vector<LimitRow> applied = applied_limits(limits);
  for (std::size_t i = 0; i < std::min(applied.size(), stored.limits.size()); ++i) {
    if (stands_on_rated(limits.limits[i]) && difference_of_limit(stored.limits[i], applied[i], i))
      out.rated = true;
  }
  return out;
}

std::optional<VerdictDifference> first_difference(const StoredVerdicts& stored, const Verdicts& now,
                                                  const Results& results, const Limits& limits) {
  if (Difference targets = of_targets(stored.targets, names_of(results))) return targets;
  if (Difference cells = of_cells(stored, now)) return cells;
  if (Difference roll_ups = difference_of_roll_ups(stored.verdicts.roll_ups, now.roll_ups)) return roll_ups;
  if (Difference rows = difference_of_limits(stored.limits, applied_limits(limits))) return rows;
  if (Difference coverage = of_coverage(stored, now)) return coverage;
  if (Difference findings = difference_of_findings(stored.verdicts.findings, now.findings)) return findings;
  return difference_of_whole(stored.verdicts, now);
}

}  // namespace rackproof
