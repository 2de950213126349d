#include "reports/trend_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>

#include "harness/base/units.hpp"
#include "reports/escape.hpp"
#include "reports/text_table.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

std::string change_or_unknown(double share) {
  return std::isfinite(share) ? change_text(share) : "not known";
}

std::string subject_of(const TrendFinding& finding) {
  std::string text = finding.subject;
  if (finding.key != finding.subject) text += fmt::format(" ({})", finding.key);
  return visible_text(text);
}

std::vector<std::string> row_of(const TrendFinding& finding) {
  std::string state(to_string(finding.state));
  if (!finding.acknowledged.empty()) state += fmt::format(" ({})", finding.acknowledged);
  return {visible_text(state),
          std::string(to_string(finding.change)),
          subject_of(finding),
          visible_text(finding.metric),
          fmt::format("{} {}", finding.is_drift ? "drifts since" : "since", finding.changed),
          fmt::format("{} [{}, {}]", change_or_unknown(finding.effect),
                      change_or_unknown(finding.effect_range.lo), change_or_unknown(finding.effect_range.hi)),
          fmt::format("{} → {}", format_quantity(finding.before, finding.unit),
                      format_quantity(finding.after, finding.unit)),
          finding.id};
}

std::string table(std::vector<std::vector<std::string>> rows) {
  rows.insert(rows.begin(), {"state", "change", "subject", "metric", "since", "effect", "level", "id"});
  return aligned(rows, std::vector<std::string>(rows.size()), false);
}

/// The first findings of a cause (-1: of none), and how many there are more.
std::pair<std::vector<std::vector<std::string>>, std::size_t> rows_of_cause(const Trend& trend,
                                                                            std::int32_t cause,
                                                                            std::size_t most) {
  std::vector<std::vector<std::string>> rows;
  std::size_t more = 0;
  for (const TrendFinding& finding : trend.findings) {
    if (finding.cause != cause) continue;
    if (rows.size() < most) {
      rows.push_back(row_of(finding));
    } else {
      ++more;
    }
  }
  return {std::move(rows), more};
}

std::string headline(const Trend& trend) {
  std::string text;
  if (trend.nights.empty()) return "no nights\n";
  text +=
      fmt::format("{} night{} from {} runs, {} … {}\n", trend.nights.size(),
                  trend.nights.size() == 1 ? "" : "s", trend.runs, trend.nights.front(), trend.nights.back());
  text += fmt::format("last night: {} of {} promised cases measured\n", trend.coverage.measured,
                      trend.coverage.promised);
  text += fmt::format(
      "{} series watched, {} scanned; by chance, at most {:.2g} alarm on one night, before confirmation\n",
      trend.series_watched, trend.series_scanned, trend.expected_false_alarms);
  std::array<std::size_t, 4> states{};
  for (const TrendFinding& finding : trend.findings) ++states[static_cast<std::size_t>(finding.state)];
  text += fmt::format("findings: {} new, {} confirmed, {} acknowledged, {} went away\n", states[0], states[1],
                      states[2], states[3]);
  return text;
}

std::string cause_text(const Trend& trend, std::size_t row, bool all) {
  const TrendCause& cause = trend.causes[row];
  std::string text = fmt::format(
      "\n{} since {}: {} of the {} {}s that changed have {}, of the {} others {}  {}\n  metrics: {}\n",
      to_string(cause.change), cause.changed, cause.members, cause.changed_subjects, cause.scope,
      visible_text(cause.text()), cause.unchanged, cause.unchanged_with, cause.id,
      visible_text(fmt::format("{}", fmt::join(cause.metrics, ", "))));
  const auto [rows, more] =
      rows_of_cause(trend, static_cast<std::int32_t>(row), all ? trend.findings.size() : kTrendMembers);
  text += table(rows);
  if (more > 0) text += fmt::format("+{} more with this cause (--all)\n", more);
  return text;
}

std::string suspects_text(const Trend& trend, bool all) {
  if (trend.suspects.empty()) return {};
  std::string text = "\nsuspects (a shortlist, no findings):\n";
  std::vector<std::vector<std::string>> rows{{"subject", "metric", "why"}};
  const std::size_t shown = all ? trend.suspects.size() : std::min(trend.suspects.size(), kTrendSuspects);
  for (std::size_t i = 0; i < shown; ++i) {
    const TrendSuspect& suspect = trend.suspects[i];
    rows.push_back({visible_text(suspect.subject), visible_text(suspect.metric), suspect.why.en});
  }
  text += aligned(rows, std::vector<std::string>(rows.size()), false);
  if (shown < trend.suspects.size()) text += fmt::format("+{} more (--all)\n", trend.suspects.size() - shown);
  return text;
}

}  // namespace

std::string trend_text(const Trend& trend, bool all) {
  std::string text = headline(trend);
  for (std::size_t row = 0; row < trend.causes.size(); ++row) text += cause_text(trend, row, all);
  const auto [rows, more] = rows_of_cause(trend, -1, all ? trend.findings.size() : kTrendFindings);
  if (!rows.empty()) text += (trend.causes.empty() ? "\n" : "\nwithout a common cause:\n") + table(rows);
  if (more > 0) text += fmt::format("+{} more (--all)\n", more);
  return text + suspects_text(trend, all);
}

}  // namespace rackproof
