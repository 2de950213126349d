// The unit in which a whole column of figures is shown: one prefix for all of them, so that they can be compared.
#pragma once

#include <string>

#include "harness/base/units.hpp"

namespace rackproof {

struct DisplayUnit {
  std::string name;  ///< "GB/s"; empty for plain numbers
  double scale = 1;  ///< in SI units
  double of(double si) const { return si / scale; }
};

/// The one that format_quantity() takes for a typical value of the column; without a prefix when that is not finite.
DisplayUnit display_unit(double typical, const Dimension& dimension);

}  // namespace rackproof
