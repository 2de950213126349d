// The report as one JSON object, ASCII.
#pragma once

#include "reports/formats/report_input.hpp"
#include "reports/formats/text_sink.hpp"

namespace rackproof {

/// What report_header() has, and "racks": [{rack, disposition, with_reservations, gates}] (what lies between racks has null for
/// both), "coverage": [{rack, nodes, answered, promised, exempt, measured, reasons}], "findings", "unused_waivers", and "cells"
/// (cell_json.hpp), gates and scores, in the order of targets.
void write_json(const ReportInput& input, const TextSink& sink);

}  // namespace rackproof
