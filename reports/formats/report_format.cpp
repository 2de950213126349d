#include "reports/formats/report_format.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "reports/formats/csv.hpp"
#include "reports/formats/json.hpp"
#include "reports/formats/jsonl.hpp"
#include "reports/formats/junit.hpp"
#include "reports/formats/markdown.hpp"

namespace rackproof {

std::optional<ReportFormat> report_format_of(std::string_view name) {
  const auto* const found = std::ranges::find(kReportFormats, name);
  if (found == std::end(kReportFormats)) return std::nullopt;
  return static_cast<ReportFormat>(found - std::begin(kReportFormats));
}

void write_report(ReportFormat format, const ReportInput& input, const Words& words, const TextSink& sink) {
  switch (format) {
    case ReportFormat::junit:
      return write_junit(input, sink);
    case ReportFormat::json_object:
      return write_json(input, sink);
    case ReportFormat::jsonl:
      return write_jsonl(input, sink);
    case ReportFormat::csv:
      return write_csv(input, sink);
    case ReportFormat::markdown:
      return sink(markdown_report(input, words));
  }
  throw Error("unknown format of a report");
}

std::string report_in(ReportFormat format, const ReportInput& input, const Words& words) {
  std::string text;
  write_report(format, input, words, [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace rackproof
