// A short summary in Markdown, for a pull request or a chat.
#pragma once

#include <string>
#include <string_view>

#include "reports/formats/report_input.hpp"
#include "reports/language/language.hpp"

namespace rackproof {

/// A text from data as a code span that nothing of it can end: no markup, HTML, mention or link in it works, and it stays in its
/// cell of a table. What would end it is written \u0060 or \u007c.
std::string markdown_code(std::string_view text);

/// Verdict, counts, and the worst of what fails or is open (at most 12 rows, "+N more").
std::string markdown_report(const ReportInput& input, const Words& words);

}  // namespace rackproof
