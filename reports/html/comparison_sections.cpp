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

constexpr std::size_t kMostFound = 4;

std::string chosen(const Selection& selection, const Words& words) {
  switch (selection.chosen) {
    case Chosen::all:
      return words(kComparisonTexts.chosen_all);
    case Chosen::random:
      return words(kComparisonTexts.chosen_random, selection.seed);
    case Chosen::hand_picked:
      break;
  }
  return words(kComparisonTexts.chosen_by_hand);
}

/// What was found, and of how many where it is not one thing.
std::string found_text(const std::map<std::string, std::uint64_t>& found, const Words& words) {
  if (found.empty()) return words(kComparisonTexts.not_known);
  std::string out;
  std::size_t shown = 0;
  for (const auto& [text, count] : found) {
    if (shown == kMostFound) break;
    if (shown++ > 0) out += "<br>";
    out += found.size() > 1 ? fmt::format("{} ({})", short_text(text), count) : short_text(text);
  }
  if (found.size() > shown)
    out += fmt::format("<small>{}</small>", words(kComparisonTexts.more, found.size() - shown));
  return out;
}

std::string side_list(const std::vector<std::size_t>& sides, const Words& words) {
  std::string out;
  for (const std::size_t side : sides)
    out += fmt::format("{}{}", out.empty() ? "" : ", ", words(kComparisonTexts.file, side + 1));
  return out;
}

std::string more_note(std::size_t count, const Words& words) {
  return count == 0 ? std::string()
                    : fmt::format("<p class=\"note\">{}</p>\n", words(kComparisonTexts.more, count));
}

std::string notes(const Sides& sides, const Words& words) {
  std::string out;
  std::size_t listed = 0, all = 0;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    for (const Phrase& note : sides[i].notes) {
      if (++all > kMostSideNotes) continue;
      ++listed;
      out += fmt::format("<li>{}: {}</li>\n", words(kComparisonTexts.file, i + 1),
                         short_text(words, note, 1024));
    }
  }
  if (all == 0) return {};
  return fmt::format("<h3>{}</h3>\n<ul>\n{}</ul>\n{}", words(kComparisonTexts.notes), out,
                     more_note(all - listed, words));
}

}  // namespace

std::string comparison_strip(const Comparison& comparison, const Words& words) {
  std::string out;
  if (comparison.settings.selection.chosen == Chosen::hand_picked)
    out += fmt::format("<p class=\"banner\" role=\"note\"><b>⚠</b> {}</p>\n",
                       words(kComparisonTexts.hand_picked));
  const bool differ = !comparison.differing.empty();
  out += fmt::format(
      "<section class=\"strip {}\" aria-label=\"{}\">\n<p class=\"headline\">{} {}</p>\n<p "
      "class=\"sentence\">{}</p>\n",
      differ ? "open" : "none", escape_html(words.plain(kComparisonTexts.summary)), differ ? "!" : "–",
      differ ? words(kComparisonTexts.headline_differ, comparison.differing.size())
             : words(kComparisonTexts.headline_same),
      words(differ ? kComparisonTexts.sentence_differ : kComparisonTexts.sentence_same));
  return out + fmt::format("<p>{}: {} · {}</p>\n</section>\n", words(kComparisonTexts.chosen),
                           chosen(comparison.settings.selection, words),
                           words(kComparisonTexts.margin,
                                 fmt::format("{:g}", 100 * comparison.settings.ratio.margin)));
}

std::string conditions_section(const Sides& sides, const Comparison& comparison, const Words& words) {
  if (comparison.differing.empty()) return {};
  std::vector<HtmlColumn> columns{{words(kComparisonTexts.condition)}};
  for (std::size_t i = 0; i < sides.size(); ++i) columns.push_back({words(kComparisonTexts.file, i + 1)});
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < std::min(comparison.differing.size(), kMostConditions); ++i) {
    const DifferingCondition& condition = comparison.differing[i];
    rows.push_back({"", {id_text(condition.item)}});
    for (const auto& found : condition.found) rows.back().cells.push_back(found_text(found, words));
  }
  return fmt::format("<section>\n<h2>{}</h2>\n{}{}</section>\n", words(kComparisonTexts.conditions),
                     table_html(escape_html(words.plain(kComparisonTexts.conditions)), columns, rows),
                     more_note(comparison.differing.size() - rows.size(), words));
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
  return fmt::format("<section>\n<h2>{}</h2>\n{}{}</section>\n", words(kComparisonTexts.unmatched),
                     table_html(escape_html(words.plain(kComparisonTexts.unmatched)),
                                {{words(kComparisonTexts.metric)},
                                 {words(kComparisonTexts.placement)},
                                 {words(kComparisonTexts.division)},
                                 {words(kComparisonTexts.only_in)}},
                                rows),
                     more_note(comparison.unmatched.size() - rows.size(), words));
}

std::string comparison_method_section(const Sides& sides, const Comparison& comparison, const Words& words) {
  std::string out =
      fmt::format("<section>\n<h2>{}</h2>\n<p>{}</p>\n<p>{}</p>\n", words(kComparisonTexts.method),
                  words(kComparisonTexts.multiplicity, comparison.verdicts,
                        fmt::format("{:.3g}", comparison.expected_false_different)),
                  words(kComparisonTexts.replicate, kFewestDevices));
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    rows.push_back(
        {"",
         {words(kComparisonTexts.file, i + 1), short_text(sides[i].name), short_text(sides[i].campaign),
          fmt::format("<code class=\"id\">{}</code>", escape_html(sides[i].sha256, kLongestCell))}});
  }
  out += table_html(escape_html(words.plain(kComparisonTexts.method)),
                    {{words(kComparisonTexts.files)},
                     {words(kComparisonTexts.name)},
                     {words(kComparisonTexts.campaign)},
                     {"SHA-256"}},
                    rows);
  return out + notes(sides, words) + "</section>\n";
}

}  // namespace rackproof::html
