// Wrong answers and lying clocks of a device reject it, whenever in a case they come and whatever the device
// says of itself.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/fault_campaign.hpp"

namespace rackproof::e2e {

namespace {

struct WrongAnswer {
  const char* name;
  const char* options;
  std::vector<std::pair<std::string, std::string>>
      wrong;  ///< case → part of the reason; every other case must pass
};

// A process runs triad, gemm and triad by event clock, in this order. `at` counts operations: triad's are up to three in
// warm-up, which also calibrates, and at least six samples; gemm's are the selected columns of A, the selected rows of B,
// the integers, and the first product of the data, up to three in warm-up, and at least twelve samples.
const std::vector<WrongAnswer> kWrongAnswers{
    {"wrong",
     "fault=wrong",
     {{kTriad, "wrong elements"}, {kGemm, "selected columns of A"}, {kEventTriad, "wrong elements"}}},
    {"flip_in_warm_up", "fault=flip,at=0", {{kTriad, "1 wrong elements"}}},
    {"flip_in_calibration", "fault=flip,at=2", {{kTriad, "1 wrong elements"}}},
    {"flip_in_sampling", "fault=flip,at=5", {{kTriad, "1 wrong elements"}}},
    {"flip_in_last_sample", "fault=flip,at=8", {{kTriad, "1 wrong elements"}}},
    {"flip_of_first_element", "fault=flip,at=4,element=0", {{kTriad, "the first is element 0 "}}},
    {"flip_of_last_bit", "fault=flip,op=gemm,at=0,bit=0", {{kGemm, "to the last bit"}}},
    {"flip_in_gemm_warm_up", "fault=flip,op=gemm,at=4", {{kGemm, "of product"}}},
    // From there on in every product: where checks take long, only regions of most products are checked.
    {"flip_in_gemm_sampling", "fault=flip,op=gemm,at=12,every=1", {{kGemm, "of product"}}},
    {"stale",
     "fault=stale",
     {{kTriad, "wrong elements"}, {kGemm, "selected columns of A"}, {kEventTriad, "wrong elements"}}},
    {"stale_in_sampling",
     "fault=stale,op=triad,at=6",
     {{kTriad, "wrong elements"}, {kEventTriad, "wrong elements"}}},
    {"nan", "fault=nan", {{kTriad, "nan"}, {kGemm, "nan"}, {kEventTriad, "nan"}}},
    {"nan_in_gemm_sampling", "fault=nan,op=gemm,at=12", {{kGemm, "nan"}}},
    {"lying_verify",
     "fault=lying_verify",
     {{kTriad, "wrong elements"}, {kGemm, "selected columns of A"}, {kEventTriad, "wrong elements"}}},
    {"lying_clock", "fault=lying_clock", {{kEventTriad, "clocks disagree in 2 launches"}}},
    {"slow_clock", "fault=slow_clock", {{kEventTriad, "clocks disagree: the event clock says"}}},
};

class FaultAnswer : public testing::TestWithParam<WrongAnswer> {};

TEST_P(FaultAnswer, RejectsTheDevice) {
  PlanText plan;
  if (std::string_view(GetParam().name) == "flip_in_last_sample") {
    // Three passes of warm-up, also of a slow machine, and no more samples than the first look wants.
    plan.sample_time = "0.3 s";
    plan.precision = "0.9";
  }
  const FaultCampaign campaign(plan, SiteText{{GetParam().options, GetParam().options}});
  // A clock that says less cannot be told from a late host while the host is busy: then nobody is accepted
  // and nobody blamed.
  if (std::string_view(GetParam().name) == "lying_clock" && campaign.finished().exit_code == 2) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "quiet host", campaign.finished().out);
    return;
  }
  EXPECT_EQ(campaign.finished().exit_code, 1) << campaign.finished().out << campaign.finished().err;
  for (const std::string target : {"r1/n1/dev0", "r1/n2/dev0"}) {
    for (const std::string id : {kTriad, kGemm, kEventTriad}) {
      const auto completion = campaign.cell(target, id);
      const auto rate = campaign.cell(target, rate_metric(id));
      const std::string reason = completion.at("reason");
      const auto wrong = std::ranges::find(GetParam().wrong, id, &std::pair<std::string, std::string>::first);
      if (wrong == GetParam().wrong.end()) {
        EXPECT_EQ(completion.at("verdict"), "pass") << id << ": " << reason;
        EXPECT_EQ(rate.at("verdict"), "pass") << id << ": " << rate.dump();
        continue;
      }
      EXPECT_EQ(completion.at("verdict"), "fail") << id << ": " << reason;
      EXPECT_EQ(completion.at("failure"), "correctness") << id;
      EXPECT_PRED_FORMAT2(testing::IsSubstring, wrong->second, reason) << id;
      EXPECT_EQ(rate.at("verdict"), "fail") << id;
      EXPECT_TRUE(rate.at("value").is_null()) << "a wrong answer carries no number: " << rate.dump();
    }
  }
  EXPECT_EQ(campaign.attempts("r1/n1/dev0", kTriad).size(), 2u) << "wrong answers are never retried";
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultAnswer, testing::ValuesIn(kWrongAnswers),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FaultAnswer, OfOneNodeRejectsThatNodeOnly) {
  const FaultCampaign campaign(PlanText{}, SiteText{{"fault=none", "fault=flip,at=3"}});
  EXPECT_EQ(campaign.finished().exit_code, 1);
  EXPECT_EQ(campaign.cell("r1/n1/dev0", kTriad).at("verdict"), "pass");
  EXPECT_EQ(campaign.cell("r1/n2/dev0", kTriad).at("verdict"), "fail");
  std::map<std::string, std::string> dispositions;
  for (const auto& roll_up : campaign.verdicts().at("roll_ups"))
    dispositions[roll_up.at("subject")] = roll_up.at("disposition");
  EXPECT_EQ(dispositions.at("r1/n1"), "accepted");
  EXPECT_EQ(dispositions.at("r1/n2"), "rejected");
  EXPECT_EQ(dispositions.at("r1"), "rejected");
}

}  // namespace

}  // namespace rackproof::e2e
