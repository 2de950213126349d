#include "harness/verdict/verdict_difference.hpp"

#include "harness/base/error.hpp"

namespace rackproof {

std::string to_string(const VerdictDifference& difference) {
  return printable(fmt::format("{}: {} in the file, {} judged again", difference.where, difference.stored,
                               difference.now));
}

std::optional<VerdictDifference> difference_of_roll_ups(const std::vector<RollUp>& stored,
                                                        const std::vector<RollUp>& now) {
  const auto name = [](const RollUp& row) { return fmt::format("{} {}", row.kind, row.subject); };
  return first_of_rows(
      stored, now, "roll-up",
      [](const RollUp& a, const RollUp& b) { return a.subject == b.subject && a.kind == b.kind; }, name,
      [&](const RollUp& a, const RollUp& b) {
        return RowComparison(name(a))
            .word("disposition", to_string(a.disposition), to_string(b.disposition))
            .word("verdict", to_string(a.verdict), to_string(b.verdict))
            .count("pass", a.passed, b.passed)
            .count("fail", a.failed, b.failed)
            .count("inconclusive", a.inconclusive, b.inconclusive)
            .count("not_judged", a.not_judged, b.not_judged)
            .count("not_applicable", a.not_applicable, b.not_applicable)
            .first();
      });
}

std::optional<VerdictDifference> difference_of_limit(const LimitRow& stored, const LimitRow& now,
                                                     std::size_t row) {
  return RowComparison(fmt::format("limit {} on {}", row, stored.metric))
      .text("metric", stored.metric, now.metric)
      .text("scope", stored.scope, now.scope)
      .text("model", stored.model, now.model)
      .count("kind", int{stored.bound}, int{now.bound})
      .number("lower", stored.lower, now.lower)
      .number("upper", stored.upper, now.upper)
      .count("number", stored.number, now.number)
      .texts("texts", stored.texts, now.texts)
      .text("unit", stored.unit, now.unit)
      .word("severity", to_string(stored.severity), to_string(now.severity))
      .text("clause", stored.clause, now.clause)
      .text("provenance", stored.provenance, now.provenance)
      .first();
}

std::optional<VerdictDifference> difference_of_limits(const std::vector<LimitRow>& stored,
                                                      const std::vector<LimitRow>& now) {
  if (stored.size() != now.size())
    return VerdictDifference{"limits as applied", fmt::format("{} rows", stored.size()),
                             fmt::format("{} rows", now.size())};
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (auto difference = difference_of_limit(stored[i], now[i], i)) return difference;
  }
  return std::nullopt;
}

std::optional<VerdictDifference> difference_of_findings(const std::vector<Finding>& stored,
                                                        const std::vector<Finding>& now) {
  const auto name = [](const Finding& row) { return fmt::format("finding {} {}", row.id, row.kind); };
  return first_of_rows(
      stored, now, "finding", [](const Finding& a, const Finding& b) { return a.id == b.id; }, name,
      [&](const Finding& a, const Finding& b) {
        return RowComparison(name(a))
            .text("kind", a.kind, b.kind)
            .texts("subjects", a.subjects, b.subjects)
            .text("evidence", a.evidence, b.evidence)
            .text("action", a.action, b.action)
            .first();
      });
}

std::optional<VerdictDifference> difference_of_whole(const Verdicts& stored, const Verdicts& now) {
  return RowComparison("the whole")
      .word("disposition", to_string(stored.disposition), to_string(now.disposition))
      .count("exit code", static_cast<int>(stored.exit_code), static_cast<int>(now.exit_code))
      .text("campaign", stored.campaign_id, now.campaign_id)
      .first();
}

}  // namespace rackproof
