#include "harness/verdict/compare/comparison_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/record/finite_json.hpp"

namespace rackproof {

namespace {

using json = nlohmann::ordered_json;

json sides_json(const std::vector<ComparisonSide>& sides) {
  json out = json::array();
  for (const ComparisonSide& side : sides)
    out.push_back({{"file", side.name},
                   {"sha256", side.sha256},
                   {"campaign", side.campaign},
                   {"models", side.models},
                   {"conditions", side.conditions},
                   {"notes", english_of(side.notes)}});
  return out;
}

json differing_json(const Comparison& comparison) {
  json out = json::array();
  for (const DifferingCondition& row : comparison.differing) {
    json found = json::array();
    for (const auto& texts : row.found) found.push_back(texts.empty() ? json(nullptr) : json(texts));
    out.push_back({{"item", row.item}, {"found", found}});
  }
  return out;
}

json ratio_json(const Ratio& ratio, RatioWord adjusted) {
  return {{"ratio", finite_json(ratio.value)},
          {"interval", {finite_json(ratio.interval.lo), finite_json(ratio.interval.hi)}},
          {"p_better", finite_json(ratio.p_better)},
          {"p_differs", ratio.p_differs},
          {"p_equivalent", ratio.p_equivalent},
          {"devices", ratio.n},
          {"reference_devices", ratio.reference_n},
          {"clustered_by_rack", ratio.clustered},
          {"verdict", to_string(ratio.word)},
          {"verdict_after_holm", to_string(adjusted)},
          {"why_descriptive", ratio.why.en}};
}

json mean_json(const MeanOfSide& mean) {
  return {{"value", finite_json(mean.value)},
          {"models", mean.models},
          {"of_rated", mean.of_rated ? json(*mean.of_rated) : json(nullptr)},
          {"rated", mean.rated}};
}

json metric_json(const ComparedMetric& metric) {
  json ratios = json::array();
  for (const ComparedRatio& compared : metric.ratios) {
    json row = ratio_json(compared.ratio, compared.adjusted);
    row["file"] = compared.side;
    row["mean"] = mean_json(compared.mean);
    row["implementations"] = compared.implementations;
    row["left_out"] = compared.left_out;
    row["power"] = compared.power;
    row["per_watt"] =
        compared.per_watt ? ratio_json(*compared.per_watt, compared.per_watt_adjusted) : json(nullptr);
    ratios.push_back(std::move(row));
  }
  return {{"metric", metric.of.metric},
          {"placement", metric.of.scope},
          {"division", metric.of.division},
          {"unit", metric.of.unit},
          {"direction", to_string(metric.of.direction)},
          {"formula", metric.of.formula},
          {"definition_hash", metric.of.definition_hash},
          {"reference_implementations", metric.of.implementations},
          {"reference_mean", mean_json(metric.reference)},
          {"reference_left_out", metric.reference_left_out},
          {"ratios", ratios}};
}

}  // namespace

json comparison_json(const std::vector<ComparisonSide>& sides, const Comparison& comparison) {
  json metrics = json::array(), unmatched = json::array();
  for (const ComparedMetric& metric : comparison.metrics) metrics.push_back(metric_json(metric));
  for (const UnmatchedMetric& row : comparison.unmatched)
    unmatched.push_back(
        {{"metric", row.metric}, {"placement", row.scope}, {"division", row.division}, {"files", row.sides}});
  return {{"files", sides_json(sides)},
          {"reference", 0},
          {"chosen", to_string(comparison.settings.selection)},
          {"margin", comparison.settings.ratio.margin},
          {"level", comparison.settings.ratio.level},
          {"differing_conditions", differing_json(comparison)},
          {"verdicts", comparison.verdicts},
          {"expected_false_different", comparison.expected_false_different},
          {"metrics", metrics},
          {"not_in_all_files", unmatched}};
}

}  // namespace rackproof
