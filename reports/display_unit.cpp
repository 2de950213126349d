#include "reports/display_unit.hpp"

#include <cmath>

namespace rackproof {

DisplayUnit display_unit(double typical, const Dimension& dimension) {
  const std::string text = format_quantity(std::isfinite(typical) ? typical : 1, dimension);
  const auto space = text.find(' ');
  if (space == std::string::npos) return {};
  DisplayUnit unit{text.substr(space + 1), 1};
  unit.scale = parse_quantity("1 " + unit.name).value;
  return unit;
}

}  // namespace rackproof
