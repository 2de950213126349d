// Reports for other programs: what CI, spreadsheets, scripts and chats read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reports/formats/report_input.hpp"
#include "reports/formats/text_sink.hpp"
#include "reports/language/language.hpp"

namespace rackproof {

enum class ReportFormat : std::uint8_t { junit, json_object, jsonl, csv, markdown };

inline constexpr std::string_view kReportFormats[]{"junit", "json", "jsonl", "csv", "md"};
/// One of kReportFormats; none for anything else.
std::optional<ReportFormat> report_format_of(std::string_view name);

/// Writes the report to `sink`, in blocks. `words` are used by Markdown only; what the others say is English.
void write_report(ReportFormat format, const ReportInput& input, const Words& words, const TextSink& sink);

/// The same as one text.
std::string report_in(ReportFormat format, const ReportInput& input, const Words& words);

}  // namespace rackproof
