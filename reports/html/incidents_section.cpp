#include <algorithm>

#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof::html {

std::string incidents_section(const IncidentList& incidents, const PageRoom& room, const Words& words) {
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n", words(texts::kIncidents));
  if (incidents.total == 0) return out + fmt::format("<p>{}</p>\n</section>\n", words(texts::kNoIncidents));
  put(out, "<p class=\"note\">{}</p>\n{}<thead><tr>", words(texts::kIncidentsNote, incidents.total),
      table_start("incidents", words.plain(texts::kIncidents)));
  out += column(words, texts::kTarget) + column(words, texts::kCase) + column(words, texts::kLaunch, true) +
         column(words, texts::kAttempt, true) + column(words, texts::kStatus) + column(words, texts::kPhase) +
         column(words, texts::kReason) + column(words, texts::kEndedAt) + "</tr></thead><tbody>\n";
  const std::size_t n = std::min(incidents.entries.size(), room.incidents);
  for (std::size_t i = 0; i < n; ++i) {
    const Incident& one = incidents.entries[i];
    put(out,
        "<tr><th scope=\"row\" class=\"id\">{}</th><td class=\"id\">{}</td><td class=\"n\">{}</td><td "
        "class=\"n\">{}</td><td>{}</td><td>{}</td><td class=\"id\">{}</td><td>{}</td></tr>\n",
        name(one.target), name(one.case_id),
        one.launch < 0 ? words(texts::kControl) : std::to_string(one.launch), one.attempt,
        shown(words, one.status), shown(words, one.phase),
        one.reason.empty() ? words(texts::kNoReason) : english(words, one.reason),
        one.ended_utc.empty() ? words(texts::kNotRecorded) : name(one.ended_utc));
  }
  return out + std::string(kTableEnd) + more(words, incidents.total - n, texts::kMoreIncidents) +
         "</section>\n";
}

}  // namespace rackproof::html
