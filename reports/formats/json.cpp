#include "reports/formats/json.hpp"

#include <nlohmann/json.hpp>

#include "reports/ascii_json.hpp"
#include "reports/coverage.hpp"
#include "reports/formats/cell_json.hpp"
#include "reports/formats/report_header.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

json racks_json(const std::vector<RackCells>& racks) {
  json out = json::array();
  for (const RackCells& rack : racks) {
    json row{{"rack", rack.rack},
             {"disposition", to_string(rack.disposition)},
             {"with_reservations", rack.with_reservations},
             {"gates", gates_json(rack.counts)}};
    if (rack.between_racks) row["rack"] = row["disposition"] = row["with_reservations"] = nullptr;
    out.push_back(std::move(row));
  }
  return out;
}

json coverage_json(const ReportInput& input) {
  json out = json::array();
  const auto counted = [](const std::map<Phrase, std::size_t>& reasons) {
    json counts = json::object();
    for (const auto& [reason, n] : reasons) counts[reason.en] = counts.value(reason.en, std::size_t{0}) + n;
    return counts;
  };
  for (const RackCoverage& rack : coverage_view(input.results, input.verdicts).racks) {
    out.push_back({{"rack", rack.rack},
                   {"nodes", rack.nodes},
                   {"answered", rack.answered},
                   {"promised", rack.promised},
                   {"exempt", rack.exempt},
                   {"measured", rack.measured},
                   {"reasons", counted(rack.reasons)}});
  }
  return out;
}

}  // namespace

void write_json(const ReportInput& input, const TextSink& sink) {
  const std::vector<RackCells> racks = cells_by_rack(input);
  json head = report_header(input, racks);
  head["racks"] = racks_json(racks);
  head["coverage"] = coverage_json(input);
  head["findings"] = findings_json(input.verdicts.findings);
  head["unused_waivers"] = english_of(input.reservations.notes());
  TextBlock block(sink);
  std::string& out = block.text();
  out += ascii_json(head);
  out.back() = ',';  // in place of the brace that closes it
  out += "\"cells\":[";
  const CellJson cells(input);
  for (std::size_t i = 0; i < input.verdicts.cells.size(); ++i) {
    out += i == 0 ? "\n{" : ",\n{";
    cells.append(out, i);
    out += '}';
    block.record_ends();
  }
  out += "\n]}\n";
  block.finish();
}

}  // namespace rackproof
