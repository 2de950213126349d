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

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Compares the fields of two rows and keeps the first that differs.
class RowComparison {
 public:
  /// `note`: what is said of either row beside the field; may be empty.
  RowComparison(std::string where, std::string stored_note, std::string now_note)
      : where_(std::move(where)), stored_note_(std::move(stored_note)), now_note_(std::move(now_note)) {}

  RowComparison& text(std::string_view field, std::string_view stored, std::string_view now) {
    if (stored != now) differ(field, fmt::format("\"{}\"", stored), fmt::format("\"{}\"", now));
    return *this;
  }
  RowComparison& word(std::string_view field, std::string_view stored, std::string_view now) {
    if (stored != now) differ(field, std::string(stored), std::string(now));
    return *this;
  }
  RowComparison& number(std::string_view field, double stored, double now) {
    if (!same_number(stored, now)) differ(field, fmt::format("{}", stored), fmt::format("{}", now));
    return *this;
  }
  template <class Count>
  RowComparison& count(std::string_view field, Count stored, Count now) {
    if (stored != now) differ(field, fmt::format("{}", stored), fmt::format("{}", now));
    return *this;
  }
  RowComparison& texts(std::string_view field, const std::vector<std::string>& stored,
                       const std::vector<std::string>& now) {
    if (stored != now)
      differ(field, fmt::format("{}", fmt::join(stored, ", ")), fmt::format("{}", fmt::join(now, ", ")));
    return *this;
  }
  Difference first() { return std::move(found_); }

 private:
  void differ(std::string_view field, const std::string& stored, const std::string& now) {
    if (!found_)
      found_ = VerdictDifference{where_, fmt::format("{} {}{}", field, stored, stored_note_),
                                 fmt::format("{} {}{}", field, now, now_note_)};
  }

  std::string where_, stored_note_, now_note_;
  Difference found_;
};

/// Rows in the order of both: the first that one side lacks, that stands elsewhere, or whose fields differ.
template <class Row, class SameKey, class Name, class Compare>
Difference first_of_rows(const std::vector<Row>& stored, const std::vector<Row>& now, std::string_view kind,
                         const SameKey& same_key, const Name& name, const Compare& compare) {
  const auto has = [&](const std::vector<Row>& rows, const Row& row) {
    return std::ranges::any_of(rows, [&](const Row& other) { return same_key(other, row); });
  };
  const auto none = fmt::format("no {}", kind), one = fmt::format("a {}", kind);
  for (std::size_t i = 0; i < std::max(stored.size(), now.size()); ++i) {
    if (i < stored.size() && i < now.size() && same_key(stored[i], now[i])) {
      if (Difference difference = compare(stored[i], now[i])) return difference;
      continue;
    }
    if (i < now.size() && !has(stored, now[i])) return VerdictDifference{name(now[i]), none, one};
    if (i < stored.size() && !has(now, stored[i])) return VerdictDifference{name(stored[i]), one, none};
    const Row& row = i < stored.size() ? stored[i] : now[i];
    return VerdictDifference{name(row), fmt::format("{} {}", kind, i), "another place, or once only"};
  }
  return std::nullopt;
}

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
            .text("failure", a.failure, b.failure)
            .number("value", a.value, b.value)
            .number("lo", a.lo, b.lo)
            .number("hi", a.hi, b.hi)
            .count("launches", a.launches, b.launches)
            .text("found", a.found, b.found)
            .text("reason", a.reason, b.reason)
            .first();
      });
}

Difference of_roll_ups(const Verdicts& stored, const Verdicts& now) {
  const auto name = [](const RollUp& row) { return fmt::format("{} {}", row.kind, row.subject); };
  return first_of_rows(
      stored.roll_ups, now.roll_ups, "roll-up",
      [](const RollUp& a, const RollUp& b) { return a.subject == b.subject && a.kind == b.kind; }, name,
      [&](const RollUp& a, const RollUp& b) {
        return RowComparison(name(a), "", "")
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

Difference of_limit(const LimitRow& a, const LimitRow& b, std::size_t row) {
  return RowComparison(fmt::format("limit {} on {}", row, a.metric), "", "")
      .text("metric", a.metric, b.metric)
      .text("scope", a.scope, b.scope)
      .text("model", a.model, b.model)
      .count("kind", int{a.bound}, int{b.bound})
      .number("lower", a.lower, b.lower)
      .number("upper", a.upper, b.upper)
      .count("number", a.number, b.number)
      .texts("texts", a.texts, b.texts)
      .text("unit", a.unit, b.unit)
      .word("severity", to_string(a.severity), to_string(b.severity))
      .text("clause", a.clause, b.clause)
      .text("provenance", a.provenance, b.provenance)
      .first();
}

Difference of_limits(const std::vector<LimitRow>& stored, const std::vector<LimitRow>& now) {
  if (stored.size() != now.size())
    return VerdictDifference{"limits as applied", fmt::format("{} rows", stored.size()),
                             fmt::format("{} rows", now.size())};
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (Difference difference = of_limit(stored[i], now[i], i)) return difference;
  }
  return std::nullopt;
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
        return RowComparison(name(a), "", "")
            .count("measured", a.measured, b.measured)
            .count("judged", a.judged, b.judged)
            .text("excluded", a.excluded, b.excluded)
            .first();
      });
}

Difference of_findings(const Verdicts& stored, const Verdicts& now) {
  const auto name = [](const Finding& row) { return fmt::format("finding {} {}", row.id, row.kind); };
  return first_of_rows(
      stored.findings, now.findings, "finding",
      [](const Finding& a, const Finding& b) { return a.id == b.id; }, name,
      [&](const Finding& a, const Finding& b) {
        return RowComparison(name(a), "", "")
            .text("kind", a.kind, b.kind)
            .texts("subjects", a.subjects, b.subjects)
            .text("evidence", a.evidence, b.evidence)
            .text("action", a.action, b.action)
            .first();
      });
}

Difference of_whole(const Verdicts& stored, const Verdicts& now) {
  return RowComparison("the whole", "", "")
      .word("disposition", to_string(stored.disposition), to_string(now.disposition))
      .count("exit code", static_cast<int>(stored.exit_code), static_cast<int>(now.exit_code))
      .text("campaign", stored.campaign_id, now.campaign_id)
      .first();
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
    if (stands_on_rated(limits.limits[i]) && of_limit(stored.limits[i], applied[i], i)) out.rated = true;
  }
  return out;
}

std::optional<VerdictDifference> first_difference(const StoredVerdicts& stored, const Verdicts& now,
                                                  const Results& results, const Limits& limits) {
  if (Difference targets = of_targets(stored.targets, names_of(results))) return targets;
  if (Difference cells = of_cells(stored, now)) return cells;
  if (Difference roll_ups = of_roll_ups(stored.verdicts, now)) return roll_ups;
  if (Difference rows = of_limits(stored.limits, applied_limits(limits))) return rows;
  if (Difference coverage = of_coverage(stored, now)) return coverage;
  if (Difference findings = of_findings(stored.verdicts, now)) return findings;
  return of_whole(stored.verdicts, now);
}

std::string to_string(const VerdictDifference& difference) {
  return printable(fmt::format("{}: {} in the file, {} judged again", difference.where, difference.stored,
                               difference.now));
}

}  // namespace rackproof
