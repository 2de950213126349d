#include "reports/html.hpp"

#include "reports/html/acceptance_page.hpp"

namespace rackproof {

std::string html_report(const ReportView& view, Language language) {
  return html_page(acceptance_page(view, language));
}

std::string html_report(const Results& results, const Limits& limits, const Verdicts& verdicts,
                        Language language) {
  return html_report(make_report_view(results, limits, verdicts), language);
}

}  // namespace rackproof
