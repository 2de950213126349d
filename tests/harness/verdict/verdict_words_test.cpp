// Every sentence of verdicts and findings in both languages, made as the engine makes them.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <span>

#include "harness/verdict/finding_words.hpp"
#include "harness/verdict/localise/localise.hpp"
#include "harness/verdict/more_launches.hpp"
#include "harness/verdict/outcome_words.hpp"
#include "harness/verdict/promise_verdict.hpp"
#include "harness/verdict/reservations.hpp"
#include "harness/verdict/resolved_limits.hpp"
#include "harness/verdict/verdict_texts.hpp"
#include "tests/harness/verdict/both_languages.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof {
namespace {

using test::CampaignBuilder;
using test::cell;
using test::finding;
using test::floor_of_1_gb;
using test::kTriad;
using test::limit_on;
using test::limits_of;
using test::says_the_same;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(SaysTheSame, CanFail) {
  constexpr Text kRacks{"{0} racks", "{0} 个机柜"};
  EXPECT_TRUE(says_the_same({kRacks, 3}));
  EXPECT_FALSE(says_the_same({}));
  EXPECT_FALSE(says_the_same("3 racks"));
  EXPECT_FALSE(says_the_same({kRacks, Phrase("so many of them")}));
  Phrase other(kRacks, 3);
  other.zh = "4 个机柜";
  EXPECT_FALSE(says_the_same(other));
}

/// All that a judgement says; the data in it must be short.
void expect_both_languages(const Verdicts& verdicts) {
  for (const VerdictCell& row : verdicts.cells) {
    EXPECT_TRUE(row.reason.empty() || says_the_same(row.reason)) << row.reason.en << " " << row.reason.zh;
  }
  for (const Coverage& row : verdicts.coverage) {
    EXPECT_TRUE(row.excluded.empty() || says_the_same(row.excluded)) << row.excluded.en;
  }
  for (const Finding& row : verdicts.findings) {
    EXPECT_TRUE(says_the_same(row.evidence));
    EXPECT_TRUE(says_the_same(row.action));
    EXPECT_TRUE(says_the_same(kind_words(row.kind)));
  }
}

TEST(VerdictWords, OfANumber) {
  const Bound lower = LowerLimit{100};
  struct Row {
    double value, lo, hi;
    std::vector<double> launches;
    double component;
    Verdict verdict;
    const char* english;
  };
  const Row rows[]{
      {kNaN, kNaN, kNaN, {}, 0, Verdict::not_judged, "no finite value"},
      {110, 109, 111, {}, 0, Verdict::not_judged, "no launch with a finite value"},
      {110, 109, 111, {110, 110}, 0.02, Verdict::pass, "the interval meets the limit"},
      {101, 99, 103, {101, 101}, 0.02, Verdict::inconclusive, "reaches across"},
      {99, 97, 101, {98, 101}, 0.02, Verdict::inconclusive, "1 of 2 launches miss the limit, the interval"},
      {90, 89, 91, {90, 101}, 0.02, Verdict::inconclusive, "only 1 of 2 launches do; a fail needs 2"},
      {50, 49, 51, {50, 50}, 0.02, Verdict::fail, "2 of 2 launches miss it by"},
      {98, 97, 99, {98, 98}, 0.02, Verdict::inconclusive, "but 0 of 2 launches miss it by"},
      {50, 49.9, 50.1, {50, 50, 50}, 0, Verdict::fail, "the mean of 3 launches misses"},
      {90, 85, 95, {80, 99, 91}, 0, Verdict::inconclusive, "the mean of 3 launches does not miss"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.english);
    const NumberVerdict number = judge_number(lower, row.value, row.lo, row.hi, row.launches, row.component);
    EXPECT_EQ(number.verdict, row.verdict);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, row.english, number.reason.en);
    EXPECT_TRUE(says_the_same(number.reason));
  }
  const LaunchInterval nothing{kNaN, kNaN, kNaN};
  EXPECT_TRUE(says_the_same(judge_launches(std::span(&nothing, 1), lower, 0.02).reason));
  EXPECT_TRUE(says_the_same(judge_launches({}, lower, 0.02).reason));
}

/// Attempts of one case, each {status, launch}.
CaseVerdict judged_case(const std::vector<std::pair<Status, int>>& attempts,
                        const std::function<void(CaseHistory&)>& change = {}) {
  std::vector<AttemptRow> rows(attempts.size());
  CaseHistory history;
  history.launches = 2;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].outcome = {attempts[i].first, Phase::measure, attempts[i].first == Status::ok ? "" : "because"};
    rows[i].launch = attempts[i].second;
    history.attempts.push_back(&rows[i]);
  }
  if (change) change(history);
  return judge_case(history);
}

TEST(VerdictWords, OfACase) {
  const Status ok = Status::ok, crashed = Status::crashed;
  const auto unanswered = [](CaseHistory& history) { history.answered = false; };
  const auto with_control = [](CaseHistory& history) { history.control_ok_elsewhere = true; };
  const auto absent = [](CaseHistory& history) {
    history.absent = true;
    history.absent_reason = "undelivered";
  };
  const auto with_evidence = [](CaseHistory& history) {
    history.evidence.emplace_back(history.attempts.front(), subject_words("PCI Express errors"));
  };
  const std::pair<CaseVerdict, const char*> rows[]{
      {judged_case({}), "not measured"},
      {judged_case({}, unanswered), "unreachable"},
      {judged_case({}, absent), "absent: undelivered"},
      {judged_case({{crashed, 0}}, unanswered), "never answered; crashed in launch 1 (measure): because"},
      {judged_case({{Status::wrong, 0}}), "wrong in launch 1"},
      {judged_case({{Status::unsupported, 0}}), "unsupported in launch 1"},
      {judged_case({{crashed, 0}}), "only 1 of 3 fresh launches"},
      {judged_case({{crashed, 0}, {crashed, 0}, {crashed, 0}}), "no control"},
      {judged_case({{crashed, 0}, {crashed, 0}, {crashed, 0}}, with_control), "reproduced in 3"},
      {judged_case({{ok, 0}, {crashed, 0}, {crashed, 0}, {crashed, 0}}), "not reproduced"},
      {judged_case({{crashed, 0}, {ok, 1}}, with_evidence), "evidence on the node meanwhile"},
      {judged_case({{ok, 0}}), "1 of 2 launches measured"},
      {judged_case({{ok, 0}, {Status::timeout, 1}}), "1 of 2 launches measured; timeout"},
      {judged_case({{Status::failed, 0}, {ok, 0}, {ok, 1}}), "ended ok on retry after 1 bad"}};
  for (const auto& [verdict, english] : rows) {
    SCOPED_TRACE(english);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, english, verdict.reason.en);
    EXPECT_TRUE(says_the_same(verdict.reason));
  }
}

TEST(VerdictWords, OfOutcomes) {
  for (int i = 0; i < kStatusCount; ++i) {
    EXPECT_EQ(words_of(static_cast<Status>(i)), to_string(static_cast<Status>(i)));
    EXPECT_TRUE(says_the_same(words_of(static_cast<Status>(i))));
  }
  for (int i = 0; i < kPhaseCount; ++i) {
    EXPECT_EQ(words_of(static_cast<Phase>(i)), to_string(static_cast<Phase>(i)));
    EXPECT_TRUE(says_the_same(words_of(static_cast<Phase>(i))));
  }
}

TEST(VerdictWords, OfPromises) {
  const std::vector<std::string_view> promised{"8", "16"};
  const ExactValue seven{1, 0, 7, false}, differs{1, 0, 7, true}, eight{1, 0, 8, false};
  const std::pair<PromiseVerdict, const char*> rows[]{
      {judge_promised({promised, &eight, {}, "B", "", {}}), "found 8 B"},
      {judge_promised({promised, &seven, {}, "B", "", {}}), "promised 8 or 16 B, found 7 B"},
      {judge_promised({promised, &differs, {}, "1", "", {}}), "found counts that differ"},
      {judge_promised({promised, nullptr, {}, "1", "hidden", {}}), "promised 8 or 16; unavailable: hidden"},
      {judge_promised({promised, nullptr, {}, "1", "", {}}), "not measured"},
      {judge_promised({promised, nullptr, {"9"}, "1", "", {verdict_texts::kFoundNowhere, "9"}}),
       "promised 8 or 16, found 9; 9 is found nowhere"}};
  for (const auto& [verdict, english] : rows) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, english, verdict.reason.en);
    EXPECT_TRUE(says_the_same(verdict.reason));
  }
}

TEST(VerdictWords, OfLimits) {
  Limit limit = limit_on("bandwidth", BandLimit{1e9, 2e9});
  EXPECT_EQ(phrase_of(limit).zh, "1 GB/s 至 2 GB/s");
  limit.relative = RelativeBound{0.9, RelativeBound::To::rated, "memory_bandwidth"};
  limit.bound = LowerLimit{1e9};
  EXPECT_EQ(phrase_of(limit).zh, "≥ 1 GB/s（rated.memory_bandwidth 的 90 %）");
  limit.relative = RelativeBound{0.97, RelativeBound::To::peers, ""};
  EXPECT_EQ(phrase_of(limit).zh, "≥ 1 GB/s（同类中位数的 97 %）");
  EXPECT_EQ(phrase_of(limit_on("transport", ExactTexts{{"tcp", "rdma"}})).zh, "tcp, rdma 之一");
  EXPECT_EQ(phrase_of(limit_on("threads", AsPromised{})).zh, "同承诺");
  EXPECT_EQ(phrase_of(limit_on("threads", ExactNumber{8})), Phrase("= 8"));
}

TEST(VerdictWords, OfRelativeLimits) {
  CampaignBuilder campaign(1, 9);
  for (std::uint32_t i = 0; i < 9; ++i) campaign.measured(i, {2e9, 2e9});
  Limit of_peers = limit_on("bandwidth", LowerLimit{kNaN}, "node", Severity::score);
  of_peers.relative = RelativeBound{0.97, RelativeBound::To::peers, ""};
  Limit rated = limit_on("bandwidth", LowerLimit{kNaN});
  rated.relative = RelativeBound{0.9, RelativeBound::To::rated, "memory_bandwidth"};
  const auto devices = [](const std::string& value) {
    RatedDevices out;
    out.add(
        "schema = 1\n[[device]]\nvendor = \"V\"\nmodel = \"m1\"\n[device.rated.memory_bandwidth]\nvalue = " +
            value + "\nsource = \"datasheet\"\n",
        "d.toml");
    return out;
  };
  const std::pair<RatedDevices, const char*> unknown[]{
      {RatedDevices{}, "are not known"}, {devices("\"undisclosed\""), "is undisclosed: datasheet"}};
  for (const auto& [known, english] : unknown) {
    const Limits limits = resolved(limits_of({rated}), campaign.results, known);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, english, limits.limits.at(0).unresolved.en);
    expect_both_languages(judge(campaign.results, limits));
  }
  for (const Limit& limit : {of_peers, rated}) {
    const Limits limits =
        resolved(limits_of({limit}), campaign.results, devices("\"2 GB/s\"\nconvention = \"decimal\""));
    const Limit& one = limits.limits.at(0);
    ASSERT_FALSE(one.basis.empty()) << one.unresolved.en;
    EXPECT_TRUE(says_the_same(one.basis));
    EXPECT_TRUE(says_the_same(one.provenance));
    expect_both_languages(judge(campaign.results, limits));
  }
  CampaignBuilder few(1, 2);
  few.measured(0, {2e9, 2e9});
  few.measured(1, {2e9, 2e9});
  const Limits limits = resolved(limits_of({of_peers}), few.results, {});
  EXPECT_TRUE(says_the_same(limits.limits.at(0).unresolved));
}

TEST(VerdictWords, OfCampaigns) {
  CampaignBuilder campaign(2, 4);
  campaign.results.series[0].direction = Direction::higher_is_better;
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  campaign.measured(2, {0.5e9, 0.5e9});
  for (AttemptRow& attempt : campaign.results.attempts) {
    if (attempt.target == 2)
      attempt.after = {{"runqueue_delay", 0.11}, {"steal_share", 0.12}, {"overhead", 0.2}};
    if (attempt.target != 0) continue;
    attempt.after = {{"numa_share", 0.5}, {"residency_doubt", 1}, {"drift", 0.3}};
    attempt.before = {{"settled", 0}, {"settle_s", 12}};
    attempt.throttled = true;
    attempt.stop = Stop::unsteady;
  }
  campaign.promise(3);
  campaign.attempt(3, Status::crashed, 0);
  campaign.attempt(3, Status::ok, 0, 1);
  campaign.attempt(3, Status::ok, 1);
  campaign.results.attempts.back().clocks_disagree = true;
  campaign.promise(4);
  campaign.promise(5, "spare");
  campaign.measured(6, {2e9, 2e9});
  campaign.measured(7, {2e9, 2e9});
  campaign.results.counters = {{0, "aer/0000:17:00.0/fatal", "1", 4, ""}};
  campaign.results.exact = {{1, 0, 8, false}, {1, 1, 7, false}, {1, 2, 8, true}};
  campaign.results.facts = {{0, kTriad + "#transport", "", "tcp", "measured"},
                            {1, kTriad + "#transport", "", "shm", "measured"},
                            {2, kTriad + "#transport", "rdma", "", "site"}};
  for (const char* kind : {"unreachable", "left out", "quarantined", "clock skew", "stopped", "shard"})
    EXPECT_TRUE(says_the_same(kind_words(kind)));
  Limit when = limit_on("bandwidth", LowerLimit{1e9}, "node", Severity::score);
  when.when = {{"governor", "performance"}};
  when.clause = "2";
  Limits limits = limits_of({limit_on("bandwidth", LowerLimit{1e9}), limit_on("threads", ExactNumber{8}),
                             limit_on("transport", ExactTexts{{"tcp"}}),
                             limit_on("bandwidth", LowerLimit{9e9}, "node", Severity::score), when,
                             limit_on("bandwidth", LowerLimit{1e9}, "device"),
                             limit_on("bandwidth", LowerLimit{1e9}, "pair", Severity::score)});
  for (const AtBudgetEnd end : {AtBudgetEnd::undecided, AtBudgetEnd::reject, AtBudgetEnd::accept}) {
    limits.at_budget_end = end;
    const Verdicts verdicts = judge(campaign.results, limits);
    for (const char* kind :
         {"busy host", "clock", "counter", "incident", "not settled", "numa placement", "overhead",
          "promised, not judged", "residency", "score", "throttled", "unsteady", "unused-limit"})
      EXPECT_NE(finding(verdicts, kind), nullptr) << kind;
    Verdicts said = verdicts;
    std::erase_if(said.cells, [](const VerdictCell& row) { return row.verdict == Verdict::not_applicable; });
    expect_both_languages(said);
  }
}

TEST(VerdictWords, OfNoticesAreDataBesideActionsInBothLanguages) {
  CampaignBuilder campaign(1, 2);
  for (const char* kind :
       {"emulated device", "recorded machine", "incomplete step", "unreachable", "left out", "quarantined",
        "unusable until reboot", "clock skew", "shard", "stopped", "cloned identity"})
    campaign.results.notices.push_back({kind, {"rack1/node1"}, "lost on demand"});
  const Verdicts verdicts = judge(campaign.results, limits_of({}));
  ASSERT_EQ(verdicts.findings.size(), 11U);
  for (const Finding& row : verdicts.findings) {
    EXPECT_EQ(row.evidence, Phrase("lost on demand"));
    EXPECT_TRUE(says_the_same(row.action));
    EXPECT_TRUE(says_the_same(kind_words(row.kind)));
  }
  EXPECT_EQ(kind_words("a later kind"), Phrase("a later kind"));
  EXPECT_EQ(subject_words("rack1/node1"), Phrase("rack1/node1"));
}

TEST(VerdictWords, OfParts) {
  CampaignBuilder campaign(1, 5);
  const auto fact = [&](std::uint32_t target, const char* promised, const char* found) {
    if (*promised != 0) campaign.results.facts.push_back({target, "identity/serial", promised, "", "site"});
    if (*found != 0)
      campaign.results.facts.push_back({target, "inventory/node#serial", "", found, "measured"});
  };
  fact(0, "S1", "S2");
  fact(1, "S2", "S1");
  fact(2, "S3", "S9");
  fact(3, "S4", "S4");
  fact(4, "", "S4");
  const Verdicts verdicts = judge(campaign.results, limits_of({}));
  for (const char* kind : {"part moved", "part replaced", "serial twice"})
    EXPECT_NE(finding(verdicts, kind), nullptr) << kind;
  expect_both_languages(verdicts);
}

TEST(VerdictWords, OfDrift) {
  CampaignBuilder campaign(1, 4);
  for (std::uint32_t i = 0; i < 4; ++i)
    campaign.results.facts.push_back({i, "inventory/node#bios", "", i == 3 ? "2.0" : "2.1", "measured"});
  const Verdicts verdicts = judge(campaign.results, limits_of({}));
  ASSERT_NE(finding(verdicts, "drift"), nullptr);
  EXPECT_EQ(finding(verdicts, "drift")->evidence.zh, "4 个节点中有 3 个为 2.1；rack1/node4：2.0");
  expect_both_languages(verdicts);
}

TEST(VerdictWords, OfCausesOfSlowPairs) {
  PairNetwork network;
  network.nodes = {"n1", "n2"};
  for (const CauseKind kind : {CauseKind::node, CauseKind::link}) {
    for (const Way way : {Way::both, Way::forth, Way::back}) {
      const Cause cause{.kind = kind, .a = 0, .b = 1, .way = way};
      EXPECT_TRUE(says_the_same(words_of(cause, network)));
      EXPECT_EQ(words_of(cause, network), to_string(cause, network));
    }
  }
}

TEST(VerdictWords, OfWaivers) {
  CampaignBuilder campaign(1, 2);
  campaign.results.provenance.finished_utc = "2026-11-29T08:00:00.000Z";
  campaign.measured(0, {2e9, 2e9});
  campaign.measured(1, {0.5e9, 0.5e9});
  const Limits limits = floor_of_1_gb();
  const Verdicts verdicts = judge(campaign.results, limits);
  const std::string metric = kTriad + "#bandwidth";
  Waivers waivers{"w.toml",
                  "",
                  {{"rack1/node1", metric, "Buyer", "known", "2027-01-31"},
                   {"rack1/node2", metric, "Buyer", "known", "2026-01-31"},
                   {"rack1/node2", metric + "s", "Buyer", "known", "2027-01-31"},
                   {"rack9/node1", metric, "Buyer", "known", "2027-01-31"}}};
  const Reservations reservations(campaign.results, limits, verdicts, waivers);
  EXPECT_EQ(reservations.notes().size(), 4U);
  for (const Phrase& note : reservations.notes()) EXPECT_TRUE(says_the_same(note));
  EXPECT_TRUE(says_the_same(phrase_of(waivers.rows.front())));
  campaign.results.provenance.finished_utc.clear();
  const Reservations undated(campaign.results, limits, verdicts, waivers);
  for (const Phrase& note : undated.notes()) EXPECT_TRUE(says_the_same(note));
}

}  // namespace
}  // namespace rackproof
