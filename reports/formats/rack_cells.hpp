// The gate cells of each rack, counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/formats/report_input.hpp"

namespace rackproof {

struct GateCounts {
  std::uint64_t passed = 0, failed = 0, inconclusive = 0, not_judged = 0, not_applicable = 0;
  std::uint64_t waived = 0;  ///< of those that failed
  std::uint64_t total() const { return passed + failed + inconclusive + not_judged + not_applicable; }
  void add(Verdict verdict, bool is_waived);
  void add(const GateCounts& more);
};

struct RackCells {
  std::string rack;  ///< kBetweenRacks: of what lies in no rack alone
  bool between_racks = false;
  Disposition disposition =
      Disposition::undecided;  ///< as rolled up; of what lies between racks there is none
  bool with_reservations = false;
  GateCounts counts;
  std::vector<std::uint32_t> cells;  ///< rows of Verdicts::cells, gates only
};

/// In site order; what lies between racks last, if anything does.
std::vector<RackCells> cells_by_rack(const ReportInput& input);

/// Over all of them.
GateCounts total_of(const std::vector<RackCells>& racks);

}  // namespace rackproof
