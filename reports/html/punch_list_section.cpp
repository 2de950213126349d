#include <algorithm>

#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/punch_groups.hpp"

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
                     entry.failure.empty() || entry.reason.empty() ? "" : ": ", english(words, entry.reason));
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
      entry.title.empty() ? "" : fmt::format(" <span class=\"note\">{}</span>", english(words, entry.title)),
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
  if (!entry.waived.empty()) row(texts::kWaivedBy, "<b>◐</b> " + english(words, entry.waived));
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
      entry.waived.empty() ? "" : small("◐ " + english(words, entry.waived)),
      entry.rerun.empty() ? "–" : fmt::format("<code>{}</code>", name(entry.rerun)));
}

std::string heading(const PunchGroup& group, const Words& words) {
  const std::string cells = group.racks == 1
                                ? words(texts::kGroupInRack, name(group.rack), group.entries.size())
                                : words(texts::kGroupOverRacks, group.entries.size(), group.racks);
  const std::string cause = group.verdict == Verdict::fail || !group.metric.empty() ? code(group.metric) : "";
  std::string out = fmt::format("{} {}", badge(words, mark_of(group.verdict)), cells);
  if (!cause.empty()) out += ": " + cause;
  if (!group.title.empty()) put(out, " <span class=\"note\">{}</span>", english(words, group.title));
  if (!group.reason.empty()) put(out, " <span class=\"note\">{}</span>", english(words, group.reason));
  return out;
}

std::string shared(const PunchGroup& group, const Words& words) {
  if (group.labels.empty()) return {};
  std::string labels;
  for (const auto& [label, value] : group.labels)
    put(labels, "{}{} = {}", labels.empty() ? "" : ", ", name(label), name(value));
  return fmt::format("<p>{}</p>\n", words(texts::kTheyShare, "<b>" + labels + "</b>"));
}

/// Writes entries as long as there is room, the first ones in full.
class EntryWriter {
 public:
  EntryWriter(const PunchList& list, const PageRoom& room, const Words& words)
      : list_(list), room_(room), words_(words) {
    crowded_ = list.entries.size() > room.full;
  }

  void write(std::string& out, const std::vector<std::size_t>& entries, bool grouped, char level,
             const std::string& label) {
    const std::size_t most = grouped && crowded_ ? kFullOfGroup : room_.full;
    std::size_t at = 0;
    for (; at < entries.size() && at < most && room_.full > 0; ++at, --room_.full)
      full_entry(out, list_.entries[entries[at]], entries[at] + 1, level, words_);
    if (at == entries.size()) return;
    const std::size_t rows = std::min(entries.size() - at, room_.rows);
    if (rows > 0) rows_start(out, label, words_);
    for (std::size_t i = 0; i < rows; ++i, ++at)
      row_entry(out, list_.entries[entries[at]], entries[at] + 1, words_);
    room_.rows -= rows;
    if (rows > 0) out += kTableEnd;
    beyond_ += entries.size() - at;
  }

  bool has_room() const { return room_.full + room_.rows > 0; }
  std::size_t beyond() const { return beyond_; }

 private:
  const PunchList& list_;
  PageRoom room_;
  const Words& words_;
  bool crowded_ = false;
  std::size_t beyond_ = 0;
};

}  // namespace

std::string punch_list_section(const PunchList& list, const PageRoom& room, const Words& words) {
  std::string out =
      fmt::format("<section>\n<h2 id=\"punch\">{}</h2>\n<p>{}{}</p>\n", words(texts::kPunchList),
                  words(texts::kPunchCounts, list.failing, list.undecided),
                  list.entries.empty() ? "" : " " + words(texts::kRerunNote));
  const PunchGroups groups = punch_groups(list);
  EntryWriter writer(list, room, words);
  std::size_t number = 0;
  for (const auto& group : groups.groups) {
    if (writer.has_room()) put(out, "<h3>{}</h3>\n{}", heading(group, words), shared(group, words));
    writer.write(out, group.entries, true, '4',
                 fmt::format("{} {}", words.plain(texts::kPunchList), ++number));
  }
  if (!groups.groups.empty() && !groups.singles.empty())
    put(out, "<h3>{}</h3>\n", words(texts::kSingleCells));
  writer.write(out, groups.singles, false, groups.groups.empty() ? '3' : '4', words.plain(texts::kPunchList));
  return out + more(words, list.left_out() + writer.beyond(), texts::kMoreCells) + "</section>\n";
}

}  // namespace rackproof::html
