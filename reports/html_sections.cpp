#include "reports/html_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "reports/escape.hpp"
#include "reports/value_text.hpp"

namespace rackproof::html {

namespace {

constexpr std::size_t kFirstFailures = 3;
constexpr std::size_t kMostChips = 256;

template <typename... Args>
void put(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

std::string e(std::string_view text) { return escape_html(text); }

std::string badge(const StatusMark& mark) {
  return fmt::format("<span class=\"mark {}\">{} {}</span>", mark.css_class, mark.glyph, mark.word);
}

std::string small(std::string_view text) {
  return text.empty() ? "" : fmt::format("<small>{}</small>", e(text));
}

std::string code(std::string_view text) { return fmt::format("<code><bdi>{}</bdi></code>", e(text)); }

// The part of a target that spans racks names its racks already.
std::string where(const PunchEntry& entry) {
  return entry.place.rack.empty() ? entry.place.part
                                  : fmt::format("{} / {}", entry.place.rack, entry.place.part);
}

// An id that may break after its separators, so that narrow columns do not break words.
std::string id(std::string_view text) {
  std::string out;
  bool entity = false;
  for (const char c : e(text)) {
    out += c;
    if (c == '&') entity = true;
    if (!entity && std::string_view("/:,#").find(c) != std::string_view::npos) out += "<wbr>";
    if (c == ';') entity = false;
  }
  return out;
}

// ": 20 % below the limit", or the kind of failure where no number is beyond a limit.
std::string problem(const PunchEntry& entry) {
  if (!entry.margin.empty()) return ": " + e(entry.margin);
  return entry.failure.empty() ? "" : ": " + e(entry.failure);
}

std::string more(std::size_t n, std::string_view what) {
  return n == 0 ? "" : fmt::format("<p class=\"note\"><b>+{} more</b> {}.</p>\n", n, what);
}

std::string reasons(const RackCoverage& rack) {
  std::string out;
  for (const auto& [reason, n] : rack.reasons)
    put(out, "{}<b>{}</b> × {}", out.empty() ? "" : "<br>", n, e(reason));
  for (const auto& [reason, n] : rack.exempt_reasons) {
    put(out, "{}<b>{}</b> × ○ exempt by the plan: {}", out.empty() ? "" : "<br>", n, e(reason));
  }
  return out.empty() ? "–" : out;
}

void coverage_row(std::string& out, const RackCoverage& rack, bool sum) {
  const std::size_t required = rack.promised - rack.exempt;
  put(out,
      "<tr{}><td class=\"id\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
      "<td class=\"n\">{}</td><td><progress max=\"{}\" value=\"{}\">{} of "
      "{}</progress></td><td>{}</td></tr>\n",
      sum ? " class=\"sum\"" : "", e(rack.rack),
      rack.nodes == 0 ? "–" : fmt::format("{} of {}", rack.answered, rack.nodes), rack.promised,
      rack.measured, rack.missing(), std::max<std::size_t>(required, 1), rack.measured, rack.measured,
      required, reasons(rack));
}

std::string failed_text(const CertificateRow& row) {
  std::string out = fmt::format("{} of {}", row.failed, row.cells);
  if (row.inconclusive > 0) out += fmt::format("<small>{} inconclusive</small>", row.inconclusive);
  if (row.not_judged > 0) out += fmt::format("<small>{} not judged</small>", row.not_judged);
  if (row.not_applicable > 0) out += fmt::format("<small>{} not applicable</small>", row.not_applicable);
  return out;
}

void value_table(std::string& out, const ValueTable& table) {
  put(out, "<h3>{}</h3>\n<div class=\"scroll\"><table class=\"values\"><thead><tr><th>metric</th>",
      e(table.scope));
  for (const auto& column : table.columns) put(out, "<th>{}</th>", e(column));
  out += "</tr></thead><tbody>\n";
  for (const auto& row : table.rows) {
    put(out, "<tr><td class=\"id\">{} {}</td>", id(row.metric), row.direction);
    for (const auto& value : row.values) {
      if (!value.planned) {
        out += "<td><small>not planned</small></td>";
        continue;
      }
      const StatusMark mark = value.verdict ? mark_of(*value.verdict) : StatusMark{"", "information", "info"};
      put(out, "<td class=\"{}\">{}{}<small>{}{}{}</small></td>", mark.css_class, e(value.value),
          small(value.interval), mark.glyph, mark.glyph.empty() ? "" : " ", mark.word);
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
}

void key_values(std::string& out, const std::vector<std::pair<std::string, std::string>>& rows) {
  out += "<table class=\"kv\"><tbody>\n";
  for (const auto& [key, value] : rows) {
    put(out, "<tr><td class=\"id\">{}</td><td class=\"id\">{}</td></tr>\n", e(key),
        value.empty() ? "not recorded" : e(value));
  }
  out += "</tbody></table>\n";
}

void rack_chips(std::string& out, const ReportView& view) {
  std::vector<std::size_t> order(view.racks.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(),
                        [&view](std::size_t i) { return !view.racks[i].clean(); });
  out += "<ul class=\"chips\" aria-label=\"Racks\">\n";
  for (std::size_t n = 0; n < std::min(order.size(), kMostChips); ++n) {
    const RackView& rack = view.racks[order[n]];
    const StatusMark mark = rack.mark();
    put(out, "<li><a href=\"#rack-{}\"><span class=\"mark {}\">{} {}: {}</span></a></li>\n", order[n],
        mark.css_class, mark.glyph, e(rack.name), mark.word);
  }
  out += "</ul>\n";
  if (order.size() > kMostChips) out += more(order.size() - kMostChips, "racks, listed under Coverage");
}

}  // namespace

std::string verdict_strip(const ReportView& view) {
  const StatusMark mark = view.mark();
  std::string word(mark.word);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  std::string out;
  for (const std::string& banner : view.banners)
    put(out, "<p class=\"banner\" role=\"note\"><b>⚠</b> {}</p>\n", e(banner));
  put(out,
      "<section class=\"strip {}\" aria-label=\"Verdict\">\n<p class=\"headline\">{} {}</p>\n<p "
      "class=\"sentence\">{}</p>\n",
      mark.css_class, mark.glyph, word, e(view.sentence));
  const RackCoverage& total = view.coverage.total;
  put(out,
      "<ul class=\"counts\">\n<li><b>✓ {}</b> · <b>✕ {}</b> · <b>! {}</b><span>racks accepted · rejected · "
      "undecided</span></li>\n"
      "<li><b>✓ {}</b> · <b>✕ {}</b> · <b>! {}</b> · <b>– {}</b><span>gates pass · fail · inconclusive · not "
      "judged</span></li>\n"
      "<li><b>{} of {}</b><span>promised measurements exist{}</span></li>\n</ul>\n",
      view.accepted, view.rejected, view.undecided, view.passed, view.failed, view.inconclusive,
      view.not_judged, total.measured, total.promised - total.exempt,
      total.exempt > 0 ? fmt::format(" ({} more exempt by the plan)", total.exempt) : "");
  rack_chips(out, view);
  if (view.punch_list.failing > 0) {
    out += "<ol class=\"first\" aria-label=\"What fails and where\">\n";
    const std::size_t n = std::min({kFirstFailures, view.punch_list.failing, view.punch_list.entries.size()});
    for (std::size_t i = 0; i < n; ++i) {
      const PunchEntry& entry = view.punch_list.entries[i];
      put(out, "<li><a href=\"#p-{}\"><b>{}</b></a>: {}{} – <b>{}</b> where the limit is {}{}</li>\n", i + 1,
          e(where(entry)), code(entry.metric),
          entry.title.empty() ? "" : fmt::format(" ({})", e(entry.title)), e(entry.value), e(entry.limit),
          problem(entry));
    }
    out += "</ol>\n";
    if (view.punch_list.failing > n)
      put(out, "<p><a href=\"#punch\">all {} failures</a></p>\n", view.punch_list.failing);
  }
  return out + "</section>\n";
}

std::string coverage_section(const ReportView& view) {
  std::string out =
      "<section>\n<h2>Coverage against the site</h2>\n<div class=\"scroll\"><table "
      "class=\"cov\"><thead><tr><th>rack</th>"
      "<th class=\"n\">nodes answered</th><th class=\"n\">promised</th><th class=\"n\">measured</th><th "
      "class=\"n\">not measured</th>"
      "<th></th><th>why not</th></tr></thead><tbody>\n";
  for (const auto& rack : view.coverage.racks) coverage_row(out, rack, false);
  coverage_row(out, view.coverage.total, true);
  return out +
         "</tbody></table></div>\n<p class=\"note\">Promised: every case of the plan on every target of the "
         "site file, "
         "also where nothing answered.</p>\n</section>\n";
}

std::string certificate_section(const ReportView& view) {
  std::string out =
      "<section>\n<h2>Certificate</h2>\n<div class=\"scroll\"><table "
      "class=\"cert\"><thead><tr><th>clause</th><th>metric</th><th>placement</th>"
      "<th>limit, direction, "
      "provenance</th><th>worst</th><th>median</th><th>spread</th><th>failed</th><th>verdict</th></tr></"
      "thead><tbody>\n";
  for (const auto& row : view.certificate) {
    put(out,
        "<tr><td>{}</td><td class=\"id\">{}{}</td><td>{}{}</td><td>{}{}{}</td><td><b "
        "class=\"v\">{}</b>{}{}</td><td class=\"v\">{}</td><td>{}</td>"
        "<td class=\"v\">{}</td><td>{}{}</td></tr>\n",
        row.clause.empty() ? "–" : e(row.clause), id(row.metric), small(row.title), e(row.scope),
        small(row.model.empty() ? "" : "model " + row.model), e(row.limit), small(row.direction),
        small(row.provenance), e(row.worst), small(row.worst_interval),
        row.worst_target.empty() ? "" : fmt::format("<small>{}</small>", id(row.worst_target)), e(row.median),
        e(row.spread), failed_text(row), badge(mark_of(row.verdict)),
        row.score ? "<small>score, does not decide</small>" : "");
  }
  return out + "</tbody></table></div>\n</section>\n";
}

std::string punch_list_section(const ReportView& view) {
  const PunchList& list = view.punch_list;
  std::string out = "<section>\n<h2 id=\"punch\">Punch list</h2>\n";
  put(out, "<p>{} failing, {} undecided gates.{}</p>\n", list.failing, list.undecided,
      list.entries.empty()
          ? ""
          : " The line under each measures that one case again on that node, without the harness.");
  std::size_t number = 0;
  for (const auto& entry : list.entries) {
    const StatusMark mark = mark_of(entry.verdict);
    put(out,
        "<article class=\"entry {}\" id=\"p-{}\">\n<h3>{} {} – {}{}</h3>\n<dl>"
        "<dt>rack</dt><dd>{}</dd><dt>node</dt><dd>{}{}</dd>"
        "<dt>value</dt><dd><span class=\"big\">{}</span> {}</dd><dt>limit</dt><dd>{} <span class=\"note\">– "
        "{}</span></dd>"
        "<dt>reason</dt><dd>{}{}{}</dd></dl>\n",
        mark.css_class, ++number, badge(mark), e(where(entry)), code(entry.metric),
        entry.title.empty() ? "" : fmt::format(" <span class=\"note\">{}</span>", e(entry.title)),
        e(entry.place.racks.empty() ? "site" : entry.place.racks), e(entry.place.part),
        entry.place.hosts.empty()
            ? " (no host answered)"
            : fmt::format(" <span class=\"note\">on host {}</span>", e(entry.place.hosts)),
        e(entry.value),
        fmt::format("{}{}<span class=\"note\"> from {} {}</span>", e(entry.interval),
                    entry.margin.empty() ? "" : fmt::format(" <b>{}</b>", e(entry.margin)), entry.launches,
                    entry.launches == 1 ? "launch" : "launches"),
        e(entry.limit), e(entry.provenance), e(entry.failure),
        entry.failure.empty() || entry.reason.empty() ? "" : ": ",
        entry.reason.empty() && entry.failure.empty() ? "no reason recorded" : e(entry.reason));
    put(out, "<code class=\"rerun\">{}</code>\n</article>\n", e(entry.rerun));
  }
  return out + more(list.left_out(), "cells, in the verdicts file") + "</section>\n";
}

std::string racks_section(const ReportView& view) {
  std::string out = "<section>\n<h2>Racks</h2>\n";
  std::size_t without = 0;
  for (std::size_t i = 0; i < view.racks.size(); ++i) {
    const RackView& rack = view.racks[i];
    if (rack.tables.tables.empty() && rack.clean()) {
      ++without;
      continue;
    }
    const bool open = !rack.clean() || view.racks.size() == 1;
    put(out,
        "<details id=\"rack-{}\"{}><summary><b><bdi>{}</bdi></b> {} <span class=\"note\">{} pass, {} fail, "
        "{} inconclusive, {} "
        "not judged, {} not applicable</span></summary>\n",
        i, open ? " open" : "", e(rack.name), badge(rack.mark()), rack.passed, rack.failed, rack.inconclusive,
        rack.not_judged, rack.not_applicable);
    for (const auto& table : rack.tables.tables) value_table(out, table);
    if (rack.tables.tables.empty())
      out += "<p class=\"note\">No values are shown; they are in the results file.</p>\n";
    out += "</details>\n";
  }
  if (!view.between_racks.tables.empty()) {
    out += "<details open><summary><b>Between racks</b></summary>\n";
    for (const auto& table : view.between_racks.tables) value_table(out, table);
    out += "</details>\n";
  }
  out += more(without, "accepted racks without values on this page; they are in the results file");
  return out + "</section>\n";
}

std::string findings_section(const ReportView& view) {
  std::string out = "<section>\n<h2>Findings</h2>\n";
  if (view.findings.empty()) return out + "<p>None.</p>\n</section>\n";
  out +=
      "<p class=\"note\">Findings never change the verdict; a cell that a busy host keeps from failing "
      "says so itself.</p>\n<div "
      "class=\"scroll\"><table><thead><tr><th>kind</th>"
      "<th>subjects</th><th>evidence</th><th>action</th><th>id</th></tr></thead><tbody>\n";
  for (const auto& finding : view.findings) {
    put(out,
        "<tr><td>{}</td><td class=\"id\">{}</td><td class=\"id\">{}</td><td class=\"id\">{}</td><td "
        "class=\"id\"><small>{}</small></td></tr>\n",
        e(finding.kind), e(joined(finding.subjects, 8)), e(finding.evidence),
        finding.action.empty() ? "–" : e(finding.action), finding.id.empty() ? "–" : e(finding.id));
  }
  return out + "</tbody></table></div>\n</section>\n";
}

std::string incidents_section(const ReportView& view) {
  const IncidentList& list = view.incidents;
  std::string out = "<section>\n<h2>Incidents</h2>\n";
  if (list.total == 0) return out + "<p>Every attempt ended ok.</p>\n</section>\n";
  put(out,
      "<p class=\"note\">{} attempts did not end ok, also counting those that succeeded when tried "
      "again.</p>\n<div class=\"scroll\">"
      "<table><thead><tr><th>target</th><th>case</th><th class=\"n\">launch</th><th "
      "class=\"n\">attempt</th><th>status</th>"
      "<th>phase</th><th>reason</th><th>ended (UTC)</th></tr></thead><tbody>\n",
      list.total);
  for (const auto& one : list.entries) {
    put(out,
        "<tr><td class=\"id\">{}</td><td class=\"id\">{}</td><td class=\"n\">{}</td><td "
        "class=\"n\">{}</td><td>{}</td><td>{}</td>"
        "<td class=\"id\">{}</td><td>{}</td></tr>\n",
        e(one.target), e(one.case_id), one.launch < 0 ? "control" : std::to_string(one.launch), one.attempt,
        e(one.status), e(one.phase), one.reason.empty() ? "no reason recorded" : e(one.reason),
        one.ended_utc.empty() ? "not recorded" : e(one.ended_utc));
  }
  return out + "</tbody></table></div>\n" +
         more(list.total - list.entries.size(), "incidents, in the results file") + "</section>\n";
}

std::string provenance_section(const ReportView& view) {
  std::string out = "<section>\n<h2>Provenance and method</h2>\n";
  key_values(out, view.provenance);
  out += "<h3>Backends and their SHA-256</h3>\n";
  if (view.backends.empty()) {
    out += "<p>None recorded.</p>\n";
  } else {
    key_values(out, view.backends);
  }
  out += "<h3>Environment variables removed before measuring</h3>\n";
  if (view.removed_environment.empty()) {
    out += "<p>None.</p>\n";
  } else {
    key_values(out, view.removed_environment);
  }
  if (!view.setup_environment.empty()) {
    out += "<h3>Environment variables changed by the site's setup script</h3>\n";
    key_values(out, view.setup_environment);
  }
  put(out, "<h3>Method</h3>\n<p>{}</p>\n", e(view.method));
  for (const auto& document : view.documents) {
    put(out,
        "<details><summary><b>{}</b> {} <span class=\"note\">SHA-256 "
        "{}</span></summary>\n<pre>{}</pre>\n</details>\n",
        document.title, e(document.name), document.sha256.empty() ? "not recorded" : e(document.sha256),
        escape_html_lines(document.text));
  }
  return out + "</section>\n";
}

}  // namespace rackproof::html
