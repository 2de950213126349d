// Names of formats, and what all formats have in common.
#include "reports/formats/report_format.hpp"

#include <gtest/gtest.h>

#include "tests/reports/formats/read_back.hpp"

namespace rackproof {
namespace {

TEST(ReportFormat, Names) {
  EXPECT_EQ(report_format_of("junit"), ReportFormat::junit);
  EXPECT_EQ(report_format_of("json"), ReportFormat::json_object);
  EXPECT_EQ(report_format_of("jsonl"), ReportFormat::jsonl);
  EXPECT_EQ(report_format_of("csv"), ReportFormat::csv);
  EXPECT_EQ(report_format_of("md"), ReportFormat::markdown);
  EXPECT_FALSE(report_format_of("html"));
  EXPECT_FALSE(report_format_of(""));
}

TEST(ReportFormat, SameInputSameBytes) {
  for (const std::string_view name : kReportFormats) {
    const auto format = report_format_of(name).value();
    EXPECT_EQ(test::hostile_campaign(3).report(format), test::hostile_campaign(3).report(format)) << name;
  }
}

TEST(ReportFormat, IsHandedOnInBlocks) {
  test::JudgedCampaign judged = test::judged_campaign();
  auto& cells = judged.campaign.verdicts.cells;
  const auto few = cells;
  while (cells.size() < 40'000) cells.insert(cells.end(), few.begin(), few.end());
  judged.reservations = {};
  for (const std::string_view name : {"junit", "json", "jsonl", "csv"}) {
    std::size_t longest = 0, pieces = 0, bytes = 0;
    write_report(report_format_of(name).value(), judged.input(), Words(Language::en),
                 [&](std::string_view piece) {
                   longest = std::max(longest, piece.size());
                   bytes += piece.size();
                   ++pieces;
                 });
    EXPECT_LT(longest, std::size_t{1} << 21U) << name;
    EXPECT_GT(pieces, 3U) << name;
    EXPECT_EQ(bytes, judged.report(report_format_of(name).value()).size()) << name;
  }
}

}  // namespace
}  // namespace rackproof
