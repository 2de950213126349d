// What a campaign was promised, met and counted beside its cases, from the journal to the results.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/record/preflight.hpp"
#include "harness/results/preflight_facts.hpp"
#include "tests/harness/results/journal_by_hand.hpp"

namespace rackproof {
namespace {

/// The facts of a target under a key.
std::vector<FactRow> facts_of(const Results& results, std::uint32_t target, const std::string& key) {
  std::vector<FactRow> facts;
  for (const FactRow& fact : results.facts) {
    if (fact.target == target && fact.key == key) facts.push_back(fact);
  }
  return facts;
}

TEST(Finalise, KeepsWhatTheSitePromisesAndWhatCouldNotBeRead) {
  JournalByHand journal;
  json& campaign = journal.entries().front().record;
  campaign["promised"] = {{{"a#cores", {"64"}}, {"a#bios", {"1", "2"}}}};
  campaign["targets"][0]["promised"] = {{"table", 0}, {"own", {{"a#serial", {"S1"}}}}};
  campaign["targets"][1]["promised"] = {{"table", 0}};
  campaign["site"]["serials_text"] = "target,serial";
  journal.begin("s1.0", "n1", 0, 0);
  CaseEnd end;
  end.case_id = kCase;
  end.target = "n1";
  end.outcome = {Status::ok, Phase::finish, ""};
  end.unavailable = {{"path", "needs root"}, {"unheard_of", "x"}};
  journal.add(json(end), "s1.0");
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(facts_of(results, 0, "a#cores").at(0).promised, "64");
  EXPECT_EQ(facts_of(results, 1, "a#cores").at(0).promised, "64");
  EXPECT_EQ(facts_of(results, 0, "a#bios").size(), 2u);
  EXPECT_EQ(facts_of(results, 0, "a#serial").at(0).source, "serials");
  EXPECT_TRUE(facts_of(results, 1, "a#serial").empty());
  const auto path = facts_of(results, 0, std::string(kCase) + "#path");
  ASSERT_EQ(path.size(), 1u);
  EXPECT_EQ(path[0].found, "");
  EXPECT_EQ(path[0].source, "unavailable: needs root");
  EXPECT_EQ(results.provenance.serials_sha256, sha256("target,serial"));
  journal.entries().front().record["targets"][1]["promised"] = {{"table", 7}};
  EXPECT_THROW(journal.results(), Error);
}

TEST(Finalise, KeepsThatADeviceIsNotThere) {
  JournalByHand journal;
  for (const auto& [step, target] : {std::pair("s1.0", "n2/dev0"), std::pair("s2.0", "n1+n2")}) {
    journal.begin(step, target, 0, 0);
    Hello hello;
    hello.missing = {{0, "7 devices; number 8 was promised"}};
    journal.add(json(hello), step);
  }
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(facts_of(results, 2, "inventory/missing").at(0).found, "7 devices; number 8 was promised");
  EXPECT_TRUE(facts_of(results, 3, "inventory/missing").empty());  // a pair is about its link
}

TEST(Finalise, PreflightsAreFactsAndCountersHaveTheirAttempt) {
  JournalByHand journal;
  journal.begin("s1.0", "n1", 0, 0);
  const Preflight preflight{0,
                            {{"governor", "powersave", "performance", PreflightDecision::blocked, ""},
                             {"memory", "", "", PreflightDecision::recorded, "unavailable: needs root"}}};
  journal.add(json(preflight), "s1.0");
  CaseEnd end;
  end.case_id = kCase;
  end.target = "n1";
  end.outcome = {Status::crashed, Phase::measure, "died"};
  end.counters = {{"edac/mc0/ue", {"1", 2.0, ""}}, {"kernel_log", {"1", std::nullopt, "needs root"}}};
  journal.add(json(end), "s1.0");
  journal.step("s0.0", "n1", 0, 1, Status::ok, 1000);
  journal.close(0);
  const Results results = journal.results();
  ASSERT_EQ(results.counters.size(), 2u);
  EXPECT_EQ(results.attempts[results.counters[0].attempt].outcome.status, Status::crashed);
  EXPECT_EQ(results.counters[0].name, "edac/mc0/ue");
  EXPECT_EQ(results.counters[0].delta, 2);
  EXPECT_TRUE(std::isnan(results.counters[1].delta));
  EXPECT_EQ(results.counters[1].unavailable, "needs root");
  std::vector<std::string> facts;
  for (const auto& fact : results.facts) {
    if (fact.key.starts_with("preflight/"))
      facts.push_back(
          fmt::format("{} {} {} {} {}", fact.target, fact.key, fact.promised, fact.found, fact.source));
  }
  EXPECT_EQ(facts, (std::vector<std::string>{"0 preflight/governor performance powersave blocked",
                                             "0 preflight/memory   recorded: unavailable: needs root"}));
}

TEST(Finalise, APreflightOfARankThatIsNotThereIsNoticed) {
  for (const int rank : {1, -1}) {
    JournalByHand journal;
    journal.begin("s1.0", "n1", 0, 0);
    journal.add(json(Preflight{rank, {{"governor", "powersave", "", PreflightDecision::recorded, ""}}}),
                "s1.0");
    journal.close(0);
    const Results results = journal.results();
    ASSERT_EQ(results.notices.size(), 1u);
    EXPECT_EQ(results.notices[0].kind, "protocol");
    EXPECT_TRUE(std::ranges::none_of(results.facts,
                                     [](const FactRow& fact) { return fact.key.starts_with("preflight/"); }));
  }
}

TEST(Finalise, OfADeviceItsItemsAreTheDevices) {
  const Preflight preflight{0,
                            {{"power_cap", "default", "", PreflightDecision::recorded, ""},
                             {"governor", "performance", "", PreflightDecision::recorded, ""}}};
  const auto facts = preflight_facts(preflight, 3, 7);
  EXPECT_EQ(facts[0].target, 7u);
  EXPECT_EQ(facts[1].target, 3u);
}

}  // namespace
}  // namespace rackproof
