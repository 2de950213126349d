#include "reports/certificate.hpp"

#include <algorithm>

#include "reports/html/markup.hpp"
#include "reports/html/punch_layout.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof::html {

namespace {

std::string failed_text(const CertificateRow& row, const Words& words) {
  std::string out = of(row.failed, row.cells);
  if (row.waived > 0) out += small(words(texts::kWaivedCount, row.waived));
  if (row.inconclusive > 0) out += small(words(texts::kInconclusiveCount, row.inconclusive));
  if (row.not_judged > 0) out += small(words(texts::kNotJudgedCount, row.not_judged));
  if (row.not_applicable > 0) out += small(words(texts::kNotApplicableCount, row.not_applicable));
  return out;
}

std::string worst_target(const CertificateRow& row, const PageLinks& links) {
  if (row.worst_target.empty()) return {};
  const std::string link = links.of(row.worst_target, row.metric);
  if (link.empty()) return small(id(row.worst_target));
  return small(fmt::format("<a href=\"#{}\">{}</a>", link, id(row.worst_target)));
}

std::string metric(const CertificateRow& row, const Words& words) {
  const Phrase known = view_word(row.metric);
  return known.en == known.zh ? id(row.metric) : shown(words, known);
}

std::string p1(const CertificateRow& row, const Words& words) {
  return fmt::format("<td class=\"v\">{}</td>", row.p1.empty() ? "–" : shown(words, row.p1));
}

}  // namespace

PageLinks::PageLinks(const ReportView& view, const PageRoom& room) {
  const auto add = [&](std::size_t row) {
    const PunchEntry& entry = view.punch_list.entries[row];
    entries_.try_emplace(std::pair{entry.target, entry.metric}, row + 1);
    shown_.insert(row + 1);
  };
  for (const auto& block : punch_layout(view.punch_list, room).blocks) {
    std::ranges::for_each(block.full, add);
    std::ranges::for_each(block.rows, add);
  }
  for (std::size_t i = 0; i < view.racks.size(); ++i) {
    if (!room.racks || !has_details(view.racks[i])) continue;
    racks_.emplace(view.racks[i].name, i);
    shown_racks_.insert(i);
  }
}

std::string PageLinks::of(const std::string& target, const std::string& metric) const {
  if (const auto entry = entries_.find({target, metric}); entry != entries_.end())
    return fmt::format("p-{}", entry->second);
  const auto rack = racks_.find(target.substr(0, target.find('/')));
  return rack == racks_.end() ? "" : fmt::format("rack-{}", rack->second);
}

std::string certificate_section(const std::vector<CertificateRow>& rows, const PageLinks& links,
                                const Words& words) {
  std::string out =
      fmt::format("<section>\n<h2 id=\"certificate\">{}</h2>\n{}<thead><tr>", words(texts::kCertificate),
                  table_start("cert", words.plain(texts::kCertificate)));
  const bool has_p1 = std::ranges::any_of(rows, [](const CertificateRow& row) { return !row.p1.empty(); });
  for (const Text& heading :
       {texts::kClause, texts::kMetric, texts::kPlacement, texts::kLimitColumn, texts::kWorst, texts::kP1,
        texts::kMedian, texts::kSpread, texts::kDistribution, texts::kFailed, texts::kVerdictColumn}) {
    if (has_p1 || heading.en != texts::kP1.en) out += column(words, heading);
  }
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    put(out,
        "<tr><td>{}</td><th scope=\"row\" class=\"id\">{}{}</th><td>{}{}</td><td>{}{}{}</td><td><b "
        "class=\"v\">{}</b>{}{}</td>"
        "{}<td class=\"v\">{}</td><td>{}</td><td>{}</td><td "
        "class=\"v\">{}</td><td>{}{}</td></tr>\n",
        row.clause.empty() ? "–" : name(row.clause), metric(row, words), small(sentence(words, row.title)),
        name(row.scope), row.model.empty() ? "" : small(words(texts::kModelOf, name(row.model))),
        shown(words, row.limit), small(shown(words, row.direction)), small(sentence(words, row.provenance)),
        shown(words, row.worst), small(name(row.worst_interval)), worst_target(row, links),
        has_p1 ? p1(row, words) : "", shown(words, row.median), shown(words, row.spread),
        fleet_strip_svg(row, words), failed_text(row, words), badge(words, mark_of(row.verdict)),
        row.score ? small(words(texts::kScore)) : "");
  }
  return out + fmt::format("{}<p class=\"note\">{}{}</p>\n</section>\n", kTableEnd,
                           words(texts::kCertificateNote),
                           has_p1 ? " " + words(texts::kP1Note, kSmallestForP1) : "");
}

}  // namespace rackproof::html
