#include <algorithm>

#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"

namespace rackproof::html {

namespace {

using Reason = std::pair<std::size_t, std::string>;

// Reasons of the plan are data; those of a site are fixed words.
std::string exempt(const Words& words, const Phrase& reason) {
  return reason.en == reason.zh ? words(texts::kExempt, english(words, reason))
                                : shown(words, Phrase(texts::kExempt, reason));
}

// Most frequent first.
std::string reasons(const RackCoverage& rack, const Words& words) {
  std::vector<Reason> all;
  for (const auto& [reason, n] : rack.reasons) all.emplace_back(n, sentence(words, reason));
  for (const auto& [reason, n] : rack.exempt_reasons) all.emplace_back(n, "○ " + exempt(words, reason));
  if (all.empty()) return "–";
  std::ranges::stable_sort(all, std::ranges::greater{}, &Reason::first);
  std::string out;
  std::size_t beyond = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i >= kMostReasons) {
      beyond += all[i].first;
    } else {
      put(out, "{}<b>{}</b> × {}", i == 0 ? "" : "<br>", all[i].first, all[i].second);
    }
  }
  if (all.size() > kMostReasons) {
    put(out, "<br><b>{}</b> {}", words(texts::kMore, all.size() - kMostReasons),
        words(texts::kMoreReasons, beyond));
  }
  return out;
}

void coverage_row(std::string& out, const RackCoverage& rack, bool sum, const Words& words) {
  const std::size_t required = rack.promised - rack.exempt;
  put(out,
      "<tr{}><th scope=\"row\" class=\"id\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td "
      "class=\"n\">{}</td>"
      "<td class=\"n\">{}</td><td><progress max=\"{}\" value=\"{}\" "
      "aria-label=\"{}\"></progress></td><td>{}</td></tr>\n",
      sum ? " class=\"sum\"" : "", shown(words, rack.rack),
      rack.nodes == 0 ? "–" : of(rack.answered, rack.nodes), rack.promised, rack.measured, rack.missing(),
      std::max<std::size_t>(required, 1), rack.measured,
      words.plain(texts::kMeasuredOf, rack.measured, required), reasons(rack, words));
}

}  // namespace

std::string coverage_section(const CoverageView& coverage, const Words& words) {
  std::vector<const RackCoverage*> order;
  for (const auto& rack : coverage.racks) order.push_back(&rack);
  const auto lacks = [](const RackCoverage* rack) { return rack->missing() > 0; };
  std::size_t n = order.size();
  if (n > kMostRacksInFull) {  // only those that lack something
    const auto complete = std::ranges::stable_partition(order, lacks);
    n = std::min(order.size() - complete.size(), kMostCoverageRows);
  }
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n{}<thead><tr>", words(texts::kCoverage),
                                table_start("cov", words.plain(texts::kCoverage)));
  out += column(words, texts::kRack) + column(words, texts::kNodesAnswered, true) +
         column(words, texts::kPromised, true) + column(words, texts::kMeasured, true) +
         column(words, texts::kMissing, true) + column(words, texts::kShare) + column(words, texts::kWhyNot) +
         "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < n; ++i) coverage_row(out, *order[i], false, words);
  coverage_row(out, coverage.total, true, words);
  out += kTableEnd;
  const auto beyond = std::count_if(order.begin() + static_cast<std::ptrdiff_t>(n), order.end(), lacks);
  out += more(words, order.size() - n, texts::kMoreCovered, beyond);
  return out + fmt::format("<p class=\"note\">{}</p>\n</section>\n", words(texts::kCoverageNote));
}

}  // namespace rackproof::html
