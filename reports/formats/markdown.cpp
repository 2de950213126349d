#include "reports/formats/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/coverage.hpp"
#include "reports/escape.hpp"
#include "reports/formats/rack_cells.hpp"
#include "reports/language/status_texts.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/reservations_view.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kRows = 12;
constexpr std::size_t kLongestField = 160;  // characters of one text in a summary

constexpr Text kPlanOnSite{"plan {0} on site {1}", "计划 {0}，站点 {1}"};
constexpr Text kRacks{"Racks: {0} accepted, {1} accepted with reservations, {2} rejected, {3} undecided",
                      "机柜：{0} 验收通过，{1} 有保留验收，{2} 验收不通过，{3} 待定"};
constexpr Text kGates{
    "Gates: {0} pass, {1} fail ({2} waived), {3} inconclusive, {4} not judged, {5} not applicable",
    "判定项：{0} 通过，{1} 未通过（{2} 已豁免），{3} 临界，{4} 未判定，{5} 不适用"};
constexpr Text kMeasured{"Measured: {0} of {1} promised", "已测量：应测 {1} 项中的 {0} 项"};
constexpr Text kInterrupted{"The campaign was interrupted.", "测试中断。"};
constexpr Text kVerdict{"Verdict", "结论"};
constexpr Text kWhere{"Where", "位置"};
constexpr Text kMetric{"Metric", "指标"};
constexpr Text kValue{"Value", "实测值"};
constexpr Text kLimit{"Limit", "限值"};
constexpr Text kWhy{"Why", "原因"};
constexpr Text kWaived{"Waived by", "豁免人"};
constexpr Text kMore{"+{0} more", "另有 {0} 项"};
constexpr Text kCampaign{"Campaign {0}, limits {1}, results SHA-256 {2}",
                         "测试 {0}，限值文件 {1}，结果 SHA-256 {2}"};

struct Heading {
  std::string_view glyph;
  Text word;
};

Heading heading_of(const ReportInput& input, const CoverageView& coverage) {
  if (input.reservations.accepts_all()) return {"!", texts::kWithReservations};
  switch (input.verdicts.disposition) {
    case Disposition::accepted:
      // Nothing that was promised is left out silently.
      if (!coverage.everything_measured() || input.results.ended != Ended::complete) break;
      return {"✓", texts::kAccepted};
    case Disposition::rejected:
      return {"✕", texts::kRejected};
    case Disposition::undecided:
      break;
  }
  return {"!", texts::kUndecided};
}

std::string racks_line(const std::vector<RackCells>& racks, const Words& words) {
  std::size_t accepted = 0, reserved = 0, rejected = 0, undecided = 0;
  for (const RackCells& rack : racks) {
    if (rack.between_racks) continue;
    ++(rack.with_reservations                      ? reserved
       : rack.disposition == Disposition::accepted ? accepted
       : rack.disposition == Disposition::rejected ? rejected
                                                   : undecided);
  }
  return words.plain(kRacks, accepted, reserved, rejected, undecided);
}

std::string code_or_nothing(std::string_view text) { return text.empty() ? "" : markdown_code(text); }

std::string code_or_nothing(const Phrase& phrase, const Words& words) {
  return code_or_nothing(words.plain_either(phrase.en, phrase.zh));
}

std::string row_of(const PunchEntry& entry, const Words& words) {
  const bool has_value = entry.value != kNotMeasured;
  const std::string value =
      has_value ? markdown_code(entry.interval.empty() ? entry.value : entry.value + " " + entry.interval)
                : words.plain(texts::kNotMeasured);
  return fmt::format("| {} {} | {} | {} | {} | {} | {} | {} |\n", mark_of(entry.verdict).glyph,
                     words.plain_either(mark_of(entry.verdict).word, mark_of(entry.verdict).zh),
                     code_or_nothing(entry.target), code_or_nothing(entry.metric), value,
                     code_or_nothing(entry.limit, words), code_or_nothing(entry.reason, words),
                     code_or_nothing(entry.waived, words));
}

}  // namespace

std::string markdown_code(std::string_view text) {
  std::string out = "`";
  for (const char c : visible_text(text, kLongestField)) {
    if (c == '`') {
      out += "\\u0060";
    } else if (c == '|') {
      out += "\\u007c";
    } else {
      out += c;
    }
  }
  // A code span that is empty or all blanks is none.
  if (out.find_first_not_of(' ', 1) == std::string::npos) out += "\\u0020";
  return out + '`';
}

std::string markdown_report(const ReportInput& input, const Words& words) {
  const Provenance& from = input.results.provenance;
  const std::vector<RackCells> racks = cells_by_rack(input);
  const GateCounts gates = total_of(racks);
  const CoverageView coverage = coverage_view(input.results, input.verdicts);
  const Heading heading = heading_of(input, coverage);
  std::string out =
      fmt::format("## {} {}: {}\n\n", heading.glyph, words.plain(heading.word),
                  words.plain(kPlanOnSite, markdown_code(from.plan_name), markdown_code(from.site_name)));
  if (input.results.ended == Ended::interrupted) out += fmt::format("**{}**\n\n", words.plain(kInterrupted));
  out += fmt::format(
      "- {}\n- {}\n- {}\n", racks_line(racks, words),
      words.plain(kGates, gates.passed, gates.failed, gates.waived, gates.inconclusive, gates.not_judged,
                  gates.not_applicable),
      words.plain(kMeasured, coverage.total.measured, coverage.total.promised - coverage.total.exempt));
  PunchList list = punch_list(input.results, input.limits, input.verdicts);
  apply_waivers(list, input.results, input.verdicts, input.reservations);
  if (!list.entries.empty()) {
    out += fmt::format("\n| {} | {} | {} | {} | {} | {} | {} |\n|---|---|---|---|---|---|---|\n",
                       words.plain(kVerdict), words.plain(kWhere), words.plain(kMetric), words.plain(kValue),
                       words.plain(kLimit), words.plain(kWhy), words.plain(kWaived));
    const std::size_t shown = std::min(kRows, list.entries.size());
    for (std::size_t i = 0; i < shown; ++i) out += row_of(list.entries[i], words);
    const std::size_t all = list.failing + list.undecided;
    if (all > shown) out += fmt::format("\n{}\n", words.plain(kMore, all - shown));
  }
  return out + fmt::format("\n{}\n", words.plain(kCampaign, markdown_code(from.campaign_id),
                                                 markdown_code(input.limits.name),
                                                 markdown_code(input.verdicts.results_sha256)));
}

}  // namespace rackproof
