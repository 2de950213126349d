// The changes as a table, with their charts, and what of them is settled.
#include <fmt/format.h>

#include <algorithm>

#include "reports/escape.hpp"
#include "reports/html/change_words.hpp"
#include "reports/html/nightly_page.hpp"
#include "reports/html/nightly_sections.hpp"
#include "reports/html/short_text.hpp"
#include "reports/html/table_html.hpp"
#include "reports/html/trend_chart.hpp"
#include "reports/language/trend_texts.hpp"

namespace rackproof::html {

namespace {

std::vector<HtmlColumn> columns(const Words& words) {
  return {{words(kTrendTexts.subject)}, {words(kTrendTexts.state)}, {words(kTrendTexts.effect)},
          {words(kTrendTexts.level)},   {words(kTrendTexts.since)}, {words(kTrendTexts.metric)},
          {words(kTrendTexts.cause)},   {words(kTrendTexts.id)}};
}

std::string one_line(const std::string& html) { return fmt::format("<span class=\"v\">{}</span>", html); }

bool has_chart(const TrendCharts& charts, std::size_t finding) {
  return std::ranges::find(charts.charts, finding, &TrendChart::finding) != charts.charts.end();
}

std::string subject(const TrendFinding& finding, const Words& words) {
  std::string out = fmt::format("<b>{}</b><small>{}", short_text(finding.subject), short_text(finding.scope));
  if (finding.key != finding.subject) out += fmt::format(" · {}", short_text(finding.key));
  out += "</small>";
  if (!finding.host.empty())
    out += fmt::format("<small>{} {}</small>", words(kTrendTexts.host), short_text(finding.host));
  return out;
}

std::string state(const TrendFinding& finding, const Words& words) {
  std::string out = change_mark(finding, words);
  out +=
      fmt::format("<small class=\"v\">{}</small>", words(kTrendTexts.seen, escape_html(finding.first_seen)));
  if (!finding.settled.empty()) {
    const Text& text =
        finding.state == TrendState::went_away ? kTrendTexts.settled_away : kTrendTexts.settled_confirmed;
    out += fmt::format("<small class=\"v\">{}</small>", words(text, escape_html(finding.settled)));
  }
  if (!finding.acknowledged.empty())
    out += fmt::format("<small>{}</small>", short_text(finding.acknowledged));
  return out;
}

HtmlRow row_of(const Trend& trend, std::size_t row, bool is_charted, const Words& words) {
  const TrendFinding& finding = trend.findings[row];
  const std::string missing = words(kTrendTexts.not_measured);
  std::string effect = fmt::format("<b class=\"v\">{}</b><small class=\"v\">{}</small>",
                                   effect_text(finding, missing), effect_interval_text(finding));
  if (is_charted)
    effect += fmt::format("<small><a href=\"#chart-{}\">{}</a></small>", row + 1, words(kTrendTexts.chart));
  const auto cause = static_cast<std::size_t>(std::max(finding.cause, 0));
  std::string link = "–";
  if (finding.cause >= 0)
    link = cause < kMostCauses ? fmt::format("<a href=\"#cause-{}\">{}</a>", cause + 1,
                                             words(kTrendTexts.cause_number, cause + 1))
                               : words(kTrendTexts.cause_number, cause + 1);
  return {
      fmt::format("change-{}", row + 1),
      {subject(finding, words), state(finding, words), std::move(effect),
       fmt::format("<span class=\"v\">{} →</span><br><span class=\"v\">{}</span>",
                   quantity_text(finding.before, finding.unit, missing),
                   quantity_text(finding.after, finding.unit, missing)),
       one_line(escape_html(finding.changed)) +
           (finding.is_drift ? fmt::format("<small>{}</small>", words(kTrendTexts.drifts)) : std::string()),
       id_text(finding.metric), one_line(link), one_line(id_text(finding.id))}};
}

std::size_t count(const Trend& trend, TrendState state) {
  return static_cast<std::size_t>(std::ranges::count(trend.findings, state, &TrendFinding::state));
}

std::string folded(const Trend& trend, TrendState state, const Text& heading, const Words& words) {
  const std::size_t all = count(trend, state);
  if (all == 0) return {};
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < trend.findings.size() && rows.size() < kMostSettled; ++i) {
    if (trend.findings[i].state == state) rows.push_back(row_of(trend, i, false, words));
  }
  std::string out = fmt::format("<details><summary><b>{}</b></summary>\n", words(heading, all));
  out += table_html(escape_html(words.plain(heading, all)), columns(words), rows);
  if (all > rows.size())
    out += fmt::format("<p class=\"note\">{}</p>\n", words(kTrendTexts.more_changes, all - rows.size()));
  return out + "</details>\n";
}

}  // namespace

std::string changes_section(const Trend& trend, const TrendCharts& charts, const Words& words) {
  if (trend.nights.empty()) return {};
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n", words(kTrendTexts.changes));
  const std::vector<std::size_t> listed = listed_changes(trend);
  if (listed.empty()) return out + fmt::format("<p>{}</p>\n</section>\n", words(kTrendTexts.no_changes));
  std::vector<HtmlRow> rows;
  for (const std::size_t row : listed) rows.push_back(row_of(trend, row, has_chart(charts, row), words));
  out += table_html(escape_html(words.plain(kTrendTexts.changes)), columns(words), rows);
  const std::size_t all = count(trend, TrendState::confirmed) + count(trend, TrendState::fresh);
  if (all > listed.size())
    out += fmt::format("<p class=\"note\">{} {}</p>\n", words(kTrendTexts.more_changes, all - listed.size()),
                       words(kTrendTexts.listed_of_cause, kMostChangesOfCause));
  return out + "</section>\n";
}

std::string settled_section(const Trend& trend, const Words& words) {
  const std::string lists = folded(trend, TrendState::acknowledged, kTrendTexts.acknowledged, words) +
                            folded(trend, TrendState::went_away, kTrendTexts.went_away, words);
  if (lists.empty()) return {};
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", words(kTrendTexts.settled), lists);
}

std::string charts_section(const Trend& trend, const TrendCharts& charts, const Words& words) {
  std::string drawn;
  for (const TrendChart& chart : charts.charts) {
    if (chart.finding >= trend.findings.size()) continue;
    const TrendFinding& finding = trend.findings[chart.finding];
    const std::string name = fmt::format("chart-{}", chart.finding + 1);
    drawn += fmt::format("<article id=\"{}\">\n<h3>{} · {}</h3>\n{}</article>\n", name,
                         short_text(finding.subject, kLongestHeading), id_text(finding.metric),
                         trend_chart(finding, charts.days, chart.values, name, words));
  }
  if (drawn.empty()) return {};
  return fmt::format("<section>\n<h2>{}</h2>\n<p class=\"note\">{}</p>\n{}</section>\n",
                     words(kTrendTexts.charts), words(kTrendTexts.charts_note), drawn);
}

}  // namespace rackproof::html
