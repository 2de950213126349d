#include "reports/explanation.hpp"

#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::Campaign;
using test::kHostTriad;

/// Two launches on rack2/node2, of which the first needed a second attempt.
Campaign slow_node() {
  Campaign c = test::rejected_campaign();
  const std::uint32_t target = c.target("rack2/node2");
  const auto attempt = [&](int launch, int number, Status status) {
    AttemptRow row;
    row.target = target;
    row.case_id = kHostTriad;
    row.launch = launch;
    row.attempt = number;
    row.outcome = {status, Phase::measure, status == Status::ok ? "" : "signal 9\x1b[31m"};
    row.iterations = 20;
    c.results.attempts.push_back(row);
    return static_cast<std::uint32_t>(c.results.attempts.size() - 1);
  };
  attempt(0, 0, Status::crashed);
  for (const int launch : {0, 1}) {
    const std::uint32_t row = attempt(launch, launch == 0 ? 1 : 0, Status::ok);
    AttemptRow& ok = c.results.attempts[row];
    ok.implementation = "vendor library";
    ok.implementation_detail = "library 1.2, algorithm 7";
    ok.throttled = launch == 1;
    ok.after = {{"runqueue_delay", 0.3},
                {"sample_p5_s", 0.01},
                {"sample_p50_s", 0.011},
                {"sample_p95_s", 0.012},
                {"sample_p99_s", 0.02}};
    std::uint32_t series = 0;
    while (c.results.series[series].case_id != kHostTriad) ++series;
    c.results.launch_values.push_back({row, series, 7.1e9 + 1e8 * launch, 7.0e9, 7.3e9, 20});
    c.results.counters.push_back({row, "ecc", "1", 3, ""});
    c.results.counters.push_back({row, "quiet", "1", 0, ""});
  }
  return c;
}

TEST(Explanation, TellsAttemptsLaunchesConditionsLimitAndRule) {
  const Campaign c = slow_node();
  const Explanation e = explain(c.results, c.verdicts, "rack2/node2", kHostTriad);
  ASSERT_EQ(e.attempts.size(), 3u);
  EXPECT_EQ(e.attempts[0].row->outcome.status, Status::crashed);
  EXPECT_EQ(e.attempts[1].sample_s.size(), 4u);
  ASSERT_EQ(e.attempts[1].counters.size(), 1u);  // what did not count is not told
  const std::string text = explanation_text(e, c.limits);
  for (const char* part :
       {"memory/host/triad:f64,cold at rack2/node2", "rack2, node2 (test-host)", "completion: ",
        "launch 1, attempt 1: crashed (measure): signal 9\\u001b[31m", "launch 1, attempt 2: ok; 20 samples",
        "a sample takes 11 ms (median), 5 % 10 ms, 95 % 12 ms, 99 % 20 ms", "throttled", "30 %",
        "counter ecc: +3", "implementation: vendor library, library 1.2, algorithm 7",
        "launch-to-launch component 2 %", "bandwidth: 7.2 GB/s", "launch 2: 7.2 GB/s [7, 7.3] GB/s, n = 20",
        "gate ≥ 9 GB/s: fail (limit)", "rule: ", "limit from: clause 4.10: datasheet × 0.8",
        "28 % below its peers", "again: rackproof-worker case 'memory/host/triad:f64,cold'"})
    EXPECT_PRED_FORMAT2(testing::IsSubstring, part, text);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

std::string refusal(const std::string& target, const std::string& case_id) {
  const Campaign c = test::accepted_campaign();
  try {
    explain(c.results, c.verdicts, target, case_id);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Explanation, RefusesWhatTheCampaignDoesNotHave) {
  EXPECT_EQ(refusal("rack2/node3", kHostTriad),
            "the campaign has no target \"rack2/node3\"; did you mean \"rack2/node1\"?");
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "no case on rack2/node2 \"memory/host/triad:f64,hold\"; did you mean \"",
                      refusal("rack2/node2", "memory/host/triad:f64,hold"));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "see `rackproof show`",
                      refusal("zzzzzzzzzzzzzzzzzzzzzzz\n", kHostTriad));
  EXPECT_EQ(refusal("zzzzzzzzzzzzzzzzzzzzzzz\n", kHostTriad).find('\n'), std::string::npos);
}

TEST(Explanation, WhatWasNeverMeasuredSaysSo) {
  const Campaign c = test::rejected_campaign();
  const std::string text =
      explanation_text(explain(c.results, c.verdicts, "rack2/node1/dev0", test::kGemm), c.limits);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "not measured", text);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "not_judged", text);
}

}  // namespace
}  // namespace rackproof
