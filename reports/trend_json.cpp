#include "reports/trend_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/version.hpp"
#include "harness/record/finite_json.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

json finding_json(const TrendFinding& finding, const Trend& trend) {
  return {{"id", finding.id},
          {"state", to_string(finding.state)},
          {"change", to_string(finding.change)},
          {"scope", finding.scope},
          {"subject", finding.subject},
          {"key", finding.key},
          {"host", finding.host},
          {"metric", finding.metric},
          {"unit", finding.unit},
          {"since", finding.changed},
          {"first_seen", finding.first_seen},
          {"settled", finding.settled},
          {"drift", finding.is_drift},
          {"confirmed", finding.is_confirmed},
          {"before", finite_json(finding.before)},
          {"after", finite_json(finding.after)},
          {"effect", finite_json(finding.effect)},
          {"effect_lo", finite_json(finding.effect_range.lo)},
          {"effect_hi", finite_json(finding.effect_range.hi)},
          {"statistic", finite_json(finding.statistic)},
          {"nights", finding.nights},
          {"acknowledged", finding.acknowledged},
          {"cause", finding.cause < 0 ? json(nullptr)
                                      : json(trend.causes.at(static_cast<std::size_t>(finding.cause)).id)}};
}

json cause_json(const TrendCause& cause) {
  json levels = json::array();
  for (const TrendCause::Level& level : cause.levels)
    levels.push_back({{"attribute", level.attribute}, {"value", level.value}});
  return {{"id", cause.id},
          {"change", to_string(cause.change)},
          {"scope", cause.scope},
          {"levels", levels},
          {"since", cause.changed},
          {"members", cause.members},
          {"changed", cause.changed_subjects},
          {"unchanged_with", cause.unchanged_with},
          {"unchanged", cause.unchanged},
          {"p_value", cause.p_value},
          {"metrics", cause.metrics}};
}

}  // namespace

json trend_json(const Trend& trend) {
  json findings = json::array(), causes = json::array(), suspects = json::array();
  for (const TrendFinding& finding : trend.findings) findings.push_back(finding_json(finding, trend));
  for (const TrendCause& cause : trend.causes) causes.push_back(cause_json(cause));
  for (const TrendSuspect& suspect : trend.suspects) {
    suspects.push_back({{"scope", suspect.scope},
                        {"subject", suspect.subject},
                        {"key", suspect.key},
                        {"metric", suspect.metric},
                        {"why", suspect.why.en}});
  }
  return {{"schema_version", 1},
          {"program_version", kProgramVersion},
          {"nights", trend.nights},
          {"runs", trend.runs},
          {"last_night", {{"promised", trend.coverage.promised}, {"measured", trend.coverage.measured}}},
          {"series_watched", trend.series_watched},
          {"series_scanned", trend.series_scanned},
          {"expected_false_alarms", trend.expected_false_alarms},
          {"too_little", trend.too_little()},
          {"new_confirmed", trend.has_new_confirmed()},
          {"findings", findings},
          {"causes", causes},
          {"suspects", suspects},
          {"notes", english_of(trend.notes)}};
}

}  // namespace rackproof
