// What surrounds the ratios of a comparison: conditions before them, what only some files have and the method after them.
#include "reports/html/comparison_sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/escape.hpp"
#include "reports/html/comparison_page.hpp"
#include "reports/html/short_text.hpp"
#include "reports/html/table_html.hpp"
#include "reports/language/comparison_texts.hpp"

namespace rackproof::html {

namespace {

const ComparisonTexts& t = kComparisonTexts;
constexpr std::size_t kMostFound = 4;

std::string chosen(const Selection& selection, const Words& words) {
  switch (selection.chosen) {
    case Chosen::all:
      return words(t.chosen_all);
    case Chosen::random:
      return words(t.chosen_random, selection.seed);
    case Chosen::hand_picked:
      break;
  }
  return words(t.chosen_by_hand);
}

/// What was found, and of how many where it is not one thing.
std::string found_text(const std::map<std::string, std::uint64_t>& found, const Words& words) {
  if (found.empty()) return words(t.not_known);
  std::string out;
  std::size_t shown = 0;
  for (const auto& [text, count] : found) {
    if (shown == kMostFound) break;
    if (shown++ > 0) out += "<br>";
    out += found.size() > 1 ? fmt::format("{} ({})", short_text(text), count) : short_text(text);
  }
  if (found.size() > shown) out += fmt::format("<small>{}</small>", words(t.more, found.size() - shown));
  return out;
}

std::string side_list(const std::vector<std::size_t>& sides, const Words& words) {
  std::string out;
  for (const std::size_t side : sides)
    out += fmt::format("{}{}", out.empty() ? "" : ", ", words(t.file, side + 1));
  return out;
}

std::string more(std::size_t count, const Words& words) {
  return count == 0 ? std::string() : fmt::format("<p class=\"note\">{}</p>\n", words(t.more, count));
}

std::string notes(const Sides& sides, const Words& words) {
  std::string out;
  std::size_t listed = 0, all = 0;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    for (const Phrase& note : sides[i].notes) {
      if (++all > kMostSideNotes) continue;
      ++listed;
      out += fmt::format("<li>{}: {}</li>\n", words(t.file, i + 1), short_text(words, note, 1024));
    }
  }
  if (all == 0) return {};
  return fmt::format("<h3>{}</h3>\n<ul>\n{}</ul>\n{}", words(t.notes), out, more(all - listed, words));
}

}  // namespace

std::string comparison_strip(const Comparison& comparison, const Words& words) {
  std::string out;
  if (comparison.settings.selection.chosen == Chosen::hand_picked)
    out += fmt::format("<p class=\"banner\" role=\"note\"><b>⚠</b> {}</p>\n", words(t.hand_picked));
  const bool differ = !comparison.differing.empty();
  out += fmt::format(
      "<section class=\"strip {}\" aria-label=\"{}\">\n<p class=\"headline\">{} {}</p>\n<p "
      "class=\"sentence\">{}</p>\n",
      differ ? "open" : "none", escape_html(words.plain(t.summary)), differ ? "!" : "–",
      differ ? words(t.headline_differ, comparison.differing.size()) : words(t.headline_same),
      words(differ ? t.sentence_differ : t.sentence_same));
  return out + fmt::format("<p>{}: {} · {}</p>\n</section>\n", words(t.chosen),
                           chosen(comparison.settings.selection, words),
                           words(t.margin, fmt::format("{:g}", 100 * comparison.settings.ratio.margin)));
}

std::string conditions_section(const Sides& sides, const Comparison& comparison, const Words& words) {
  if (comparison.differing.empty()) return {};
  std::vector<HtmlColumn> columns{{words(t.condition)}};
  for (std::size_t i = 0; i < sides.size(); ++i) columns.push_back({words(t.file, i + 1)});
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < std::min(comparison.differing.size(), kMostConditions); ++i) {
    const DifferingCondition& condition = comparison.differing[i];
    rows.push_back({"", {id_text(condition.item)}});
    for (const auto& found : condition.found) rows.back().cells.push_back(found_text(found, words));
  }
  return fmt::format("<section>\n<h2>{}</h2>\n{}{}</section>\n", words(t.conditions),
                     table_html(escape_html(words.plain(t.conditions)), columns, rows),
                     more(comparison.differing.size() - rows.size(), words));
}

std::string unmatched_section(const Comparison& comparison, const Words& words) {
  if (comparison.unmatched.empty()) return {};
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < std::min(comparison.unmatched.size(), kMostUnmatched); ++i) {
    const UnmatchedMetric& row = comparison.unmatched[i];
    rows.push_back({"",
                    {id_text(row.metric), short_text(row.scope), short_text(row.division),
                     side_list(row.sides, words)}});
  }
  return fmt::format(
      "<section>\n<h2>{}</h2>\n{}{}</section>\n", words(t.unmatched),
      table_html(escape_html(words.plain(t.unmatched)),
                 {{words(t.metric)}, {words(t.placement)}, {words(t.division)}, {words(t.only_in)}}, rows),
      more(comparison.unmatched.size() - rows.size(), words));
}

std::string comparison_method_section(const Sides& sides, const Comparison& comparison, const Words& words) {
  std::string out = fmt::format(
      "<section>\n<h2>{}</h2>\n<p>{}</p>\n<p>{}</p>\n", words(t.method),
      words(t.multiplicity, comparison.verdicts, fmt::format("{:.3g}", comparison.expected_false_different)),
      words(t.replicate, kFewestDevices));
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    rows.push_back(
        {"",
         {words(t.file, i + 1), short_text(sides[i].name), short_text(sides[i].campaign),
          fmt::format("<code class=\"id\">{}</code>", escape_html(sides[i].sha256, kLongestCell))}});
  }
  out += table_html(escape_html(words.plain(t.method)),
                    {{words(t.files)}, {words(t.name)}, {words(t.campaign)}, {"SHA-256"}}, rows);
  return out + notes(sides, words) + "</section>\n";
}

}  // namespace rackproof::html
