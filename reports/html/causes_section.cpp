// What those that changed have in common, and what of it is software.
#include <fmt/format.h>

#include <algorithm>

#include "reports/escape.hpp"
#include "reports/html/nightly_page.hpp"
#include "reports/html/nightly_sections.hpp"
#include "reports/html/short_text.hpp"
#include "reports/html/table_html.hpp"
#include "reports/language/trend_texts.hpp"

namespace rackproof::html {

namespace {

constexpr std::size_t kMostMetrics = 4;

const Text& text_of(Change change) {
  return change == Change::worse    ? kTrendTexts.change_worse
         : change == Change::better ? kTrendTexts.change_better
                                    : kTrendTexts.change_changed;
}

std::string levels(const TrendCause& cause, const Words& words) {
  std::string out;
  for (const TrendCause::Level& level : cause.levels) {
    if (!out.empty()) out += fmt::format(" {} ", words(kTrendTexts.or_else));
    out += fmt::format("<b>{} = {}</b>", short_text(level.attribute), short_text(level.value));
  }
  if (cause.levels.size() > 1) out += fmt::format("<small>{}</small>", words(kTrendTexts.same_subjects));
  return out;
}

std::string metrics(const TrendCause& cause, const Words& words) {
  std::string out;
  for (std::size_t i = 0; i < std::min(cause.metrics.size(), kMostMetrics); ++i)
    out += fmt::format("{}{}", i == 0 ? "" : "<br>", id_text(cause.metrics[i]));
  if (cause.metrics.size() > kMostMetrics)
    out += fmt::format("<small>{}</small>", words(kTrendTexts.more, cause.metrics.size() - kMostMetrics));
  return out;
}

/// "7 / 8" of some scope.
std::string share(std::size_t count, std::size_t all, const std::string& scope) {
  return fmt::format("{} / {}<small>{}</small>", count, all, short_text(scope));
}

/// A fact that a device or node told of itself ("device/driver"), rather than a place or a model.
bool is_told(const TrendCause::Level& level) { return level.attribute.find('/') != std::string::npos; }

}  // namespace

std::string causes_section(const Trend& trend, const Words& words) {
  if (trend.causes.empty()) return {};
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < std::min(trend.causes.size(), kMostCauses); ++i) {
    const TrendCause& cause = trend.causes[i];
    rows.push_back(
        {fmt::format("cause-{}", i + 1),
         {std::to_string(i + 1), levels(cause, words), words(text_of(cause.change)),
          fmt::format("<span class=\"v\">{}</span>", escape_html(cause.changed)),
          share(cause.members, cause.changed_subjects, cause.scope),
          share(cause.unchanged_with, cause.unchanged, cause.scope), fmt::format("{:.2g}", cause.p_value),
          metrics(cause, words), fmt::format("<span class=\"v\">{}</span>", id_text(cause.id))}});
  }
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n", words(kTrendTexts.causes));
  out += table_html(escape_html(words.plain(kTrendTexts.causes)),
                    {{words(kTrendTexts.cause)},
                     {words(kTrendTexts.shared)},
                     {words(kTrendTexts.change)},
                     {words(kTrendTexts.since)},
                     {words(kTrendTexts.changed_with)},
                     {words(kTrendTexts.unchanged_with)},
                     {words(kTrendTexts.chance), true},
                     {words(kTrendTexts.metrics)},
                     {words(kTrendTexts.id)}},
                    rows);
  if (trend.causes.size() > rows.size())
    out +=
        fmt::format("<p class=\"note\">{}</p>\n", words(kTrendTexts.more, trend.causes.size() - rows.size()));
  return out + "</section>\n";
}

std::string environment_section(const Trend& trend, const Words& words) {
  std::string lines;
  std::size_t listed = 0, told = 0;
  for (const TrendCause& cause : trend.causes) {
    for (const TrendCause::Level& level : cause.levels) {
      if (!is_told(level) || ++told > kMostCauses) continue;
      ++listed;
      lines += fmt::format("<li>{}</li>\n",
                           words(kTrendTexts.environment_line, escape_html(cause.changed),
                                 short_text(level.attribute), short_text(level.value), cause.members,
                                 cause.changed_subjects, cause.unchanged_with, cause.unchanged));
    }
  }
  if (listed == 0) return {};
  if (told > listed) lines += fmt::format("<li>{}</li>\n", words(kTrendTexts.more, told - listed));
  return fmt::format("<section>\n<h2>{}</h2>\n<ul>\n{}</ul>\n</section>\n", words(kTrendTexts.environment),
                     lines);
}

}  // namespace rackproof::html
