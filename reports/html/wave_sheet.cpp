#include <algorithm>
#include <array>

#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof::html {

namespace {

// As the sheet lists them: what needs somebody first.
enum class Standing { rejected, undecided, with_reservations, not_started, accepted };
constexpr auto kStandings =
    std::to_array({Standing::rejected, Standing::undecided, Standing::with_reservations,
                   Standing::not_started, Standing::accepted});

Standing standing_on_sheet(const RackView& rack) {
  if (rack.with_reservations) return Standing::with_reservations;
  if (!rack.started) return Standing::not_started;
  if (rack.clean()) return Standing::accepted;
  return rack.disposition == Disposition::rejected ? Standing::rejected : Standing::undecided;
}

StatusMark mark_of_standing(Standing standing) {
  switch (standing) {
    case Standing::rejected:
      return mark_of(Disposition::rejected);
    case Standing::undecided:
      return mark_of(Disposition::undecided);
    case Standing::with_reservations:
      return mark_of_reservations();
    case Standing::not_started:
      return mark_of_not_started();
    case Standing::accepted:
      return mark_of(Disposition::accepted);
  }
  return mark_of(Disposition::undecided);
}

void row(std::string& out, const RackView& rack, std::size_t number, const PageLinks& links,
         const Words& words) {
  const std::string title = links.shows_rack(number)
                                ? fmt::format("<a href=\"#rack-{}\">{}</a>", number, name(rack.name))
                                : name(rack.name);
  put(out,
      "<tr><th scope=\"row\" class=\"id\">{}</th><td>{}</td><td class=\"n\">{}</td><td "
      "class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
      title, badge(words, rack.mark()), rack.failed, rack.inconclusive + rack.not_judged, rack.passed);
}

void table_of(std::string& out, const ReportView& view, const std::vector<std::size_t>& racks,
              const StatusMark& mark, const PageLinks& links, const Words& words) {
  put(out, "<h3>{} {}</h3>\n{}<thead><tr>", badge(words, mark),
      words(racks.size() == 1 ? texts::kOneRack : texts::kManyRacks, racks.size()),
      table_start("wave", words.plain_either(mark.word, mark.zh)));
  out += column(words, texts::kRack) + column(words, texts::kStanding) +
         column(words, texts::kGatesFailed, true) + column(words, texts::kGatesOpen, true) +
         column(words, texts::kGatesPassed, true) + "</tr></thead><tbody>\n";
  const std::size_t n = std::min(racks.size(), kMostRacksOfStanding);
  for (std::size_t i = 0; i < n; ++i) row(out, view.racks[racks[i]], racks[i], links, words);
  out += kTableEnd;
  out += more(words, racks.size() - n, texts::kRacksOfStanding);
}

}  // namespace

std::string wave_sheet(const ReportView& view, const PageLinks& links, const Words& words) {
  std::string out = fmt::format("<section>\n<h2 id=\"wave\">{}</h2>\n", words(texts::kWaveSheetTitle));
  std::string counts;
  std::string tables;
  for (const Standing standing : kStandings) {
    std::vector<std::size_t> racks;
    for (std::size_t i = 0; i < view.racks.size(); ++i) {
      if (standing_on_sheet(view.racks[i]) == standing) racks.push_back(i);
    }
    if (racks.empty()) continue;
    const StatusMark mark = mark_of_standing(standing);
    put(counts, "<li><b>{} {}</b><span>{}</span></li>\n", mark.glyph, racks.size(),
        words.either(mark.word, mark.zh));
    table_of(tables, view, racks, mark, links, words);
  }
  return out + "<ul class=\"counts\">\n" + counts + "</ul>\n" + tables + "</section>\n";
}

}  // namespace rackproof::html
