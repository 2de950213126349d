#include <algorithm>

#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof::html {

namespace {

constexpr std::size_t kFirstFailures = 3;
constexpr std::size_t kFirstOpen = 2;  // beside failures

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

/// ", limit ≥ 9 GB/s: 20 % below the limit", or the kind of failure where no number is beyond a limit.
Phrase against_limit(const PunchEntry& entry) {
  const Phrase limit{texts::kWithItsLimit, view_word(entry.limit)};
  const Phrase problem = entry.margin.empty() ? view_word(entry.failure) : entry.margin;
  return problem.empty() ? limit : Phrase(texts::kBecause, limit, problem);
}

/// One entry of the punch list as somebody reads it who sees the page for the first time: where, what, how much, who says so, and
/// how to see it again.
void first_entry(std::string& out, const PunchEntry& entry, std::size_t number, const PageLinks& links,
                 const Words& words) {
  const std::string bold = fmt::format("<b>{}</b>", where(words, entry.place));
  const std::string place =
      links.shows(number) ? fmt::format("<a href=\"#p-{}\">{}</a>", number, bold) : bold;
  const bool fails = entry.verdict == Verdict::fail;
  put(out, "<li>{}{}: {} – <b>{}</b>{}", fails ? "" : badge(words, mark_of(entry.verdict)) + " ", place,
      entry.title.empty() ? code(entry.metric) : sentence(words, entry.title), shown(words, entry.value),
      shown(words, against_limit(entry)));
  const auto line = [&](const std::string& html) { out += "\n" + small(html); };
  if (!entry.waived.empty()) line("◐ " + sentence(words, entry.waived));
  if (!fails && !entry.reason.empty()) line(sentence(words, entry.reason));
  line(fmt::format("{}{} {}", entry.title.empty() ? "" : code(entry.metric) + " · ", words(texts::kLimitFrom),
                   sentence(words, entry.provenance)));
  if (fails && !entry.rerun.empty())
    line(fmt::format("{} <code>{}</code>", words(texts::kToSeeItAgain), name(entry.rerun)));
  out += "</li>\n";
}

void entries(std::string& out, const char* list, const Text& label, std::size_t first, std::size_t n,
             const PunchList& punch, const PageLinks& links, const Words& words) {
  put(out, "<{} class=\"first\" aria-label=\"{}\">\n", list, words.plain(label));
  for (std::size_t i = first; i < first + n; ++i) first_entry(out, punch.entries[i], i + 1, links, words);
  put(out, "</{}>\n", list);
}

void all_of_them(std::string& out, const Text& text, std::size_t all, const PageLinks& links,
                 const Words& words) {
  put(out, "<p>{}{}{}</p>\n", links.shows(1) ? "<a href=\"#punch\">" : "", words(text, all),
      links.shows(1) ? "</a>" : "");
}

/// The first failures, and what else keeps the verdict open.
void first_entries(std::string& out, const PunchList& list, const PageLinks& links, const Words& words) {
  const std::size_t fails = std::min({kFirstFailures, list.failing, list.entries.size()});
  if (fails > 0) entries(out, "ol", texts::kWhatFails, 0, fails, list, links, words);
  if (list.failing > fails) all_of_them(out, texts::kAllFailures, list.failing, links, words);
  if (list.entries.size() <= list.failing) return;
  const std::size_t open =
      std::min(list.entries.size() - list.failing, fails > 0 ? kFirstOpen : kFirstFailures);
  entries(out, "ul", texts::kWhatIsOpen, list.failing, open, list, links, words);
  if (list.undecided > open) all_of_them(out, texts::kAllUndecided, list.undecided, links, words);
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
  first_entries(out, view.punch_list, links, words);
  rack_chips(out, view, links, words);
  return out + "</section>\n";
}

}  // namespace rackproof::html
