// report.html: one self-contained page, static, without scripts and without network.
#pragma once

#include <string>

#include "reports/report_view.hpp"

namespace rackproof {

/// The page, UTF-8. Deterministic: times come from the inputs. Its Content-Security-Policy allows nothing but
/// its own style. Throws Error when verdicts, limits and results do not belong together, or a series has an
/// unknown unit.
std::string html_report(const Results& results, const Limits& limits, const Verdicts& verdicts);
std::string html_report(const ReportView& view);

}  // namespace rackproof
