// report.html: one self-contained page without network. All that decides stands in it without scripts.
#pragma once

#include <string>

#include "reports/language/language.hpp"
#include "reports/report_view.hpp"

namespace rackproof {

/// The page, UTF-8. Deterministic: times come from the inputs. Its Content-Security-Policy allows nothing but
/// its own style and scripts. Throws Error when verdicts, limits and results do not belong together, or a series has an
/// unknown unit.
std::string html_report(const Results& results, const Limits& limits, const Verdicts& verdicts,
                        Language language = Language::en);
std::string html_report(const ReportView& view, Language language = Language::en);

}  // namespace rackproof
