#include "reports/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>

#include "reports/escape.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kLongestTerminalCell = 80;

std::string_view colour_code(std::string_view status) {
  if (status == "pass") return "\x1b[34m";
  if (status == "fail") return "\x1b[1;31m";
  if (status == "open") return "\x1b[33m";
  if (status == "none" || status == "exempt") return "\x1b[90m";
  return {};
}

std::string painted(std::string_view text, std::string_view status, bool colour) {
  const std::string_view code = colour ? colour_code(status) : std::string_view{};
  return code.empty() ? std::string(text) : fmt::format("{}{}\x1b[0m", code, text);
}

// Display width as fmt pads it: a CJK character takes two places.
std::size_t width_of(const std::string& text) {
  constexpr std::size_t kField = 4096;
  const std::size_t padding = fmt::formatted_size("{:>{}}", text, kField) - text.size();
  return kField - padding;
}

std::string mark_text(const StatusMark& mark) { return fmt::format("{} {}", mark.glyph, mark.word); }

std::string with(std::string_view value, const std::string& interval) {
  return interval.empty() ? std::string(value) : fmt::format("{} {}", value, interval);
}

std::string upper(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string headline(const ReportView& view, bool colour) {
  const StatusMark mark = view.mark();
  const RackCoverage& total = view.coverage.total;
  std::string out = painted(fmt::format("{} {}", mark.glyph, upper(mark.word)), mark.css_class, colour);
  out += fmt::format("  {} on {}\n", visible_text(view.plan_name), visible_text(view.site_name));
  out += visible_text(view.sentence) + "\n";
  out += fmt::format("racks: {} accepted, {} rejected, {} undecided\n", view.accepted, view.rejected,
                     view.undecided);
  out += fmt::format("gates: {} pass, {} fail, {} inconclusive, {} not judged, {} not applicable\n",
                     view.passed, view.failed, view.inconclusive, view.not_judged, view.not_applicable);
  out += fmt::format("coverage: {} of {} promised measured", total.measured, total.promised - total.exempt);
  out += total.exempt > 0 ? fmt::format(" ({} more exempt by the plan)\n", total.exempt) : "\n";
  for (const Phrase& banner : view.banners) out += visible_text(banner) + "\n";
  return out;
}

std::string certificate_table(const ReportView& view, bool colour) {
  std::vector<std::vector<std::string>> rows{
      {"verdict", "clause", "metric", "placement", "limit", "worst", "at", "failed"}};
  std::vector<std::string> status{""};
  for (const auto& row : view.certificate) {
    const StatusMark mark = mark_of(row.verdict);
    rows.push_back({mark_text(mark) + (row.score ? " (score)" : ""), row.clause.empty() ? "–" : row.clause,
                    row.metric, row.scope, row.limit.en, with(row.worst, row.worst_interval),
                    row.worst_target.empty() ? "–" : row.worst_target,
                    fmt::format("{} of {}", row.failed, row.cells)});
    status.emplace_back(mark.css_class);
  }
  return aligned(rows, status, colour);
}

std::string punch_text(const ReportView& view, bool colour) {
  const PunchList& list = view.punch_list;
  if (list.entries.empty()) return {};
  std::string out = fmt::format("\npunch list: {} failing, {} undecided\n", list.failing, list.undecided);
  const std::size_t shown = std::min(list.entries.size(), kTerminalPunchList);
  for (std::size_t i = 0; i < shown; ++i) {
    const PunchEntry& entry = list.entries[i];
    const StatusMark mark = mark_of(entry.verdict);
    out += painted(mark_text(mark), mark.css_class, colour);
    out += fmt::format("  {}  {}\n", visible_text(entry.target), visible_text(entry.metric));
    out += fmt::format(
        "    value {}, limit {}{} ({}), {} {}\n", visible_text(with(entry.value, entry.interval)),
        visible_text(entry.limit), entry.margin.empty() ? "" : fmt::format(", {}", entry.margin),
        visible_text(entry.provenance), entry.launches, entry.launches == 1 ? "launch" : "launches");
    if (!entry.reason.empty()) out += fmt::format("    {}\n", visible_text(entry.reason));
    if (!entry.rerun.empty()) out += fmt::format("    again: {}\n", visible_text(entry.rerun));
  }
  const std::size_t rest = list.failing + list.undecided - shown;
  return rest == 0 ? out : out + fmt::format("+{} more in the report\n", rest);
}

// One line a kind: a terminal shows what there is, the report each of them.
std::string findings_text(const ReportView& view) {
  if (view.findings.empty()) return {};
  constexpr std::size_t kLongestLine = 200;
  std::string out = fmt::format("\nfindings: {}; they never change the verdict\n", view.findings.size());
  std::map<std::string_view, std::vector<const Finding*>> kinds;
  for (const auto& finding : view.findings) kinds[finding.kind].push_back(&finding);
  for (const auto& [kind, rows] : kinds) {
    const Finding& first = *rows.front();
    out += fmt::format("  {}{}  {}: {}\n", visible_text(kind),
                       rows.size() > 1 ? fmt::format(" ({})", rows.size()) : "",
                       visible_text(joined(first.subjects, 2)), visible_text(first.evidence, kLongestLine));
  }
  return out;
}

}  // namespace

std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<std::string>& status,
                    bool colour) {
  std::vector<std::vector<std::string>> shown;
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    auto& cells = shown.emplace_back();
    for (const auto& cell : row) cells.push_back(visible_text(cell, kLongestTerminalCell));
    widths.resize(std::max(widths.size(), cells.size()), 0);
    for (std::size_t c = 0; c < cells.size(); ++c) widths[c] = std::max(widths[c], width_of(cells[c]));
  }
  std::string out;
  for (std::size_t r = 0; r < shown.size(); ++r) {
    for (std::size_t c = 0; c < shown[r].size(); ++c) {
      const std::string& cell = shown[r][c];
      out += c == 0 && r < status.size() ? painted(cell, status[r], colour) : cell;
      if (c + 1 < shown[r].size()) out.append(widths[c] - width_of(cell) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string text_table(const ReportView& view, bool colour) {
  return headline(view, colour) + "\n" + certificate_table(view, colour) + findings_text(view) +
         punch_text(view, colour);
}

std::string text_table(const Results& results, const Limits& limits, const Verdicts& verdicts, bool colour) {
  return text_table(make_report_view(results, limits, verdicts), colour);
}

}  // namespace rackproof
