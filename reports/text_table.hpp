// The verdict for a terminal: one headline, the certificate as an aligned table, a line for each kind of finding, and
// what is wrong and where.
#pragma once

#include <string>
#include <vector>

#include "reports/report_view.hpp"

namespace rackproof {

/// Punch-list entries printed before "+N more".
inline constexpr std::size_t kTerminalPunchList = 20;

/// Plain UTF-8 text that ends with a line feed; `colour` adds ANSI colours (16-colour codes, text first).
/// Throws Error when verdicts, limits and results do not belong together.
std::string text_table(const Results& results, const Limits& limits, const Verdicts& verdicts, bool colour);
std::string text_table(const ReportView& view, bool colour);

/// Columns aligned left by display width, two spaces apart, without spaces at line ends. The first row is the
/// heading. `status` colours the first column of a row ("pass", "fail", "open", "none", "exempt"); one per
/// row, empty: no colour.
std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<std::string>& status,
                    bool colour);

}  // namespace rackproof
