#include "reports/html/nightly_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "reports/html/nightly_sections.hpp"
#include "reports/language/trend_texts.hpp"

namespace rackproof {

namespace {

int rank(Change change) {
  switch (change) {
    case Change::worse:
      return 0;
    case Change::changed:
      return 1;
    case Change::better:
      break;
  }
  return 2;
}

std::string period(const Trend& trend, const Words& words) {
  const TrendTexts& t = kTrendTexts;
  if (trend.nights.empty()) return words(t.no_nights);
  return words(t.nights_and_runs, trend.nights.size(), trend.runs, trend.nights.front(), trend.nights.back());
}

}  // namespace

std::vector<std::size_t> listed_changes(const Trend& trend) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < trend.findings.size(); ++i) {
    const TrendState state = trend.findings[i].state;
    if (state == TrendState::confirmed || state == TrendState::fresh) open.push_back(i);
  }
  std::ranges::stable_sort(open, {}, [&](std::size_t i) {
    const TrendFinding& finding = trend.findings[i];
    return std::tuple(finding.state != TrendState::confirmed, rank(finding.change));
  });
  std::map<std::int32_t, std::size_t> of_cause;
  std::vector<std::size_t> listed;
  for (const std::size_t i : open) {
    const std::int32_t cause = trend.findings[i].cause;
    if (cause >= 0 && ++of_cause[cause] > kMostChangesOfCause) continue;
    if (listed.size() < kMostChanges) listed.push_back(i);
  }
  return listed;
}

std::vector<std::size_t> charted_changes(const Trend& trend) {
  std::vector<std::size_t> charted = listed_changes(trend);
  charted.resize(std::min(charted.size(), kMostCharts));
  return charted;
}

Page nightly_page(const Trend& trend, const TrendCharts& charts, const Words& words) {
  Page page;
  page.language = words.language();
  page.title = words.plain(kTrendTexts.title);
  if (!trend.nights.empty()) page.title += " " + trend.nights.back();
  page.body = fmt::format("<header>\n<h1>{} <small>rackproof</small></h1>\n<p>{}</p>\n</header>\n<main>\n",
                          words(kTrendTexts.title), period(trend, words));
  page.body += html::nightly_strip(trend, words);
  page.body += html::night_coverage_section(trend, words);
  page.body += html::causes_section(trend, words);
  page.body += html::environment_section(trend, words);
  page.body += html::changes_section(trend, charts, words);
  page.body += html::suspects_section(trend, words);
  page.body += html::settled_section(trend, words);
  page.body += html::charts_section(trend, charts, words);
  page.body += html::notes_section(trend, words);
  page.body += "</main>\n";
  return page;
}

}  // namespace rackproof
