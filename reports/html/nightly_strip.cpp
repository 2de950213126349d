// The headline of the nightly page, and what of the last night was measured.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/verdict/trend/critical_values.hpp"
#include "reports/escape.hpp"
#include "reports/html/nightly_sections.hpp"
#include "reports/html/table_html.hpp"
#include "reports/language/trend_texts.hpp"

namespace rackproof::html {

namespace {

std::size_t count(const Trend& trend, TrendState state, bool of_worse) {
  return static_cast<std::size_t>(std::ranges::count_if(trend.findings, [&](const TrendFinding& finding) {
    return finding.state == state && (finding.change == Change::worse) == of_worse;
  }));
}

std::uint64_t unmeasured(const Trend& trend) {
  return trend.coverage.promised - std::min(trend.coverage.measured, trend.coverage.promised);
}

/// Why it is too little; empty where it is not.
std::string little_reasons(const Trend& trend, const Words& words) {
  if (!trend.too_little()) return {};
  std::string out;
  if (trend.nights.size() < kLeastNights)
    out += words(kTrendTexts.little_nights, trend.nights.size(), kLeastNights) + " ";
  else if (trend.series_watched == 0)
    out += words(kTrendTexts.little_series) + " ";
  if (2 * trend.coverage.measured < trend.coverage.promised) out += words(kTrendTexts.little_coverage) + " ";
  return out;
}

/// How many of the confirmed changes for the worse have a common cause; empty for none.
std::string shared_causes(const Trend& trend, const Words& words) {
  std::set<std::int32_t> causes;
  std::size_t findings = 0;
  for (const TrendFinding& finding : trend.findings) {
    if (finding.state != TrendState::confirmed || finding.change != Change::worse || finding.cause < 0)
      continue;
    causes.insert(finding.cause);
    ++findings;
  }
  return findings == 0 ? std::string() : words(kTrendTexts.sentence_causes, findings, causes.size()) + " ";
}

struct Headline {
  std::string_view css_class, glyph;
  std::string text;
  std::string sentence;
};

Headline headline(const Trend& trend, const Words& words) {
  const std::uint64_t missing = unmeasured(trend);
  const std::string partial = missing > 0 ? words(kTrendTexts.sentence_partial, missing) : std::string();
  if (trend.has_new_confirmed())
    return {"fail", "✕", words(kTrendTexts.headline_confirmed, count(trend, TrendState::confirmed, true)),
            shared_causes(trend, words) + partial};
  if (const std::size_t fresh = count(trend, TrendState::fresh, true); fresh > 0)
    return {"open", "!", words(kTrendTexts.headline_fresh, fresh), partial};
  if (trend.too_little())
    return {"open", "!", words(kTrendTexts.headline_little),
            little_reasons(trend, words) + words(kTrendTexts.sentence_little)};
  // Nothing that was promised is no measured night either.
  if (missing > 0 || trend.coverage.promised == 0)
    return {"open", "!", words(kTrendTexts.headline_partial), partial};
  return {"pass", "✓", words(kTrendTexts.headline_nothing), {}};
}

}  // namespace

std::string nightly_strip(const Trend& trend, const Words& words) {
  const Headline head = headline(trend, words);
  std::string out;
  if (trend.too_little() && head.text != words(kTrendTexts.headline_little))
    out += fmt::format("<p class=\"banner\" role=\"note\"><b>⚠ {}.</b> {}</p>\n",
                       words(kTrendTexts.headline_little), little_reasons(trend, words));
  out += fmt::format("<section class=\"strip {}\" aria-label=\"{}\">\n<p class=\"headline\">{} {}</p>\n",
                     head.css_class, escape_html(words.plain(kTrendTexts.verdict)), head.glyph, head.text);
  if (!head.sentence.empty()) out += fmt::format("<p class=\"sentence\">{}</p>\n", head.sentence);
  out += "<ul class=\"counts\">\n";
  const auto item = [&](const std::string& number, const Text& text) {
    out += fmt::format("<li><b>{}</b><span>{}</span></li>\n", number, words(text));
  };
  const auto both = [&](TrendState state) { return count(trend, state, true) + count(trend, state, false); };
  item(fmt::format("✕ {}", count(trend, TrendState::confirmed, true)), kTrendTexts.count_confirmed);
  item(fmt::format("! {}", count(trend, TrendState::fresh, true)), kTrendTexts.count_fresh);
  item(std::to_string(count(trend, TrendState::confirmed, false) + count(trend, TrendState::fresh, false)),
       kTrendTexts.count_other);
  item(std::to_string(both(TrendState::acknowledged)), kTrendTexts.count_acknowledged);
  item(std::to_string(both(TrendState::went_away)), kTrendTexts.count_went_away);
  item(fmt::format("{} / {}", trend.coverage.measured, trend.coverage.promised), kTrendTexts.count_measured);
  return out + "</ul>\n</section>\n";
}

std::string night_coverage_section(const Trend& trend, const Words& words) {
  if (trend.nights.empty()) return {};
  std::vector<HtmlRow> rows;
  const auto add = [&](const Text& text, std::string value) {
    rows.push_back({"", {words(text), std::move(value)}});
  };
  add(kTrendTexts.promised, std::to_string(trend.coverage.promised));
  add(kTrendTexts.measured, std::to_string(trend.coverage.measured));
  add(kTrendTexts.missing, std::to_string(unmeasured(trend)));
  add(kTrendTexts.watched, std::to_string(trend.series_watched));
  add(kTrendTexts.scanned, std::to_string(trend.series_scanned));
  add(kTrendTexts.by_chance, fmt::format("{:.2g}", trend.expected_false_alarms));
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", words(kTrendTexts.coverage),
                     table_html(escape_html(words.plain(kTrendTexts.coverage)),
                                {{words(kTrendTexts.item)}, {words(kTrendTexts.count), true}}, rows));
}

}  // namespace rackproof::html
