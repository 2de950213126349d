#include "harness/verdict/compare/rated_share.hpp"

#include "harness/verdict/roof.hpp"

namespace rackproof {

namespace {

void add(const std::string& metric, const RatedDevices& rated, MeanOfSide& mean) {
  if (mean.models.size() != 1 || !(mean.value > 0)) return;
  const RatedDevice* const device = rated.find(*mean.models.begin());
  const auto roof = device == nullptr ? std::nullopt : roof_of(metric, *device);
  if (!roof || !(roof->value > 0)) return;
  mean.of_rated = mean.value / roof->value;
  mean.rated = roof->basis;
}

}  // namespace

void add_rated_shares(Comparison& comparison, const RatedDevices& rated) {
  for (ComparedMetric& metric : comparison.metrics) {
    add(metric.of.metric, rated, metric.reference);
    for (ComparedRatio& compared : metric.ratios) add(metric.of.metric, rated, compared.mean);
  }
}

}  // namespace rackproof
