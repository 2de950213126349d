// Ratios as dots with whiskers on one logarithmic axis that a whole page shares, with the band that makes no difference.
#pragma once

#include <string>

#include "harness/verdict/compare/comparison.hpp"
#include "reports/html/chart_axis.hpp"

namespace rackproof {

class RatioChart {
 public:
  /// The axis takes in every ratio of the comparison with its interval, and the band of the margin around 1.
  explicit RatioChart(const Comparison& comparison);

  /// The axis with its ticks, for the head of a table. `label` is escaped already.
  std::string axis(const std::string& label) const;
  /// One ratio: filled where a verdict says something, hollow where no difference is shown or it is described only. Empty for a ratio that
  /// is no number. `label` is escaped already.
  std::string row(const Ratio& ratio, RatioWord adjusted, const std::string& label) const;

  const ChartAxis& scale() const { return axis_; }

 private:
  std::string band(double height) const;

  double margin_;
  ChartAxis axis_;
};

}  // namespace rackproof
