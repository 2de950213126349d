// What a report in another format is made of.
#pragma once

#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/reservations.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// All of one campaign or merged file; none is copied.
struct ReportInput {
  const Results& results;
  const Limits& limits;
  const Verdicts& verdicts;
  const Reservations& reservations;  ///< Reservations() where nobody waives anything
};

}  // namespace rackproof
