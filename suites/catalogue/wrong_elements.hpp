// A quantity of cases of several suites.
#pragma once

#include "harness/plan/catalogue.hpp"

namespace rackproof {

/// Of every case whose outputs are arrays that are checked element by element.
inline constexpr QuantityRow kWrongElements{"wrong_elements", QuantityKind::exact, "1",
                                            Direction::lower_is_better,
                                            "count: elements of the checked outputs that are not right"};

}  // namespace rackproof
