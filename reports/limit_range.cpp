#include "reports/limit_range.hpp"

#include <cmath>

namespace rackproof {

std::optional<GoodRange> limit_range(const Limit& limit) {
  if (std::holds_alternative<ExactTexts>(limit.bound) || std::holds_alternative<AsPromised>(limit.bound))
    return std::nullopt;
  if (const auto* exact = std::get_if<ExactNumber>(&limit.bound))
    return GoodRange{static_cast<double>(exact->value), static_cast<double>(exact->value)};
  const GoodRange range = good_range(limit.bound);
  if (std::isnan(range.least) || std::isnan(range.most)) return std::nullopt;
  return range;
}

}  // namespace rackproof
