// Waivers in the view of a report.
#include "reports/reservations_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/verdict/roll_up.hpp"
#include "reports/language/view_texts.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

const std::string kBandwidth = std::string(test::kHostTriad) + "#bandwidth";

Waivers waived(const std::string& target) {
  return {"waivers.toml", std::string(64, 'c'), {{target, kBandwidth, "A. Buyer", "replaced", "2027-01-31"}}};
}

ReportView view_of(const test::Campaign& c, const Waivers& waivers) {
  ReportView view = make_report_view(c.results, c.limits, c.verdicts);
  apply_waivers(view, c.results, c.limits, c.verdicts, waivers);
  return view;
}

std::ptrdiff_t without_effect(const ReportView& view) {
  return std::ranges::count_if(
      view.provenance, [](const auto& row) { return row.first == Phrase(texts::kWaiverWithoutEffect); });
}

TEST(ReservationsView, ARackIsAcceptedWithReservations) {
  test::Campaign c = test::accepted_campaign();
  c.make_fail("rack2/node2", test::kHostTriad, "bandwidth", 7.2e9);
  const ReportView view = view_of(c, waived("rack2/node2"));
  EXPECT_EQ(view.accepted, 1U);
  EXPECT_EQ(view.rejected, 0U);
  EXPECT_EQ(view.with_reservations, 1U);
  EXPECT_FALSE(view.racks[0].with_reservations);
  EXPECT_TRUE(view.racks[1].with_reservations);
  EXPECT_EQ(view.racks[1].disposition, Disposition::rejected) << "a waiver changes no verdict";
  EXPECT_EQ(view.disposition, Disposition::rejected);
  EXPECT_TRUE(view.all_waived);
  EXPECT_FALSE(view.clean());
  ASSERT_FALSE(view.punch_list.entries.empty());
  EXPECT_EQ(view.punch_list.entries[0].waived, "A. Buyer: replaced, until 2027-01-31");
  const auto row = std::ranges::find(view.certificate, kBandwidth, &CertificateRow::metric);
  ASSERT_NE(row, view.certificate.end());
  EXPECT_EQ(row->waived, 1U);
  EXPECT_EQ(row->verdict, Verdict::fail);
  EXPECT_EQ(view.waived, 1U);
  EXPECT_EQ(without_effect(view), 0);
}

TEST(ReservationsView, ARackWithSomethingOpenStaysRejected) {
  const ReportView view = view_of(test::rejected_campaign(), waived("rack2/node2"));
  EXPECT_EQ(view.rejected, 1U);
  EXPECT_EQ(view.with_reservations, 0U);
  EXPECT_FALSE(view.all_waived);
  EXPECT_EQ(view.waived, 1U);
  EXPECT_FALSE(view.punch_list.entries[0].waived.empty());
}

TEST(ReservationsView, ACompletionIsWaivedByItsCase) {
  test::Campaign c = test::accepted_campaign();
  VerdictCell& done = c.cell("rack2/node2", test::kHostTriad, "");
  done.verdict = Verdict::fail;
  done.failure = "correctness";
  c.verdicts.roll_ups = roll_ups(c.results, c.verdicts.cells);
  c.verdicts.disposition = Disposition::rejected;
  Waivers waivers = waived("rack2/node2");
  waivers.rows[0].metric = test::kHostTriad;
  const ReportView view = view_of(c, waivers);
  const auto row = std::ranges::find_if(view.certificate, [](const CertificateRow& r) {
    return r.metric == "completion" && r.scope == "node";
  });
  ASSERT_NE(row, view.certificate.end());
  EXPECT_EQ(row->waived, 1U);
  EXPECT_FALSE(view.punch_list.entries[0].waived.empty());
}

TEST(ReservationsView, WaiversThatWaiveNothingAreNamed) {
  const ReportView view = view_of(test::rejected_campaign(), waived("rack7/node1"));
  EXPECT_EQ(without_effect(view), 1);
  EXPECT_EQ(view.waived, 0U);
  EXPECT_EQ(view.with_reservations, 0U);
}

}  // namespace
}  // namespace rackproof
