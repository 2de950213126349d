#include "reports/coverage.hpp"

#include <gtest/gtest.h>

#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::accepted_campaign;

TEST(Coverage, CountsPerRackAndBetweenRacks) {
  const auto c = accepted_campaign();
  const auto view = coverage_view(c.results, c.verdicts);
  ASSERT_EQ(view.racks.size(), 3U);
  EXPECT_EQ(view.racks[0].rack, "rack1");
  EXPECT_EQ(view.racks[0].promised, 4U);  // two nodes, a pair, a group
  EXPECT_EQ(view.racks[1].promised, 4U);  // two nodes, a device, a group
  EXPECT_EQ(view.racks[2].rack, "between racks");
  EXPECT_EQ(view.racks[2].promised, 1U);
  EXPECT_EQ(view.total.promised, 9U);
  EXPECT_EQ(view.total.answered, 4U);
  EXPECT_TRUE(view.everything_measured());
}

TEST(Coverage, MissingCarriesItsReason) {
  auto c = accepted_campaign();
  c.make_unmeasured("rack2/node1/dev0", test::kGemm, "rate", "unreachable");
  const auto view = coverage_view(c.results, c.verdicts);
  EXPECT_EQ(view.racks[1].missing(), 1U);
  EXPECT_EQ(view.racks[1].reasons.at("unreachable"), 1U);
  EXPECT_FALSE(view.everything_measured());
}

TEST(Coverage, APromiseWithoutLedgerEntryIsNotMeasured) {
  auto c = accepted_campaign();
  c.verdicts.coverage.clear();
  const auto view = coverage_view(c.results, c.verdicts);
  EXPECT_EQ(view.total.measured, 0U);
  EXPECT_EQ(view.total.missing(), 9U);
  EXPECT_FALSE(view.everything_measured());
}

TEST(Coverage, ExemptionsAreNotMissing) {
  auto c = accepted_campaign();
  c.make_unmeasured("rack2/node1/dev0", test::kGemm, "rate", "exempt");
  for (auto& promise : c.results.promises) {
    if (promise.case_id == test::kGemm) promise.exempt = "no f64 units";
  }
  const auto view = coverage_view(c.results, c.verdicts);
  EXPECT_EQ(view.total.exempt, 1U);
  EXPECT_EQ(view.total.missing(), 0U);
  EXPECT_EQ(view.racks[1].exempt_reasons.at("no f64 units"), 1U);
}

TEST(Coverage, NothingPromisedIsNotEverything) {
  auto c = accepted_campaign();
  c.results.promises.clear();
  EXPECT_FALSE(coverage_view(c.results, c.verdicts).everything_measured());
}

}  // namespace
}  // namespace rackproof
