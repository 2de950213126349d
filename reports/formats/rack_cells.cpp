#include "reports/formats/rack_cells.hpp"

#include <string_view>
#include <unordered_map>

#include "harness/verdict/roll_up.hpp"
#include "reports/place.hpp"
#include "reports/rack_table.hpp"

namespace rackproof {

void GateCounts::add(Verdict verdict, bool is_waived) {
  switch (verdict) {
    case Verdict::pass:
      ++passed;
      break;
    case Verdict::fail:
      ++failed;
      if (is_waived) ++waived;
      break;
    case Verdict::inconclusive:
      ++inconclusive;
      break;
    case Verdict::not_judged:
      ++not_judged;
      break;
    case Verdict::not_applicable:
      ++not_applicable;
      break;
  }
}

void GateCounts::add(const GateCounts& more) {
  passed += more.passed;
  failed += more.failed;
  inconclusive += more.inconclusive;
  not_judged += more.not_judged;
  not_applicable += more.not_applicable;
  waived += more.waived;
}

std::vector<RackCells> cells_by_rack(const ReportInput& input) {
  std::vector<RackCells> racks;
  for (auto& name : rack_names(input.results)) {
    RackCells rack;
    rack.rack = std::move(name);
    rack.with_reservations = input.reservations.accepts(rack.rack);
    racks.push_back(std::move(rack));
  }
  std::unordered_map<std::string_view, std::size_t> row_of;
  for (std::size_t i = 0; i < racks.size(); ++i) row_of.emplace(racks[i].rack, i);
  for (const RollUp& row : input.verdicts.roll_ups) {
    if (row.kind != "rack") continue;
    if (const auto found = row_of.find(row.subject); found != row_of.end())
      racks[found->second].disposition = row.disposition;
  }
  RackCells between;
  between.rack = kBetweenRacks;
  between.between_racks = true;
  std::vector<RackCells*> of_target;
  for (const TargetRow& target : input.results.targets) {
    const auto found = row_of.find(rack_of(input.results, target));
    of_target.push_back(found == row_of.end() ? &between : &racks[found->second]);
  }
  for (std::size_t i = 0; i < input.verdicts.cells.size(); ++i) {
    const VerdictCell& cell = input.verdicts.cells[i];
    if (cell.severity != Severity::gate) continue;
    RackCells& rack = *of_target.at(cell.target);
    rack.counts.add(cell.verdict, input.reservations.of(i) != nullptr);
    rack.cells.push_back(static_cast<std::uint32_t>(i));
  }
  if (!between.cells.empty()) racks.push_back(std::move(between));
  return racks;
}

GateCounts total_of(const std::vector<RackCells>& racks) {
  GateCounts all;
  for (const RackCells& rack : racks) all.add(rack.counts);
  return all;
}

}  // namespace rackproof
