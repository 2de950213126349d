#include "reports/text_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::accepted_campaign;
using test::rejected_campaign;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Position of `what` in characters: every character of these tests takes one place.
std::size_t column_of(const std::string& line, const std::string& what) {
  const auto at = line.find(what);
  if (at == std::string::npos) return at;
  std::size_t n = 0;
  for (std::size_t i = 0; i < at; ++i) n += (static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80 ? 1 : 0;
  return n;
}

TEST(TextTable, ColumnsAlignByDisplayWidth) {
  const auto text = aligned({{"verdict", "limit", "x"}, {"✓ pass", "≥ 9 GB/s", "y"}, {"✕ fail", "机架", "z"}},
                            {"", "pass", "fail"}, false);
  EXPECT_EQ(text,
            "verdict  limit     x\n"
            "✓ pass   ≥ 9 GB/s  y\n"
            "✕ fail   机架      z\n");
}

TEST(TextTable, ColourIsAddedOnlyWhenAskedFor) {
  const auto c = rejected_campaign();
  const auto plain = text_table(c.results, c.limits, c.verdicts, false);
  auto coloured = text_table(c.results, c.limits, c.verdicts, true);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(coloured.find("\x1b[1;31m✕ REJECTED\x1b[0m"), std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(TextTable, CertificateRowsAreAligned) {
  const auto c = rejected_campaign();
  const auto lines = lines_of(text_table(c.results, c.limits, c.verdicts, false));
  std::size_t heading = lines.size();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("verdict ")) heading = i;
  }
  ASSERT_LT(heading + 2, lines.size());
  const auto at = column_of(lines[heading], "metric");
  EXPECT_EQ(column_of(lines[heading + 1], test::kGemm), at);
  EXPECT_EQ(column_of(lines[heading + 2], test::kHostTriad), at);
  EXPECT_EQ(column_of(lines[heading + 2], "rack2/node2"), column_of(lines[heading], "at  "));
  for (const auto& line : lines) EXPECT_FALSE(line.ends_with(' ')) << line;
}

TEST(TextTable, SaysWhatIsWrongAndWhere) {
  const auto c = rejected_campaign();
  const auto text = text_table(c.results, c.limits, c.verdicts, false);
  for (const auto* part : {"✕ REJECTED", "1 of 2 racks rejected: rack2", "rack2/node2",
                           "7.2 GB/s [7.056, 7.344] GB/s", "20 % below the limit", "datasheet × 0.8",
                           "again: rackproof-worker case 'memory/host/triad:f64,cold'",
                           "8 of 9 promised measured", "not real racks"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(TextTable, FindingsAreOneLineAKind) {
  auto c = rejected_campaign();
  EXPECT_EQ(
      text_table(accepted_campaign().results, accepted_campaign().limits, accepted_campaign().verdicts, false)
          .find("findings"),
      std::string::npos);
  for (int i = 0; i < 400; ++i)
    c.verdicts.findings.push_back({"f", "busy host", {"case" + std::to_string(i)}, "it waited", "again"});
  const auto lines = lines_of(text_table(c.results, c.limits, c.verdicts, false));
  const auto first =
      std::ranges::find_if(lines, [](const auto& line) { return line.starts_with("findings: 402;"); });
  ASSERT_LT(first - lines.begin() + 4, std::ssize(lines));
  EXPECT_EQ(first[1], "  busy host (400)  case0: it waited");
  EXPECT_TRUE(first[2].starts_with("  same_machine  rack1/node1, rack1/node2: ")) << first[2];
  EXPECT_TRUE(first[3].starts_with("  suspect  rack2/node2: ")) << first[3];
  EXPECT_EQ(first[4], "");
}

TEST(TextTable, HostileTextCannotDriveTheTerminal) {
  auto c = rejected_campaign();
  c.cell("rack2/node2", test::kHostTriad, "bandwidth").reason = "\x1b]0;owned\x07\n✓ pass";
  c.limits.limits[0].provenance = "\x1b[2J";
  const auto text = text_table(c.results, c.limits, c.verdicts, false);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_NE(text.find("\\u001b]0;owned\\u0007\\u000a"), std::string::npos);
}

TEST(TextTable, UnmeasuredIsNotShownAsAccepted) {
  auto c = accepted_campaign();
  c.verdicts.coverage.pop_back();
  const auto text = text_table(c.results, c.limits, c.verdicts, true);
  EXPECT_TRUE(text.starts_with("\x1b[33m! NOT FULLY MEASURED\x1b[0m")) << text;
  EXPECT_EQ(text.find("ACCEPTED"), std::string::npos);
}

}  // namespace
}  // namespace rackproof
