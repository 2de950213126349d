#include "reports/html/markup.hpp"
#include "reports/html/punch_layout.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof::html {

namespace {

std::string value_with_margin(const PunchEntry& entry, const Words& words) {
  std::string out = name(entry.interval);
  if (!entry.margin.empty()) put(out, "{}<b>{}</b>", out.empty() ? "" : " ", shown(words, entry.margin));
  return out;
}

std::string reason(const PunchEntry& entry, const Words& words) {
  if (entry.failure.empty() && entry.reason.empty()) return words(texts::kNoReason);
  return fmt::format("{}{}{}", entry.failure.empty() ? "" : shown(words, entry.failure),
                     entry.failure.empty() || entry.reason.empty() ? "" : ": ",
                     sentence(words, entry.reason));
}

std::string racks(const Place& place, const Words& words) {
  return place.racks.empty() ? words(texts::kSiteWide) : name(place.racks);
}

void full_entry(std::string& out, const PunchEntry& entry, std::size_t number, char level,
                const Words& words) {
  const StatusMark mark = mark_of(entry.verdict);
  const auto row = [&](const Text& label, const std::string& html) {
    put(out, "<dt>{}</dt><dd>{}</dd>", words(label), html);
  };
  put(out, "<article class=\"entry {}\" id=\"p-{}\">\n<h{}>{} {} – {}{}</h{}>\n<dl>", mark.css_class, number,
      level, badge(words, mark), where(words, entry.place), code(entry.metric),
      entry.title.empty() ? "" : fmt::format(" <span class=\"note\">{}</span>", sentence(words, entry.title)),
      level);
  row(texts::kRack, racks(entry.place, words));
  row(texts::kNode, fmt::format("{} <span class=\"note\">{}</span>", part(words, entry.place),
                                entry.place.hosts.empty() ? words(texts::kNoHost)
                                                          : words(texts::kOnHost, name(entry.place.hosts))));
  row(texts::kValue,
      fmt::format("<span class=\"big\">{}</span> {}<span class=\"note\"> {}</span>",
                  shown(words, entry.value), value_with_margin(entry, words),
                  words(entry.launches == 1 ? texts::kFromLaunch : texts::kFromLaunches, entry.launches)));
  row(texts::kLimit, fmt::format("{} <span class=\"note\">– {}</span>", shown(words, entry.limit),
                                 sentence(words, entry.provenance)));
  row(texts::kReason, reason(entry, words));
  if (!entry.waived.empty()) row(texts::kWaivedBy, "<b>◐</b> " + sentence(words, entry.waived));
  out += "</dl>\n";
  if (!entry.rerun.empty()) put(out, "<code class=\"rerun\">{}</code>\n", name(entry.rerun));
  out += "</article>\n";
}

void rows_start(std::string& out, const std::string& label, const Words& words) {
  out += table_start("punch", label) + "<thead><tr>" + column(words, texts::kTarget) +
         column(words, texts::kMetric) + column(words, texts::kValue) + column(words, texts::kLimit) +
         column(words, texts::kReason) + column(words, texts::kAgain) + "</tr></thead><tbody>\n";
}

void row_entry(std::string& out, const PunchEntry& entry, std::size_t number, const Words& words) {
  const StatusMark mark = mark_of(entry.verdict);
  put(out,
      "<tr id=\"p-{}\"><th scope=\"row\" class=\"id\">{} {}</th><td class=\"id\">{}</td><td>{} "
      "{}</td><td>{}</td><td>{}{}</td>"
      "<td>{}</td></tr>\n",
      number, mark.glyph, where(words, entry.place), id(entry.metric), shown(words, entry.value),
      value_with_margin(entry, words), shown(words, entry.limit), reason(entry, words),
      entry.waived.empty() ? "" : small("◐ " + sentence(words, entry.waived)),
      entry.rerun.empty() ? "–" : fmt::format("<code>{}</code>", name(entry.rerun)));
}

std::string heading(const PunchGroup& group, const Words& words) {
  const std::string cells = group.racks == 1
                                ? words(texts::kGroupInRack, name(group.rack), group.entries.size())
                                : words(texts::kGroupOverRacks, group.entries.size(), group.racks);
  const std::string cause = group.verdict == Verdict::fail || !group.metric.empty() ? code(group.metric) : "";
  std::string out = fmt::format("{} {}", badge(words, mark_of(group.verdict)), cells);
  if (!cause.empty()) out += ": " + cause;
  if (!group.title.empty()) put(out, " <span class=\"note\">{}</span>", sentence(words, group.title));
  if (!group.reason.empty()) put(out, " <span class=\"note\">{}</span>", sentence(words, group.reason));
  return out;
}

std::string shared(const PunchGroup& group, const Words& words) {
  if (group.labels.empty()) return {};
  std::string labels;
  for (const auto& [label, value] : group.labels)
    put(labels, "{}{} = {}", labels.empty() ? "" : ", ", name(label), name(value));
  return fmt::format("<p>{}</p>\n", words(texts::kTheyShare, "<b>" + labels + "</b>"));
}

void entries_of(std::string& out, const PunchList& list, const PunchBlock& block, char level,
                const std::string& label, const Words& words) {
  for (const auto row : block.full) full_entry(out, list.entries[row], row + 1, level, words);
  if (block.rows.empty()) return;
  rows_start(out, label, words);
  for (const auto row : block.rows) row_entry(out, list.entries[row], row + 1, words);
  out += kTableEnd;
}

}  // namespace

std::string punch_list_section(const PunchList& list, const PageRoom& room, const Words& words) {
  std::string out =
      fmt::format("<section>\n<h2 id=\"punch\">{}</h2>\n<p>{}{}</p>\n", words(texts::kPunchList),
                  words(texts::kPunchCounts, list.failing, list.undecided),
                  list.entries.empty() ? "" : " " + words(texts::kRerunNote));
  const PunchLayout layout = punch_layout(list, room);
  std::size_t number = 0;
  for (const auto& block : layout.blocks) {
    if (block.group) {
      put(out, "<h3>{}</h3>\n{}", heading(*block.group, words), shared(*block.group, words));
    } else if (layout.blocks.size() > 1) {
      put(out, "<h3>{}</h3>\n", words(texts::kSingleCells));
    }
    const char level = layout.blocks.size() > 1 || block.group ? '4' : '3';
    entries_of(out, list, block, level, fmt::format("{} {}", words.plain(texts::kPunchList), ++number),
               words);
  }
  return out + more(words, list.left_out() + layout.beyond, texts::kMoreCells) + "</section>\n";
}

}  // namespace rackproof::html
