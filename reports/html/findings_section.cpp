#include <algorithm>

#include "harness/verdict/finding_words.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof::html {

std::string findings_section(const std::vector<Finding>& findings, const PageRoom& room, const Words& words) {
  constexpr std::size_t kSubjectsNamed = 8;
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n", words(texts::kFindings));
  if (findings.empty()) return out + fmt::format("<p>{}</p>\n</section>\n", words(texts::kNone));
  put(out, "<p class=\"note\">{}</p>\n{}<thead><tr>", words(texts::kFindingsNote),
      table_start("findings", words.plain(texts::kFindings)));
  for (const Text& heading : {texts::kKind, texts::kSubjects, texts::kEvidence, texts::kAction, texts::kId})
    out += column(words, heading);
  out += "</tr></thead><tbody>\n";
  const std::size_t n = std::min(findings.size(), room.findings);
  for (std::size_t i = 0; i < n; ++i) {
    const Finding& finding = findings[i];
    put(out,
        "<tr><th scope=\"row\">{}</th><td class=\"id\">{}</td><td class=\"id\">{}</td><td "
        "class=\"id\">{}</td><td "
        "class=\"id\"><small>{}</small></td></tr>\n",
        sentence(words, kind_words(finding.kind)),
        shown(words, joined_phrase(finding.subjects, kSubjectsNamed, subject_words)),
        sentence(words, finding.evidence), finding.action.empty() ? "–" : sentence(words, finding.action),
        finding.id.empty() ? "–" : name(finding.id));
  }
  return out + std::string(kTableEnd) + more(words, findings.size() - n, texts::kMoreFindings) +
         "</section>\n";
}

}  // namespace rackproof::html
