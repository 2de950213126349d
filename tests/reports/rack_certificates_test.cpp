#include "reports/rack_certificates.hpp"

#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/verdict/roll_up.hpp"
#include "reports/html.hpp"
#include "reports/html/acceptance_page.hpp"
#include "reports/language/view_texts.hpp"
#include "tests/reports/large_campaign.hpp"
#include "tests/reports/page_text.hpp"

namespace rackproof {
namespace {

using test::Campaign;
using test::contains;
using test::rejected_campaign;

TEST(RackCertificates, HoldWhatTheRackHoldsAndNoMore) {
  const Campaign c = rejected_campaign();
  const RackCertificates certificates(c.results, c.limits, c.verdicts);
  EXPECT_EQ(certificates.racks(), (std::vector<std::string>{"rack1", "rack2"}));
  const auto rack1 = certificates.of("rack1");
  EXPECT_EQ(rack1.view.mark().word, "accepted");
  EXPECT_EQ(rack1.view.accepted, 1U);
  EXPECT_EQ(rack1.view.punch_list.failing + rack1.view.punch_list.undecided, 0U);
  EXPECT_TRUE(rack1.view.incidents.entries.empty());
  const auto rack2 = certificates.of("rack2");
  EXPECT_EQ(rack2.view.mark().word, "rejected");
  EXPECT_EQ(rack2.view.rejected, 1U);
  EXPECT_EQ(rack2.view.punch_list.failing, 1U);
  EXPECT_EQ(rack2.view.incidents.total, 1U);
  EXPECT_EQ(rack2.view.coverage.total.promised, 4U);
  EXPECT_EQ(rack2.view.coverage.total.missing(), 1U);
  for (const auto& cell : rack2.verdicts.cells)
    EXPECT_NE(c.results.targets[cell.target].name.substr(0, 5), "rack1");
}

bool is_said(const ReportView& view, const Text& text) {
  return std::ranges::any_of(view.banners, [&](const Phrase& banner) { return banner == Phrase(text); });
}

void roll_up_again(Campaign& c) {
  c.verdicts.roll_ups = roll_ups(c.results, c.limits, c.verdicts.cells);
  c.verdicts.disposition = c.verdicts.roll_ups.front().disposition;
}

TEST(RackCertificates, WhileAGateAppliesToNothingNoneIsOfAnAcceptedRack) {
  Campaign c = test::accepted_campaign();
  roll_up_again(c);
  const auto rack1 = [&] { return RackCertificates(c.results, c.limits, c.verdicts).of("rack1").view; };
  EXPECT_EQ(rack1().mark().word, "accepted");
  EXPECT_FALSE(is_said(rack1(), texts::kUnusedGate));
  c.limits.limits.push_back(c.limits.limits.front());
  c.limits.limits.back().model = "mistyped";
  roll_up_again(c);
  const ReportView view = rack1();
  EXPECT_EQ(view.mark().word, "undecided");
  EXPECT_EQ(view.accepted, 0U);
  EXPECT_EQ(view.undecided, 1U);
  EXPECT_TRUE(is_said(view, texts::kUnusedGate));
  EXPECT_TRUE(contains(view.sentence.en, "but a gate limit applies to nothing"));
  const std::string page = html_page(acceptance_page(view, Language::en), false);
  EXPECT_TRUE(contains(page, "strip open"));
  const std::string sheet = html_wave_sheet(c.results, c.limits, c.verdicts, Language::en, nullptr);
  EXPECT_TRUE(contains(sheet, "<li><b>! 2</b><span>undecided</span></li>")) << sheet.substr(0, 4000);
}

TEST(RackCertificates, AGateOnWhatPartsOfTheSiteLeaveOutIsOfTheWholeOnly) {
  Campaign c = test::accepted_campaign();
  c.limits.limits.push_back(c.limits.limits.front());
  c.limits.limits.back().scope = "group:site";
  c.results.notices.push_back({"shard", {"group:site", "site"}, "in several shards"});
  roll_up_again(c);
  const ReportView rack = RackCertificates(c.results, c.limits, c.verdicts).of("rack1").view;
  EXPECT_EQ(rack.mark().word, "accepted");
  EXPECT_FALSE(is_said(rack, texts::kGateLeftOut));
  const ReportView whole = make_report_view(c.results, c.limits, c.verdicts);
  EXPECT_EQ(whole.mark().word, "undecided");
  EXPECT_TRUE(is_said(whole, texts::kGateLeftOut));
}

TEST(RackCertificates, FindingsAreThoseThatNameTheRack) {
  const Campaign c = rejected_campaign();
  const RackCertificates certificates(c.results, c.limits, c.verdicts);
  const auto rack1 = certificates.of("rack1").view.findings;
  const auto rack2 = certificates.of("rack2").view.findings;
  ASSERT_EQ(rack1.size(), 1U);
  EXPECT_EQ(rack1[0].kind, "same_machine");
  ASSERT_EQ(rack2.size(), 1U);
  EXPECT_EQ(rack2[0].kind, "suspect");
}

TEST(RackCertificates, WhatSpansRacksStandsApartAndDoesNotCount) {
  const Campaign c = rejected_campaign();
  const RackCertificates certificates(c.results, c.limits, c.verdicts);
  const auto rack1 = certificates.of("rack1");
  ASSERT_EQ(rack1.view.spanning.entries.size(), 1U);
  EXPECT_EQ(rack1.view.spanning.entries[0].target, "rack1/node2+rack2/node1");
  EXPECT_TRUE(rack1.view.clean());
  const std::string page = html_page(acceptance_page(rack1.view, Language::en), false);
  EXPECT_TRUE(contains(page, "Certificate of rack rack1"));
  EXPECT_TRUE(contains(page, "Between this rack and others"));
  EXPECT_TRUE(
      contains(page, "These count for the campaign, not for this rack: 0 failing, 1 undecided gates."));
  EXPECT_TRUE(contains(page, "strip pass"));
}

TEST(RackCertificates, LimitsOfOtherRacksAreNoRows) {
  const Campaign c = rejected_campaign();
  const RackCertificates certificates(c.results, c.limits, c.verdicts);
  const std::string gemm = std::string(test::kGemm) + "#rate";  // only rack2 has a device
  const auto has = [&](const std::string& rack) {
    const auto rows = certificates.of(rack).view.certificate;
    return std::any_of(rows.begin(), rows.end(),
                       [&](const CertificateRow& row) { return row.metric == gemm; });
  };
  EXPECT_FALSE(has("rack1"));
  EXPECT_TRUE(has("rack2"));
}

TEST(RackCertificates, OfARackWithoutARackOfThatNameIsAnError) {
  const Campaign c = rejected_campaign();
  EXPECT_THROW(RackCertificates(c.results, c.limits, c.verdicts).of("rack9"), Error);
}

TEST(RackCertificates, ARackOfAnInterruptedCampaignIsNotClean) {
  Campaign c = test::accepted_campaign();
  c.results.ended = Ended::interrupted;
  const auto one = RackCertificates(c.results, c.limits, c.verdicts).of("rack1");
  EXPECT_FALSE(one.view.clean());
  EXPECT_TRUE(one.view.interrupted);
}

TEST(RackCertificates, AgreeWithTheReportOfTheCampaign) {
  const Campaign c = test::large_campaign({.racks = 5, .devices = 9, .metrics = 4, .bad = 3});
  const ReportView all = make_report_view(c.results, c.limits, c.verdicts);
  const RackCertificates certificates(c.results, c.limits, c.verdicts);
  std::size_t failed = 0;
  for (const auto& rack : all.racks) {
    const auto one = certificates.of(rack.name).view;
    EXPECT_EQ(one.racks.at(0).failed, rack.failed);
    failed += one.punch_list.failing;
    for (const auto& row : one.certificate) EXPECT_LE(row.cells, 36U);
  }
  EXPECT_EQ(failed + 1, all.punch_list.failing);  // one spans them all
}

TEST(RackCertificates, OneOfManyDevicesFitsIntoMailWhateverIsWrong) {
  for (const std::size_t bad :
       {std::size_t{0}, std::size_t{50}, std::size_t{36 * 60}, std::size_t{72 * 60}}) {
    const Campaign c = test::large_campaign({.racks = 2, .devices = 72, .metrics = 60, .bad = bad});
    const RackCertificates certificates(c.results, c.limits, c.verdicts);
    for (const Language language : {Language::en, Language::zh, Language::both}) {
      const std::string page = html_page(acceptance_page(certificates.of("R001").view, language), false);
      EXPECT_LE(page.size(), 200'000U) << bad;
      EXPECT_TRUE(contains(page, "R001"));
    }
  }
}

}  // namespace
}  // namespace rackproof
