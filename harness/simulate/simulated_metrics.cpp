#include "harness/simulate/simulated_metrics.hpp"

#include <fmt/format.h>

namespace rackproof {

namespace {

constexpr double kRate = 1e11;  // B/s
constexpr double kTime = 1e-5;  // s
constexpr int kSteps = 20;      // of a tenth, so that no two neighbours are alike
constexpr double kMargin = 0.15;

SimulatedMetric metric(Placement placement, const std::string& case_id, const QuantityRow& quantity,
                       double base) {
  CaseRow row;
  row.id = case_id;
  row.title = "simulated: drawn from a seed, not measured";
  row.definition = "a base value, times noise and planted faults";
  row.check = "none";
  row.clock = "host";
  SimulatedMetric out;
  out.series = {.case_id = case_id,
                .quantity = std::string(quantity.name),
                .kind = QuantityKind::real,
                .unit = std::string(quantity.unit),
                .direction = quantity.direction,
                .formula = std::string(quantity.formula),
                .clock = std::string(row.clock),
                .definition_hash = definition_hash(row, quantity),
                .title = std::string(row.title)};
  out.placement = placement;
  out.base = base;
  return out;
}

QuantityRow quantity(std::string_view name, std::string_view unit, Direction direction) {
  return {name, QuantityKind::real, unit, direction, "simulated"};
}

}  // namespace

std::vector<SimulatedMetric> simulated_metrics(int metrics, bool has_pairs) {
  std::vector<SimulatedMetric> out;
  for (int i = 1; i <= metrics; ++i) {
    const double step = 1 + i % kSteps / 10.0;
    if (i % 3 == 0) {
      out.push_back(metric(Placement::device, fmt::format("simulated/device/time:index={}", i),
                           quantity("time", "s", Direction::lower_is_better), kTime * step));
    } else {
      out.push_back(metric(Placement::device, fmt::format("simulated/device/rate:index={}", i),
                           quantity("rate", "B/s", Direction::higher_is_better), kRate * step));
    }
  }
  if (has_pairs) {
    out.push_back(metric(Placement::pair, "simulated/host/exchange",
                         quantity("bandwidth", "B/s", Direction::higher_is_better), kRate));
  }
  return out;
}

std::string simulated_limits(const std::vector<SimulatedMetric>& metrics) {
  std::string text =
      "# Limits for simulated results: nothing here was measured.\nschema = 1\nname = \"simulated\"\n";
  for (const SimulatedMetric& metric : metrics) {
    const double bound = metric.base * (metric.is_rate() ? 1 - kMargin : 1 + kMargin);
    text += fmt::format(
        "\n[[limit]]\nmetric = \"{}\"\nplacement = \"{}\"\n{} = \"{:.6g} {}\"\nseverity = \"gate\"\n"
        "provenance = \"simulated: {:.2f} of the base value\"\n",
        metric.series.metric(), to_string(metric.placement), metric.is_rate() ? "lower" : "upper", bound,
        metric.series.unit, metric.is_rate() ? 1 - kMargin : 1 + kMargin);
  }
  return text;
}

}  // namespace rackproof
