// What a machine-readable report says before its cells.
#pragma once

#include <nlohmann/json.hpp>

#include "reports/formats/rack_cells.hpp"

namespace rackproof {

/// Of the JSON and JSON Lines reports. Fields are added without a new number; a changed meaning has one.
inline constexpr int kReportSchema = 1;

/// {"schema", "campaign": {id, started_utc, finished_utc, ended, plan, site, limits, hashes}, "disposition",
/// "accepted_with_reservations", "gates": {pass, fail, …, waived}, "promised", "exempt", "measured"}.
nlohmann::json report_header(const ReportInput& input, const std::vector<RackCells>& racks);

/// [{id, kind, subjects, evidence, action}], also of `judge --json`.
nlohmann::json findings_json(const std::vector<Finding>& findings);

nlohmann::json gates_json(const GateCounts& counts);

}  // namespace rackproof
