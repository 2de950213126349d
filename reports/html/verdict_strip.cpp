#include <algorithm>

#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof::html {

namespace {

constexpr std::size_t kFirstFailures = 3;

std::string upper(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

void counts(std::string& out, const ReportView& view, const Words& words) {
  const auto item = [&](const std::string& numbers, const std::string& what) {
    put(out, "<li>{}<span>{}</span></li>\n", numbers, what);
  };
  const RackCoverage& total = view.coverage.total;
  out += "<ul class=\"counts\">\n";
  item(fmt::format("<b>✓ {}</b> · <b>✕ {}</b> · <b>! {}</b>", view.accepted, view.rejected, view.undecided),
       words(texts::kRacksCounted));
  if (view.with_reservations > 0)
    item(fmt::format("<b>◐ {}</b>", view.with_reservations), words(texts::kReservedCounted));
  if (view.not_started > 0)
    item(fmt::format("<b>– {}</b>", view.not_started), words(texts::kNotStartedCounted));
  item(fmt::format("<b>✓ {}</b> · <b>✕ {}</b> · <b>! {}</b> · <b>– {}</b>", view.passed, view.failed,
                   view.inconclusive, view.not_judged),
       words(texts::kGatesCounted));
  item(fmt::format("<b>{}</b>", of(total.measured, total.promised - total.exempt)),
       total.exempt > 0 ? words(texts::kExemptMore, total.exempt) : words(texts::kMeasurementsExist));
  out += "</ul>\n";
}

void rack_chips(std::string& out, const ReportView& view, const PageLinks& links, const Words& words) {
  std::vector<std::size_t> order(view.racks.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_partition(order, [&view](std::size_t i) { return !view.racks[i].clean(); });
  put(out, "<ul class=\"chips\" aria-label=\"{}\">\n", words.plain(texts::kRacks));
  for (std::size_t n = 0; n < std::min(order.size(), kMostChips); ++n) {
    const RackView& rack = view.racks[order[n]];
    const StatusMark mark = rack.mark();
    const std::string word = words.either(mark.word, mark.zh);
    const std::string chip = fmt::format("<span class=\"mark {}\">{} {}: {}</span>", mark.css_class,
                                         mark.glyph, name(rack.name), word);
    if (links.shows_rack(order[n])) {
      put(out, "<li><a href=\"#rack-{}\">{}</a></li>\n", order[n], chip);
    } else {
      put(out, "<li>{}</li>\n", chip);
    }
  }
  out += "</ul>\n";
  if (order.size() > kMostChips) out += more(words, order.size() - kMostChips, texts::kRacksElsewhere);
}

// ": 20 % below the limit", or the kind of failure where no number is beyond a limit.
std::string problem(const PunchEntry& entry, const Words& words) {
  if (!entry.margin.empty()) return ": " + shown(words, entry.margin);
  return entry.failure.empty() ? "" : ": " + shown(words, entry.failure);
}

void first_failures(std::string& out, const PunchList& list, const PageLinks& links, const Words& words) {
  if (list.failing == 0) return;
  put(out, "<ol class=\"first\" aria-label=\"{}\">\n", words.plain(texts::kWhatFails));
  const auto place = [&](std::size_t number, const PunchEntry& entry) {
    const std::string bold = fmt::format("<b>{}</b>", where(words, entry.place));
    return links.shows(number) ? fmt::format("<a href=\"#p-{}\">{}</a>", number, bold) : bold;
  };
  const std::size_t n = std::min({kFirstFailures, list.failing, list.entries.size()});
  for (std::size_t i = 0; i < n; ++i) {
    const PunchEntry& entry = list.entries[i];
    put(out, "<li>{}: {}{} – <b>{}</b> {}{}</li>\n", place(i + 1, entry), code(entry.metric),
        entry.title.empty() ? "" : fmt::format(" ({})", english(words, entry.title)),
        shown(words, entry.value), shown(words, Phrase(texts::kWhereLimitIs, view_word(entry.limit))),
        problem(entry, words));
  }
  out += "</ol>\n";
  if (list.failing > n)
    put(out, "<p>{}{}{}</p>\n", links.shows(1) ? "<a href=\"#punch\">" : "",
        words(texts::kAllFailures, list.failing), links.shows(1) ? "</a>" : "");
}

}  // namespace

std::string verdict_strip(const ReportView& view, const PageLinks& links, const Words& words) {
  const StatusMark mark = view.mark();
  std::string out;
  for (const Phrase& banner : view.banners)
    put(out, "<p class=\"banner\" role=\"note\"><b>⚠</b> {}</p>\n", sentence(words, banner));
  put(out,
      "<section class=\"strip {}\" aria-label=\"{}\">\n<p class=\"headline\">{} {}</p>\n<p "
      "class=\"sentence\">{}</p>\n",
      mark.css_class, words.plain(texts::kVerdict), mark.glyph, words.either(upper(mark.word), mark.zh),
      sentence(words, view.sentence));
  counts(out, view, words);
  first_failures(out, view.punch_list, links, words);
  rack_chips(out, view, links, words);
  return out + "</section>\n";
}

}  // namespace rackproof::html
