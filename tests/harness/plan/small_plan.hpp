// A plan of cases of the small catalogue.
#pragma once

#include <string>

#include "harness/plan/plan.hpp"
#include "tests/harness/plan/small_catalogue.hpp"

namespace rackproof {

/// The settings begin in line 3 of "plan.toml".
inline Plan small_plan(const std::string& runs, const std::string& settings = "launches = 1\n") {
  return parse_plan("schema = 1\nname = \"p\"\n" + settings + runs, "plan.toml", kSmallCatalogue);
}

}  // namespace rackproof
