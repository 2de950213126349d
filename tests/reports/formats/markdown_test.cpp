// The Markdown summary: what it says, in both languages, and that no text from data is more than text.
#include "reports/formats/markdown.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/reports/formats/read_back.hpp"

namespace rackproof {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The report without its code spans, in which nothing is markup.
std::string outside_of_code(const std::string& report) {
  std::string out;
  bool code = false;
  for (const char c : report) {
    if (c == '`') {
      code = !code;
      continue;
    }
    EXPECT_FALSE(code && c == '\n') << "a code span that goes on in the next line";
    if (!code) out += c;
  }
  EXPECT_FALSE(code) << "a code span that does not end";
  return out;
}

void expect_only_text(const test::JudgedCampaign& judged) {
  const std::string report = judged.report(ReportFormat::markdown, Language::both);
  const std::string markup = outside_of_code(report);
  for (const char* const part : {"<", ">", "alert", "@", "](", "http", "=1", "\xff", "\xE2\x80\xAE"})
    EXPECT_FALSE(has(markup, part)) << part << "\n" << report;
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(!line.starts_with("|") || std::ranges::count(line, '|') == 8) << line;
  }
}

TEST(Markdown, SaysTheVerdictFirst) {
  const std::string report = test::judged_campaign().report(ReportFormat::markdown);
  EXPECT_TRUE(report.starts_with("## ✕ rejected: plan `quickstart` on site `sample`\n")) << report;
  EXPECT_TRUE(has(report, "- Racks: 1 accepted, 0 accepted with reservations, 1 rejected, 0 undecided\n"));
  EXPECT_TRUE(
      has(report, "- Gates: 14 pass, 1 fail (1 waived), 1 inconclusive, 2 not judged, 0 not applicable\n"));
  EXPECT_TRUE(has(report, "- Measured: 8 of 9 promised\n"));
  EXPECT_TRUE(has(report,
                  "| ✕ fail | `rack2/node2` | `memory/host/triad:f64,cold#bandwidth` | `7.2 GB/s [7.056, "
                  "7.344] GB/s` | `≥ 9 GB/s` | `both launches are on the bad side of the limit` | `A. Buyer: "
                  "replaced in January, until 2027-01-31` |\n"))
      << report;
  EXPECT_TRUE(has(report, "| – not judged | `rack2/node1/dev0` |")) << report;
  EXPECT_TRUE(has(report, "| not measured |")) << "never 0";
}

TEST(Markdown, AnAcceptedCampaignHasNoTable) {
  const test::JudgedCampaign judged{test::accepted_campaign(), {}, {}};
  const std::string report = judged.report(ReportFormat::markdown);
  EXPECT_TRUE(report.starts_with("## ✓ accepted: ")) << report;
  EXPECT_FALSE(has(report, "|"));
}

TEST(Markdown, WhatIsNotAllMeasuredIsNotShownAsAccepted) {
  test::JudgedCampaign judged{test::accepted_campaign(), {}, {}};
  judged.campaign.verdicts.coverage.pop_back();
  EXPECT_TRUE(judged.report(ReportFormat::markdown).starts_with("## ! undecided: "));
  test::JudgedCampaign interrupted{test::accepted_campaign(), {}, {}};
  interrupted.campaign.results.ended = Ended::interrupted;
  EXPECT_TRUE(has(interrupted.report(ReportFormat::markdown), "**The campaign was interrupted.**"));
}

TEST(Markdown, BothLanguages) {
  const test::JudgedCampaign judged = test::judged_campaign();
  const std::string zh = judged.report(ReportFormat::markdown, Language::zh);
  EXPECT_TRUE(zh.starts_with("## ✕ 验收不通过: 计划 `quickstart`，站点 `sample`\n")) << zh;
  EXPECT_TRUE(has(zh, "- 已测量：应测 9 项中的 8 项\n"));
  EXPECT_FALSE(has(outside_of_code(zh), "fail"));
  EXPECT_TRUE(
      judged.report(ReportFormat::markdown, Language::both).starts_with("## ✕ rejected / 验收不通过: "));
}

TEST(Markdown, SaysHowManyMoreThereAre) {
  test::JudgedCampaign judged{test::accepted_campaign(), {}, {}};
  for (VerdictCell& cell : judged.campaign.verdicts.cells) cell.verdict = Verdict::not_judged;
  const std::string report = judged.report(ReportFormat::markdown);
  EXPECT_EQ(std::ranges::count(report, '\n'), 5 + 3 + 12 + 2 + 2);
  EXPECT_TRUE(has(report, "\n+6 more\n")) << report;
}

TEST(Markdown, TextFromDataIsOnlyText) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) expect_only_text(test::hostile_campaign(seed));
}

TEST(Markdown, CodeSpans) {
  EXPECT_EQ(markdown_code("plain"), "`plain`");
  EXPECT_EQ(markdown_code("a`b|c"), "`a\\u0060b\\u007cc`");
  EXPECT_EQ(markdown_code("two\nlines"), "`two\\u000alines`");
  EXPECT_EQ(markdown_code("<b>"), "`<b>`") << "no HTML in a code span";
  EXPECT_EQ(markdown_code("  "), "`  \\u0020`");
  EXPECT_EQ(markdown_code(""), "`\\u0020`");
  EXPECT_LT(markdown_code(std::string(1'000'000, 'x')).size(), 250U);
}

}  // namespace
}  // namespace rackproof
