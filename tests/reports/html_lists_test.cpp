// Lists of the page: what is grouped, how each ends, and the sheet of many racks.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "reports/html/acceptance_page.hpp"
#include "reports/html/sections.hpp"
#include "tests/reports/large_campaign.hpp"
#include "tests/reports/page_text.hpp"

namespace rackproof {
namespace {

using test::contains;

const Words kEnglish(Language::en);

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

ReportView view_of(const test::Campaign& c) { return make_report_view(c.results, c.limits, c.verdicts); }

TEST(HtmlLists, ALongPunchListIsGroupedAndMostlyRows) {
  const auto view = view_of(test::large_campaign({.racks = 3, .devices = 72, .metrics = 4, .bad = 280}));
  ASSERT_EQ(view.punch_list.failing, 841U);
  const std::string section = html::punch_list_section(view.punch_list, {}, kEnglish);
  EXPECT_TRUE(std::regex_search(section, std::regex("[0-9]+ cells in 3 racks")));
  EXPECT_LE(count(section, "<article"), html::kMostFullEntries);
  EXPECT_EQ(count(section, "<article") + count(section, "<tr id=\"p-"), kLongestPunchList);
  EXPECT_TRUE(contains(section, "<b>+341 more</b>"));
}

TEST(HtmlLists, EveryListedEntryHasItsOwnAddress) {
  const auto view = view_of(test::large_campaign({.racks = 1, .devices = 40, .metrics = 4, .bad = 150}));
  const std::string section = html::punch_list_section(view.punch_list, {}, kEnglish);
  for (std::size_t i = 1; i <= 150; ++i)
    EXPECT_EQ(count(section, "id=\"p-" + std::to_string(i) + "\""), 1U) << i;
}

TEST(HtmlLists, AShortPunchListIsShownInFull) {
  const auto view = view_of(test::rejected_campaign());
  const std::string section = html::punch_list_section(view.punch_list, {}, kEnglish);
  EXPECT_EQ(count(section, "<article"), 4U);
  EXPECT_EQ(count(section, "<tr"), 0U);
  EXPECT_FALSE(contains(section, "more</b>"));
}

TEST(HtmlLists, AnEntryWithoutARerunLineHasNone) {
  auto view = view_of(test::rejected_campaign());
  for (auto& entry : view.punch_list.entries) entry.rerun.clear();
  EXPECT_FALSE(contains(html::punch_list_section(view.punch_list, {}, kEnglish), "rerun"));
}

TEST(HtmlLists, WaiversAreNamedWhereTheGateFails) {
  auto view = view_of(test::rejected_campaign());
  view.punch_list.entries[0].waived = "J. Doe: spare node ordered, until 2027-01-31";
  view.certificate[1].waived = 1;
  EXPECT_TRUE(contains(html::punch_list_section(view.punch_list, {}, kEnglish),
                       "J. Doe: spare node ordered, until 2027-01-31"));
  EXPECT_TRUE(
      contains(html::certificate_section(view.certificate, html::PageLinks(view, {}), kEnglish), "1 waived"));
}

TEST(HtmlLists, TheCertificateLinksToTheEntryOfItsWorst) {
  const auto view = view_of(test::rejected_campaign());
  const std::string section =
      html::certificate_section(view.certificate, html::PageLinks(view, {}), kEnglish);
  EXPECT_TRUE(contains(section, "<a href=\"#p-1\">rack2/<wbr>node2</a>")) << section;
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
  std::set<std::string> all;
  const std::regex what(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), what), end; at != end; ++at) all.insert((*at)[1]);
  return all;
}

TEST(HtmlLists, EveryLinkLeadsSomewhere) {
  auto of_rack = view_of(test::large_campaign({.racks = 1, .devices = 40, .metrics = 6, .bad = 200}));
  const auto check = [](const Page& page) {
    const auto ids = matches(page.body, " id=\"([^\"]*)\"");
    for (const auto& link : matches(page.body, "href=\"#([^\"]*)\"")) EXPECT_TRUE(ids.contains(link)) << link;
  };
  check(acceptance_page(of_rack, Language::en));
  check(wave_sheet_page(of_rack, Language::en));
  of_rack.only_rack = "R001";  // with little room
  check(acceptance_page(of_rack, Language::en));
}

TEST(HtmlLists, AStripHasABarForEachPartAndALineForEachBound) {
  CertificateRow row;
  row.limit = "≥ 2 GB/s";
  row.strip = {.low = 1, .high = 3, .counts = {0, 4, 0, 1}, .bounds = {2}};
  const std::string svg = html::fleet_strip_svg(row, kEnglish);
  EXPECT_EQ(count(svg, "M"), 3U) << svg;
  EXPECT_EQ(count(svg, "stroke-dasharray"), 1U);
  EXPECT_TRUE(contains(svg, "role=\"img\""));
  EXPECT_TRUE(contains(svg, "<title>5 targets by value; limit ≥ 2 GB/s"));
  EXPECT_FALSE(contains(svg, "style="));
  row.strip.counts.clear();
  EXPECT_EQ(html::fleet_strip_svg(row, kEnglish), "");
}

TEST(HtmlLists, CoverageOfManyRacksShowsTheGaps) {
  CoverageView coverage;
  for (int i = 0; i < 1000; ++i) {
    coverage.racks.push_back({.rack = "r" + std::to_string(i),
                              .promised = 4,
                              .measured = i == 900 ? 3U : 4U,
                              .reasons = {},
                              .exempt_reasons = {}});
  }
  for (int i = 0; i < 50; ++i) coverage.racks[900].reasons["reason " + std::to_string(i)] = 1;
  const std::string section = html::coverage_section(coverage, kEnglish);
  EXPECT_EQ(count(section, "<tr"), 3U);  // head, r900, all
  EXPECT_TRUE(contains(section, "r900<"));
  EXPECT_FALSE(contains(section, "r0<"));
  EXPECT_TRUE(contains(section, "<b>+999 more</b> racks, of which 0 lack something"));
  EXPECT_TRUE(contains(section, "<b>+42 more</b> other reasons, 42 in all")) << section;
}

TEST(HtmlLists, CoverageWithManyGapsEndsSomewhere) {
  CoverageView coverage;
  for (int i = 0; i < 1000; ++i)
    coverage.racks.push_back(
        {.rack = "r" + std::to_string(i), .promised = 4, .measured = 3, .reasons = {}, .exempt_reasons = {}});
  const std::string section = html::coverage_section(coverage, kEnglish);
  EXPECT_EQ(count(section, "<tr"), html::kMostCoverageRows + 2);
  EXPECT_TRUE(contains(section, "<b>+800 more</b> racks, of which 800 lack something"));
}

TEST(HtmlLists, ChipsEndSomewhere) {
  ReportView view;
  view.racks.resize(1000);
  const std::string strip = html::verdict_strip(view, html::PageLinks(view, {}), kEnglish);
  EXPECT_EQ(count(strip, "class=\"mark "), html::kMostChips);
  EXPECT_TRUE(contains(strip, "<b>+976 more</b>"));
}

TEST(HtmlLists, FindingsEndSomewhere) {
  const std::vector<Finding> findings(700, Finding{"f", "busy host", {"r1/n1"}, "it waited", "again"});
  const std::string section = html::findings_section(findings, {}, kEnglish);
  EXPECT_EQ(count(section, "<tr"), 501U);
  EXPECT_TRUE(contains(section, "<b>+200 more</b>"));
}

ReportView many_racks() {
  ReportView view;
  const auto add = [&view](std::size_t n, const RackView& rack) {
    for (std::size_t i = 0; i < n; ++i) {
      view.racks.push_back(rack);
      view.racks.back().name = "r" + std::to_string(view.racks.size());
    }
  };
  const auto standing = [](Disposition disposition, bool everything_measured) {
    RackView rack;
    rack.disposition = disposition;
    rack.everything_measured = everything_measured;
    return rack;
  };
  add(300, standing(Disposition::accepted, true));
  add(2, standing(Disposition::rejected, true));
  add(3, standing(Disposition::undecided, false));
  add(1, standing(Disposition::accepted, false));
  RackView untouched = standing(Disposition::undecided, false);
  untouched.started = false;
  add(4, untouched);
  RackView reserved = standing(Disposition::rejected, true);
  reserved.with_reservations = true;
  add(5, reserved);
  return view;
}

TEST(WaveSheet, CountsEachStandingAndEndsEachTable) {
  const std::string sheet = html::wave_sheet(many_racks(), html::PageLinks({}, {}), kEnglish);
  for (const auto* counted :
       {"<b>✕ 2</b><span>rejected", "<b>! 4</b><span>undecided", "<b>◐ 5</b><span>accepted with reservations",
        "<b>– 4</b><span>not started", "<b>✓ 300</b><span>accepted"})
    EXPECT_TRUE(contains(sheet, counted)) << counted;
  EXPECT_EQ(count(sheet, "<tr>"), 5 + 2 + 4 + 5 + 4 + html::kMostRacksOfStanding);
  EXPECT_TRUE(contains(sheet, "<b>+100 more</b>"));
  EXPECT_LT(sheet.find("r301"), sheet.find("r303"));
  EXPECT_LT(sheet.find("r303"), sheet.find(">r1<"));
}

TEST(WaveSheet, APageOfItHasTheAnswerAndTheCertificate) {
  const auto view = view_of(test::large_campaign({.racks = 20, .devices = 1, .metrics = 2, .bad = 1}));
  const std::string page = wave_sheet_page(view, Language::en).body;
  EXPECT_TRUE(contains(page, "20 racks") && contains(page, "id=\"certificate\"") &&
              contains(page, "id=\"wave\""));
  EXPECT_FALSE(contains(page, "id=\"p-1\""));
  EXPECT_TRUE(contains(acceptance_page(view, Language::en).body, "id=\"wave\""));
}

}  // namespace
}  // namespace rackproof
