#include <algorithm>
#include <optional>

#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/status_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof::html {

namespace {

constexpr std::size_t kMostSpanning = 20;
constexpr StatusMark kInformationMark{"", texts::kInformation, "info"};

StatusMark mark_of_value(const TableValue& value) {
  return value.verdict ? mark_of(*value.verdict) : kInformationMark;
}

void roomy_value(std::string& out, const TableValue& value, const Words& words) {
  if (!value.planned) {
    put(out, "<td><small>{}</small></td>", words(texts::kNotPlanned));
    return;
  }
  const StatusMark mark = mark_of_value(value);
  put(out, "<td class=\"{}\">{}{}<small>{}{}{}</small></td>", mark.css_class, shown(words, value.value),
      small(name(value.interval)), mark.glyph, mark.glyph.empty() ? "" : " ",
      words.either(mark.word, mark.zh));
}

std::string_view unit_of(std::string_view value) {
  const auto space = value.find(' ');
  return space == std::string_view::npos ? std::string_view{} : value.substr(space + 1);
}

bool is_number(std::string_view value) {
  return !value.empty() && (value[0] == '-' || (value[0] >= '0' && value[0] <= '9'));
}

// The unit of all numbers of a row, so that it is said once; empty when they differ or there is none.
std::string_view shared_unit(const TableRow& row) {
  std::string_view unit;
  for (const auto& value : row.values) {
    if (!value.planned || !is_number(value.value)) continue;
    const std::string_view one = unit_of(value.value);
    if (one.empty() || (!unit.empty() && one != unit)) return {};
    unit = one;
  }
  return unit;
}

// The mark of all values of a row, when they have one in common: it is said once.
std::optional<StatusMark> shared_mark(const TableRow& row) {
  std::optional<StatusMark> shared;
  for (const auto& value : row.values) {
    if (!value.planned) continue;
    const StatusMark mark = mark_of_value(value);
    if (shared && shared->css_class != mark.css_class) return std::nullopt;
    shared = mark;
  }
  return shared;
}

// Cells of dense tables have no end tags, as HTML allows: there are thousands of them.
void dense_value(std::string& out, const TableValue& value, std::string_view unit, bool marked,
                 const Words& words) {
  const std::string_view text = value.value;
  const StatusMark mark = mark_of_value(value);
  if (!value.planned) {
    out += "<td>";
    return;
  }
  if (marked) {
    put(out, "<td class={}>{} ", mark.css_class, mark.glyph);
  } else {
    out += "<td>";
  }
  out += !unit.empty() && is_number(text) ? name(text.substr(0, text.find(' '))) : shown(words, value.value);
}

void dense_row(std::string& out, const TableRow& row, const Words& words) {
  const std::string_view unit = shared_unit(row);
  const auto mark = shared_mark(row);
  put(out, "<tr{}><th scope=\"row\">{}{}{} {}{}{}</th>",
      mark ? fmt::format(" class=\"{}\"", mark->css_class) : "", mark ? mark->glyph : "",
      mark && !mark->glyph.empty() ? " " : "", name(row.metric), row.direction, unit.empty() ? "" : " ",
      name(unit));
  for (const auto& value : row.values) dense_value(out, value, unit, !mark, words);
  out += "</tr>\n";
}

void roomy_row(std::string& out, const TableRow& row, const Words& words) {
  put(out, "<tr><th scope=\"row\" class=\"id\">{} {}</th>", id(row.metric), row.direction);
  for (const auto& value : row.values) roomy_value(out, value, words);
  out += "</tr>\n";
}

void value_table(std::string& out, const std::string& rack, const ValueTable& table, bool dense,
                 const Words& words) {
  const std::string label =
      words.plain(texts::kTableOf, rack, fmt::format("{} {}", table.scope, table.columns.front()));
  put(out, "<h3>{}</h3>\n{}<thead><tr>{}", name(table.scope),
      table_start(dense ? "values dense" : "values", label), column(words, texts::kMetric));
  for (const auto& heading : table.columns) put(out, "<th scope=\"col\">{}</th>", shown(words, heading));
  out += "</tr></thead><tbody>\n";
  for (const auto& row : table.rows) dense ? dense_row(out, row, words) : roomy_row(out, row, words);
  out += kTableEnd;
}

std::string legend(const Words& words) {
  std::string marks;
  for (const auto verdict :
       {Verdict::pass, Verdict::fail, Verdict::inconclusive, Verdict::not_judged, Verdict::not_applicable})
    put(marks, "{}{}", marks.empty() ? "" : " ", badge(words, mark_of(verdict)));
  return fmt::format("<p class=\"note\">{} {}</p>\n", marks, words(texts::kDenseNote));
}

void value_tables(std::string& out, const std::string& rack, const RackTables& tables, const Words& words) {
  if (tables.dense) out += legend(words);
  for (const auto& table : tables.tables) value_table(out, rack, table, tables.dense, words);
  out += more(words, tables.left_out, texts::kMoreTargets);
}

void rack_details(std::string& out, const RackView& rack, std::size_t number, bool open, const Words& words) {
  put(out,
      "<details id=\"rack-{}\"{}><summary><b><bdi>{}</bdi></b> {} <span class=\"note\">{}</span></summary>\n",
      number, open ? " open" : "", name(rack.name), badge(words, rack.mark()),
      words(texts::kRackCounts, rack.passed, rack.failed, rack.inconclusive, rack.not_judged,
            rack.not_applicable));
  value_tables(out, rack.name, rack.tables, words);
  out += "</details>\n";
}

// What spans the rack of a certificate and others.
void spanning(std::string& out, const PunchList& list, const Words& words) {
  if (list.failing + list.undecided == 0) return;
  put(out, "<p>{}</p>\n<ul>\n", words(texts::kSpanningNote, list.failing, list.undecided));
  const std::size_t n = std::min(list.entries.size(), kMostSpanning);
  for (std::size_t i = 0; i < n; ++i) {
    const PunchEntry& entry = list.entries[i];
    put(out, "<li>{} {}: {} {}{}</li>\n", badge(words, mark_of(entry.verdict)), where(words, entry.place),
        code(entry.metric), shown(words, entry.value),
        shown(words, Phrase(texts::kWithItsLimit, view_word(entry.limit))));
  }
  out += "</ul>\n" + more(words, list.failing + list.undecided - n, texts::kMoreCells);
}

}  // namespace

std::string racks_section(const ReportView& view, const Words& words) {
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n", words(texts::kRacks));
  std::size_t accepted = 0;
  std::size_t others = 0;
  for (std::size_t i = 0; i < view.racks.size(); ++i) {
    const RackView& rack = view.racks[i];
    if (has_details(rack)) {
      rack_details(out, rack, i, !rack.clean() || view.racks.size() == 1, words);
    } else {
      ++(rack.clean() ? accepted : others);
    }
  }
  const bool spans =
      !view.between_racks.tables.empty() || view.spanning.failing + view.spanning.undecided > 0;
  if (spans) {
    put(out, "<details open><summary><b>{}</b></summary>\n",
        words(view.only_rack.empty() ? texts::kBetweenRacksTitle : texts::kSpanningTitle));
    spanning(out, view.spanning, words);
    value_tables(out, words.plain(texts::kBetweenRacksTitle), view.between_racks, words);
    out += "</details>\n";
  }
  out += more(words, others, texts::kMoreRackTables);
  out += more(words, accepted, texts::kMoreAcceptedRacks);
  return out + "</section>\n";
}

}  // namespace rackproof::html
