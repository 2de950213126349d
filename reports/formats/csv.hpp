// The report as a table for spreadsheets: RFC 4180, UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "reports/formats/report_input.hpp"
#include "reports/formats/text_sink.hpp"

namespace rackproof {

/// One field: control and other invisible characters made visible and a text of more than 4096 characters cut, as everywhere;
/// quoted where it must be. A text that a spreadsheet would run as a formula (it begins with = + - @ or one of their full-width
/// forms) gets an apostrophe before it; a plain number never does.
std::string csv_field(std::string_view text);

/// A head with the names of the columns, then one line per cell, gates and scores, in the order of targets. Numbers are SI, of the
/// unit in `si_unit`; one that is not there is an empty field. The metric of a completion cell is empty.
void write_csv(const ReportInput& input, const TextSink& sink);

}  // namespace rackproof
