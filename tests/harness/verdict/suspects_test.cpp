#include "harness/verdict/localise/suspects.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/verdict/localise/localise.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;

constexpr int kNodes = 16;

/// Pairs of `rounds` rounds over 16 nodes, in two launches; `rate(a, b)` with a ripple of ±0.5 %.
template <class Rate>
CampaignBuilder pairs_campaign(std::size_t rounds, Rate&& rate) {
  CampaignBuilder builder(2, kNodes / 2);
  builder.results.series[0].direction = Direction::higher_is_better;
  for (const auto& round : pair_schedule(kNodes, rounds, 3)) {
    for (const auto& [a, b] : round) {
      const std::uint32_t pair =
          builder.target(Placement::pair, "pair",
                         builder.results.targets[a].name + "+" + builder.results.targets[b].name, {a, b});
      const double value = 1e10 * rate(a, b) * (1 + 0.005 * std::sin(static_cast<double>(7 * a + 13 * b)));
      builder.measured(pair, {value, value * 1.001});
    }
  }
  return builder;
}

std::vector<Finding> suspects(const CampaignBuilder& builder) {
  Findings findings;
  add_suspects(builder.results, findings);
  return findings.sorted();
}

double slow_node(std::uint32_t a, std::uint32_t b) { return a == 5 || b == 5 ? 0.8 : 1; }

TEST(Suspects, ASlowNodeIsNamedOnceAndInTheVerdicts) {
  const CampaignBuilder builder = pairs_campaign(5, slow_node);
  const auto found = suspects(builder);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, "suspect");
  EXPECT_EQ(found[0].subjects, std::vector<std::string>{builder.results.targets[5].name});
  EXPECT_NE(found[0].evidence.en.find("explains 10 slow measurements"), std::string::npos)
      << found[0].evidence.en;
  EXPECT_NE(test::finding(judge(builder.results, test::limits_of({})), "suspect"), nullptr);
}

TEST(Suspects, LowerIsBetterIsTurnedRound) {
  CampaignBuilder builder =
      pairs_campaign(5, [](std::uint32_t a, std::uint32_t b) { return 1 / slow_node(a, b); });
  EXPECT_TRUE(suspects(builder).empty());  // fast, were it a rate
  builder.results.series[0].direction = Direction::lower_is_better;
  EXPECT_EQ(suspects(builder).size(), 1u);
  builder.results.series[0].direction = Direction::neither;
  EXPECT_TRUE(suspects(builder).empty());
}

TEST(Suspects, ALabelIsNamedInPlaceOfItsNodes) {
  CampaignBuilder builder =
      pairs_campaign(15, [](std::uint32_t a, std::uint32_t b) { return a < 2 || b < 2 ? 0.8 : 1; });
  for (std::uint32_t node = 0; node < kNodes; ++node)
    builder.results.targets[node].labels["rail"] = node < 2 ? "a" : "b";
  const auto found = suspects(builder);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].subjects, std::vector<std::string>{"rail a"});
}

TEST(Suspects, FewPairsOrSharedMachinesSayNothing) {
  EXPECT_TRUE(suspects(pairs_campaign(2, slow_node)).empty());
  CampaignBuilder builder = pairs_campaign(5, slow_node);
  for (TargetRow& target : builder.results.targets) target.is_virtual = true;
  EXPECT_TRUE(suspects(builder).empty());
  CampaignBuilder none = pairs_campaign(5, slow_node);
  for (CellValue& cell : none.results.cells[static_cast<std::size_t>(Placement::pair)])
    cell.value = std::nanf("");
  EXPECT_TRUE(suspects(none).empty());
  EXPECT_TRUE(suspects(CampaignBuilder(1, 4)).empty());
  EXPECT_TRUE(suspects(pairs_campaign(5, [](std::uint32_t, std::uint32_t) { return 1.0; })).empty());
}

}  // namespace
}  // namespace rackproof
