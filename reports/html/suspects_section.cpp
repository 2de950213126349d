// What has no finding but deserves a look, and what was left out of the trend.
#include <fmt/format.h>

#include <algorithm>

#include "reports/escape.hpp"
#include "reports/html/nightly_page.hpp"
#include "reports/html/nightly_sections.hpp"
#include "reports/html/short_text.hpp"
#include "reports/html/table_html.hpp"
#include "reports/language/trend_texts.hpp"

namespace rackproof::html {

std::string suspects_section(const Trend& trend, const Words& words) {
  if (trend.suspects.empty()) return {};
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < std::min(trend.suspects.size(), kMostSuspects); ++i) {
    const TrendSuspect& suspect = trend.suspects[i];
    rows.push_back({"",
                    {fmt::format("<b>{}</b><small>{} · {}</small>", short_text(suspect.subject),
                                 short_text(suspect.scope), short_text(suspect.key)),
                     id_text(suspect.metric), short_text(words, suspect.why)}});
  }
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n<p class=\"note\">{}</p>\n",
                                words(kTrendTexts.suspects), words(kTrendTexts.suspects_note));
  out +=
      table_html(escape_html(words.plain(kTrendTexts.suspects)),
                 {{words(kTrendTexts.subject)}, {words(kTrendTexts.metric)}, {words(kTrendTexts.why)}}, rows);
  if (trend.suspects.size() > rows.size())
    out += fmt::format("<p class=\"note\">{}</p>\n",
                       words(kTrendTexts.more, trend.suspects.size() - rows.size()));
  return out + "</section>\n";
}

std::string notes_section(const Trend& trend, const Words& words) {
  if (trend.notes.empty()) return {};
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n<ul>\n", words(kTrendTexts.notes));
  const std::size_t listed = std::min(trend.notes.size(), kMostNotes);
  for (std::size_t i = 0; i < listed; ++i)
    out += fmt::format("<li>{}</li>\n", short_text(words, trend.notes[i], 1024));
  if (trend.notes.size() > listed)
    out += fmt::format("<li>{}</li>\n", words(kTrendTexts.more, trend.notes.size() - listed));
  return out + "</ul>\n</section>\n";
}

}  // namespace rackproof::html
