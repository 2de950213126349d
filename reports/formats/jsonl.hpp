// The report as JSON Lines: one object a line, for programs that read a stream.
#pragma once

#include "reports/formats/report_input.hpp"
#include "reports/formats/text_sink.hpp"

namespace rackproof {

/// The first line has "type": "report" and what report_header() has; each line after it "type": "cell" and one gate cell
/// (cell_json.hpp). Scores are no gates and make no line.
void write_jsonl(const ReportInput& input, const TextSink& sink);

}  // namespace rackproof
