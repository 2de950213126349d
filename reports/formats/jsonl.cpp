#include "reports/formats/jsonl.hpp"

#include <nlohmann/json.hpp>

#include "reports/ascii_json.hpp"
#include "reports/formats/cell_json.hpp"
#include "reports/formats/report_header.hpp"

namespace rackproof {

using nlohmann::json;

void write_jsonl(const ReportInput& input, const TextSink& sink) {
  TextBlock block(sink);
  std::string& out = block.text();
  json head = report_header(input, cells_by_rack(input));
  head["type"] = "report";
  out += ascii_json(head);
  out += '\n';
  const CellJson cells(input);
  for (std::size_t i = 0; i < input.verdicts.cells.size(); ++i) {
    if (input.verdicts.cells[i].severity != Severity::gate) continue;
    out += "{\"type\":\"cell\",";
    cells.append(out, i);
    out += "}\n";
    block.record_ends();
  }
  block.finish();
}

}  // namespace rackproof
