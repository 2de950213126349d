#include "reports/fleet_metric.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "harness/base/no_number.hpp"
#include "harness/results/cells.hpp"
#include "harness/verdict/peers/order_statistics.hpp"
#include "reports/display_unit.hpp"
#include "reports/escape.hpp"
#include "reports/language/case_titles.hpp"
#include "reports/limit_range.hpp"

namespace rackproof {

namespace {

constexpr int kBoundDigits = 6;

/// What the worst is measured from where no limit says it.
GoodRange range_of(Direction direction, double median) {
  if (direction == Direction::higher_is_better) return {0, HUGE_VAL};
  if (direction == Direction::lower_is_better) return {-HUGE_VAL, 0};
  return {median, median};
}

double shown_bound(double bound, const DisplayUnit& unit) {
  return std::isfinite(bound) ? rounded(unit.of(bound), kBoundDigits) : kNoNumber;
}

}  // namespace

std::uint8_t worse_verdict(std::uint8_t a, std::uint8_t b) {
  // By number: pass, fail, inconclusive, not judged, not applicable, none.
  constexpr std::array<std::uint8_t, kVerdictCount + 1> kBadness{2, 5, 4, 3, 1, 0};
  return kBadness[b] > kBadness[a] ? b : a;
}

FleetMetric fleet_metric(const SeriesRow& series, std::string_view scope, const Limit* limit,
                         const TargetColumn& targets, std::size_t racks) {
  FleetMetric out;
  out.metric = visible_text(series.metric(), kLongestFleetText);
  out.title = case_title(visible_text(series.title, kLongestFleetText));
  out.scope = visible_text(scope, kLongestFleetText);
  out.direction = series.direction;
  constexpr GoodRange kNoRange{kNoNumber, kNoNumber};
  const GoodRange range = limit == nullptr ? kNoRange : limit_range(*limit).value_or(kNoRange);
  const Dimension dimension = dimension_of(series.unit);

  const OrderStatistics order(targets.value);
  const auto quantile = [&](double p) { return order.count() == 0 ? kNoNumber : order.quantile(p); };
  const double median = quantile(0.5);
  const double bound = std::isfinite(range.least) ? range.least : range.most;
  const DisplayUnit unit = display_unit(std::isfinite(median) ? median : bound, dimension);
  out.unit = unit.name;
  out.p1 = rounded(unit.of(quantile(0.01)), kFigureDigits);
  out.p50 = rounded(unit.of(median), kFigureDigits);
  out.p99 = rounded(unit.of(quantile(0.99)), kFigureDigits);
  if (limit != nullptr) {
    out.limit = visible_text(to_string(*limit), kLongestFleetText);
    out.model = visible_text(limit->model, kLongestFleetText);
    out.score = limit->severity == Severity::score;
  }
  out.lower = shown_bound(range.least, unit);
  out.upper = shown_bound(range.most, unit);

  const GoodRange good = !std::isnan(range.least) ? range : range_of(series.direction, median);
  out.value.assign(racks, std::numeric_limits<float>::quiet_NaN());
  out.verdict.assign(racks, kNoVerdict);
  for (std::size_t i = 0; i < targets.rack.size(); ++i) {
    if (targets.verdict[i] == static_cast<std::uint8_t>(Verdict::fail)) ++out.failing;
    const std::uint32_t rack = targets.rack[i];
    if (rack == kNoRack) continue;
    out.verdict[rack] = worse_verdict(out.verdict[rack], targets.verdict[i]);
    float& worst = out.value[rack];
    const float value = targets.value[i];
    if (std::isfinite(value) &&
        (std::isnan(worst) || beyond(good, double{value}) > beyond(good, double{worst})))
      worst = value;
  }
  for (float& value : out.value) value = static_cast<float>(rounded(unit.of(double{value}), kFigureDigits));
  return out;
}

}  // namespace rackproof
