#include "reports/formats/report_header.hpp"

#include "reports/coverage.hpp"

namespace rackproof {

using nlohmann::json;

json gates_json(const GateCounts& counts) {
  return {{"pass", counts.passed},           {"fail", counts.failed},
          {"waived", counts.waived},         {"inconclusive", counts.inconclusive},
          {"not_judged", counts.not_judged}, {"not_applicable", counts.not_applicable}};
}

json report_header(const ReportInput& input, const std::vector<RackCells>& racks) {
  const Provenance& from = input.results.provenance;
  const RackCoverage covered = coverage_view(input.results, input.verdicts).total;
  return {{"schema", kReportSchema},
          {"campaign",
           {{"id", from.campaign_id},
            {"campaigns", input.results.merged() ? input.results.parts.size() : 1},
            {"started_utc", from.started_utc},
            {"finished_utc", from.finished_utc},
            {"ended", input.results.ended == Ended::complete ? "complete" : "interrupted"},
            {"plan", from.plan_name},
            {"site", from.site_name},
            {"limits", input.limits.name},
            {"results_sha256", input.verdicts.results_sha256},
            {"limits_sha256", input.verdicts.limits_sha256},
            {"waivers", input.verdicts.waivers_name},
            {"waivers_sha256", input.verdicts.waivers_sha256},
            {"engine_version", input.verdicts.engine_version}}},
          {"disposition", to_string(input.verdicts.disposition)},
          {"accepted_with_reservations", input.reservations.accepts_all()},
          {"gates", gates_json(total_of(racks))},
          {"promised", covered.promised},
          {"exempt", covered.exempt},
          {"measured", covered.measured}};
}

nlohmann::json findings_json(const std::vector<Finding>& findings) {
  nlohmann::json out = nlohmann::json::array();
  for (const Finding& finding : findings) {
    out.push_back({{"id", finding.id},
                   {"kind", finding.kind},
                   {"subjects", finding.subjects},
                   {"evidence", finding.evidence.en},
                   {"action", finding.action.en}});
  }
  return out;
}

}  // namespace rackproof
