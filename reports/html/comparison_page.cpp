#include "reports/html/comparison_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "reports/escape.hpp"
#include "reports/html/comparison_sections.hpp"
#include "reports/html/short_text.hpp"
#include "reports/html/table_html.hpp"
#include "reports/language/comparison_texts.hpp"

namespace rackproof {

namespace {

void require_sides(const std::vector<ComparisonSide>& sides, const Comparison& comparison) {
  const auto is_side = [&](std::size_t side) { return side < sides.size(); };
  bool are_of_it = true;
  for (const ComparedMetric& metric : comparison.metrics) {
    for (const ComparedRatio& compared : metric.ratios) are_of_it = are_of_it && is_side(compared.side);
  }
  for (const UnmatchedMetric& row : comparison.unmatched)
    are_of_it = are_of_it && std::ranges::all_of(row.sides, is_side);
  if (!are_of_it) throw Error("the comparison is of more files than are given");
}

std::string models(const ComparisonSide& side, const Words& words) {
  std::string out;
  for (const std::string& model : side.models)
    out += fmt::format("{}{}", out.empty() ? "" : ", ", short_text(model));
  return out.empty() ? words(kComparisonTexts.no_model) : out;
}

std::string head(const std::vector<ComparisonSide>& sides, const Words& words) {
  std::string out =
      fmt::format("<header>\n<h1>{} <small>rackproof</small></h1>\n<ul>\n", words(kComparisonTexts.title));
  for (std::size_t i = 0; i < sides.size(); ++i) {
    out += fmt::format("<li>{}: <b>{}</b> · {}{}</li>\n", words(kComparisonTexts.file, i + 1),
                       short_text(sides[i].name), models(sides[i], words),
                       i == 0 ? " · " + words(kComparisonTexts.reference) : std::string());
  }
  return out + "</ul>\n</header>\n";
}

}  // namespace

Page comparison_page(const std::vector<ComparisonSide>& sides, const Comparison& comparison,
                     const Words& words) {
  require_sides(sides, comparison);
  Page page;
  page.language = words.language();
  page.title = words.plain(kComparisonTexts.title);
  page.body = head(sides, words) + "<main>\n";
  page.body += html::comparison_strip(comparison, words);
  page.body += html::conditions_section(sides, comparison, words);
  page.body += html::division_sections(sides, comparison, words);
  page.body += html::unmatched_section(comparison, words);
  page.body += html::comparison_method_section(sides, comparison, words);
  page.body += "</main>\n";
  return page;
}

}  // namespace rackproof
